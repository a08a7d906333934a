import type { AlarmView, LabView, WaitingView } from "@labloop/contracts";
import { waitingLines } from "../doubt/doubt-lines.ts";
import { entry, headLines, ideaLines } from "./campaign-lines.ts";
import { deviceLines } from "./device-lines.ts";
import { type KeyOffer, keyOffers, momentOf } from "./keys.ts";
import { type Line, paintLine, wrapText } from "./line.ts";
import type { ScreenExtras } from "./screen-extras.ts";
import { durationText } from "./words.ts";

/** The size of a terminal, in characters. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/**
 * Returns the screen as exactly `rows` lines, none wider than `columns`: head, best and next above, keys below, and between
 * them as much of the devices and of what waits as there is room for.
 */
export function renderScreen(
  view: LabView,
  waiting: readonly WaitingView[],
  extras: ScreenExtras,
  size: ScreenSize,
  isColour: boolean,
): string[] {
  const { columns, rows } = size;
  const { campaign } = view;
  const moment = momentOf(view, extras);
  const offers = keyOffers(moment);
  const foot = footLines(view, extras, offers, moment.waits);
  const top: Line[] =
    campaign === null
      ? [[" nothing is recorded yet"]]
      : [...headLines(campaign, extras, columns), [], ...ideaLines(campaign, view)];
  const parts = extras.isHelpShown
    ? [{ lines: helpLines(offers), more: "more keys" }]
    : extras.areDoubtsShown && moment.waits > 0
      ? [{ lines: doubtParts(view, extras, columns), more: "more lines" }]
      : middleParts(view, waiting, extras, columns);
  const middle = fill(parts, rows - top.length - foot.length);
  const body = [...top, ...middle].slice(0, Math.max(0, rows - foot.length));
  const blank: Line[] = Array.from({ length: Math.max(0, rows - body.length - foot.length) }, () => []);
  // On a screen with hardly a row, the last line, the keys, is what stays.
  return [...body, ...blank, ...foot].slice(-Math.max(0, rows)).map((line) => paintLine(line, columns, isColour));
}

/** Lines that belong together, and how those that there is no room for are told. */
interface Part {
  readonly lines: readonly Line[];
  readonly more: string;
}

function middleParts(view: LabView, waiting: readonly WaitingView[], extras: ScreenExtras, columns: number): Part[] {
  if (extras.end !== null) {
    const lines = extras.end.flatMap((text) => wrapText(text, columns - 2)).map((text): Line => [` ${text}`]);
    return [{ lines, more: "lines more" }];
  }
  const waits = waiting.map(({ run, message }, index) =>
    entry(index === 0 ? "waiting" : "", `run ${run}: ${withRunNumbers(message, view)}`),
  );
  return [
    { lines: deviceLines(view, extras, columns), more: "more devices" },
    { lines: waits, more: "more runs wait" },
  ];
}

function doubtParts(view: LabView, { data }: ScreenExtras, columns: number): Line[] {
  return waitingLines(view, data ?? "DATA")
    .flatMap((text) => wrapText(text, columns - 2))
    .map((text): Line => [` ${text}`]);
}

/** What waits for a person, in one line, with what to press and where to answer. */
function waitsLine(waits: number, { dashboard }: ScreenExtras): Line {
  const where = dashboard === null ? "" : "on the dashboard (o) or ";
  const what = `${waits} ${waits === 1 ? "thing waits" : "things wait"} for a person`;
  return [[" in doubt".padEnd(14), "bad"], `${what}: d shows; answer ${where}with labloop doubt resolve`];
}

/** The scheduler speaks of runs by id; people count them. */
function withRunNumbers(message: string, { runs }: LabView): string {
  return message.replaceAll(/[0-9A-HJKMNP-TV-Z]{26}/g, (id) => {
    const run = runs.find(({ runId }) => runId === id);
    return run === undefined ? id : String(run.number);
  });
}

function helpLines(offers: readonly KeyOffer[]): Line[] {
  return [
    ...offers.map(({ key, label, help }): Line => ["  ", [key, "accent"], `  ${label.padEnd(13)}${help}`]),
    ["  ", ["Ctrl-C", "accent"], "  once: as s; again: abort, parts are cleared away"],
  ];
}

function footLines(view: LabView, extras: ScreenExtras, offers: readonly KeyOffer[], waits: number): Line[] {
  const alarm = view.alarms.at(-1);
  const keys = offers.map(({ key, label }): Line => [[key, "accent"], ` ${label}   `]);
  return [
    ...(waits === 0 || extras.end !== null ? [] : [waitsLine(waits, extras)]),
    ...(alarm === undefined ? [] : [alarmLine(alarm, extras.labAt)]),
    ...(extras.dashboard === null ? [] : [entry("dashboard", extras.dashboard)]),
    ...(extras.notice === null ? [] : [entry("said", extras.notice)]),
    [" ", ...keys.flat()],
  ];
}

function alarmLine({ at, message }: AlarmView, labAt: number): Line {
  return [[" alarm".padEnd(14), "warn"], `${durationText(labAt - at)} ago: ${message}`];
}

/** Takes what fits of each part in turn, the last row of a part that is cut saying how much is missing. */
function fill(parts: readonly Part[], room: number): Line[] {
  const shown: Line[] = [];
  const wanted = parts.filter(({ lines }) => lines.length > 0);
  let spare = room - wanted.reduce((total, { lines }) => total + lines.length, 0);
  for (const { lines, more } of wanted) {
    if (spare > 0) {
      shown.push([]);
      spare--;
    }
    const left = room - shown.length;
    if (lines.length <= left) shown.push(...lines);
    else if (left > 0) shown.push(...lines.slice(0, left - 1), [[`   ${lines.length - left + 1} ${more}`, "quiet"]]);
  }
  return shown;
}
