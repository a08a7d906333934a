import type { DoubtView, Json, LabView, PhotoReference, Value } from "@labloop/contracts";
import { rounded } from "../report/lines.ts";
import { unitText } from "../report/unit-text.ts";
import { whatWaits } from "./what-waits.ts";
import { specText } from "./read-result.ts";
import { valueWords } from "./value-words.ts";

/** Returns what waits for a person in a lab, a line or two each, with what to type about it. */
export function waitingLines(view: LabView, data: string): string[] {
  const { doubts, asks, outOfUse, fencesAbove } = whatWaits(view);
  const fences = Object.entries(fencesAbove);
  const lines = doubts.flatMap((doubt) => [
    `in doubt     ${doubtLabel(doubt)}: ${doubt.reason}`,
    `             labloop doubt show ${doubt.commandId} ${data}`,
  ]);
  for (const ask of asks) {
    lines.push(`to be done   run ${ask.run}, ${ask.step}: ${ask.title}`);
    lines.push(`             labloop person show ${ask.commandId} ${data}`);
  }
  for (const { device, message } of outOfUse) {
    lines.push(`out of use   ${device}: ${message ?? "taken out of use"}`);
    lines.push(`             labloop device release ${device} ${data} --by NAME --reason TEXT`);
  }
  if (fences.length > 0) {
    const known = fences.map(([device, fence]) => `${device} ${fence}`).join(", ");
    lines.push(`old journal  devices know higher epochs than this journal ever had: ${known}`);
    lines.push(`             used from another folder, or this is a restored backup; once looked at:`);
    lines.push(`             labloop restore confirm ${data} --by NAME --reason TEXT`);
  }
  return lines;
}

/** Returns a command in doubt as people call it. */
export function doubtLabel({ run, step, device, op }: DoubtView): string {
  return `run ${run}, ${step} on ${device} (${op})`;
}

/** Returns everything that is known of a command in doubt, and the answers that there are. */
export function doubtLines(doubt: DoubtView, data: string): string[] {
  const { commandId, params, sampleId, attempt, retryClass, reason, result, holds, isClosing, progress } = doubt;
  const entry = (name: string, text: string) => `  ${name.padEnd(16)}${text}`;
  const instant = (at: number | null) => (at === null ? "nothing was heard" : new Date(at).toISOString());
  const held = [...holds.steps, ...holds.devices];
  const values = Object.entries(result);
  return [
    doubtLabel(doubt),
    entry("command", `${commandId}, attempt ${attempt}, ${hazards[retryClass]}`),
    entry("sample", sampleId),
    ...Object.entries(params).map(([name, value], index) =>
      entry(index === 0 ? "parameters" : "", `${name} = ${valueText(value)}`),
    ),
    entry("why in doubt", reason),
    ...evidenceLines(doubt.evidence).map((line) => entry("", line)),
    entry("ordered", instant(doubt.intendedAt)),
    entry("sent", instant(doubt.sentAt)),
    entry("accepted", instant(doubt.acceptedAt)),
    entry("started", instant(doubt.startedAt)),
    entry(
      "last progress",
      progress === null ? "nothing was heard" : `${rounded(progress.fraction * 100)} % at ${instant(progress.at)}`,
    ),
    entry("in doubt since", instant(doubt.since)),
    ...doubt.probes.flatMap(({ at, outcome, decisive, evidence }) => [
      entry("device asked", `${instant(at)}: ${outcome ?? "no answer yet"}${decisive ? ", which settles it" : ""}`),
      ...evidenceLines(evidence).map((line) => entry("", line)),
    ]),
    ...(held.length === 0 ? [] : [entry("waits for it", held.join(", "))]),
    ...(isClosing
      ? [entry("answered", "not executed; the device has still to confirm that the old id never runs")]
      : []),
    "",
    "Answers, each with --by NAME --reason TEXT, and --second NAME when two have looked:",
    `  it happened          labloop doubt resolve ${commandId} ${data} --as executed${values.length === 0 ? "" : ` --result ${valueWords(result)}`}`,
    "                       (--as partial when only a part was done)",
    ...values.map(([name, spec]) => `                       ${name}: ${specText(spec)}`),
    `  it did not happen    labloop doubt resolve ${commandId} ${data} --as not-executed`,
    `                       sent again; ${again[retryClass]}`,
    `  ask the device       labloop doubt ask ${commandId} ${data}`,
    `  skip, mark suspect   labloop doubt resolve ${commandId} ${data} --as discarded`,
    `  stop the run         labloop doubt resolve ${commandId} ${data} --as discarded --stop-run`,
  ];
}

const hazards = {
  idempotent: "idempotent: doing it twice changes nothing",
  "retry-safe": "retry-safe: it may be done again, but not without end",
  "non-repeatable": "non-repeatable: it must not be done twice",
} as const;

const again = {
  idempotent: "doing it twice changes nothing",
  "retry-safe": "if it did happen, it will have been done twice",
  "non-repeatable": "if it did happen after all, matter is moved or used twice. Look at the device first",
} as const;

/** Returns a value of a command as a person reads it. */
export function valueText(value: Value): string {
  if (typeof value !== "object") return String(value);
  if ("sha256" in value) return photoText(value);
  if ("values" in value) return `${value.values.length} values${value.unit === "1" ? "" : ` in ${value.unit}`}`;
  return `${value.value}${unitText(value.unit)}`;
}

/** Returns a photo as a person reads it. */
function photoText({ media, size, sha256 }: PhotoReference): string {
  return `${media}, ${Math.ceil(size / 1000)} kB, SHA-256 ${sha256.slice(0, 12)}…`;
}

function evidenceLines(evidence: Readonly<Record<string, Json>>): string[] {
  return Object.entries(evidence).map(
    ([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
}
