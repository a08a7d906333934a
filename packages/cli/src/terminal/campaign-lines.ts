import {
  type BestPoint,
  type CampaignView,
  keepsNone,
  type LabView,
  type SearchSpace,
  unjudgedCount,
} from "@labloop/contracts";
import { barOf, type Line, type Tone } from "./line.ts";
import type { ScreenExtras } from "./screen-extras.ts";
import { intervalText, orderedPointText, valueText } from "./words.ts";

const tones: Readonly<Record<CampaignView["phase"], Tone>> = {
  draft: "quiet",
  ready: "quiet",
  running: "good",
  paused: "warn",
  stopping: "warn",
  finished: "good",
  aborted: "bad",
};

/** The column at which values stand, after their names. */
const indent = 14;

/** Returns the lines above everything: which campaign, and how far it is. */
export function headLines(campaign: CampaignView, extras: ScreenExtras, columns: number): Line[] {
  const { mode, lab, clock, seed, phase, done, budget, inFlight, failed, reason } = campaign;
  const scale = clock.kind === "scaled" ? `, × ${clock.scale}` : clock.kind === "virtual" ? ", virtual time" : "";
  const left = ` labloop  ${campaign.campaign}`;
  const right = `${mode === "simulated" ? "simulated " : ""}lab ${lab}${scale}, seed ${seed} `;
  const gap = columns - left.length - right.length;
  const counts = ` ${done} of ${budget} experiments `;
  const more = `  ${inFlight} in flight, ${failed} failed`;
  const bar = columns - 1 - phase.length - 1 - counts.length - more.length - 1;
  return [
    [
      [" labloop", "strong"],
      `  ${campaign.campaign}`,
      ...(gap >= 2 ? [" ".repeat(gap), [right, "quiet"] as const] : []),
    ],
    [
      " ",
      [phase, extras.stale === null ? tones[phase] : "quiet"],
      ...(bar >= 6 ? [counts, ...barOf(budget > 0 ? done / budget : 0, bar)] : [` ${done}/${budget}`]),
      more,
    ],
    ...haltLines(campaign),
    ...(extras.stale === null ? [] : [[[` ${extras.stale}`, "warn"]] as Line]),
    ...(reason === null ? [] : [[` because: ${reason}`] as Line]),
  ];
}

function haltLines({ estop }: CampaignView): Line[] {
  if (estop?.active !== true) return [];
  const having = (answer: "asked" | "stopped" | "no-answer") =>
    Object.entries(estop.devices)
      .flatMap(([device, given]) => (given === answer ? [device] : []))
      .join(", ");
  const [stopped, asked, silent] = [having("stopped"), having("asked"), having("no-answer")];
  return [
    [[` E-STOP by ${estop.by.name}: ${estop.reason}`, "bad"]],
    ...(silent === "" ? [] : [[[`   no answer, may still be moving: ${silent}`, "bad"]] as Line]),
    ...(asked === "" ? [] : [[[`   asked: ${asked}`, "warn"]] as Line]),
    ...(stopped === "" ? [] : [[`   stopped: ${stopped}`] as Line]),
  ];
}

const noneKeeps = "none measured is likely to keep its bounds";

/** Returns the lines of the best design so far, and of the idea that is tried next. */
export function ideaLines(
  campaign: CampaignView,
  { experiments, runs }: Pick<LabView, "experiments" | "runs">,
): Line[] {
  const { best, next, objective, space, phase } = campaign;
  const { name, unit } = objective ?? { name: "", unit: "1" };
  const lines: Line[] = [];
  if (objective === null) lines.push(...frontLines(campaign));
  else if (best === null) {
    lines.push(entry("best so far", keepsNone(campaign) ? noneKeeps : "nothing has been judged yet"));
  } else {
    const times = best.observed.length === 1 ? "measured once" : `measured ${best.observed.length} times`;
    lines.push(entry("best so far", orderedPointText(best.parameters, space), "strong"), ...askedLines(best, space));
    lines.push(entry("", `${name} ${intervalText(best.value, best.interval90, unit)}, ${times}`));
  }
  lines.push(...unjudgedLines(campaign, experiments));
  if (phase === "finished" || phase === "aborted") return lines;
  if (next === null) return [...lines, entry("next idea", "the optimizer has not answered yet")];
  return [
    ...lines,
    entry("next idea", orderedPointText(next.parameters, space), "strong"),
    ...runs
      .filter(({ runId }) => runId === next.runId)
      .map(({ number, endedAt }) => entry("", `${endedAt === null ? "under way" : "tried"} already: run ${number}`)),
    ...expectedTexts(campaign, unit).map((text) => entry("", text)),
  ];
}

function expectedTexts({ next, objectives = [] }: CampaignView, unit: string): string[] {
  const { predicted = null, predictions = {} } = next ?? {};
  if (predicted !== null) return [`expects ${intervalText(predicted.mean, predicted.interval90, unit)}`];
  const each = objectives.flatMap(({ name, unit: own }) => {
    const expected = predictions[name];
    return expected === undefined ? [] : [`expects ${name} ${intervalText(expected.mean, expected.interval90, own)}`];
  });
  return each.length > 0 ? each : ["explores: there is no model yet to expect anything from"];
}

/** What has come in since the best, or the front, was last judged. */
function unjudgedLines(campaign: CampaignView, experiments: LabView["experiments"]): Line[] {
  const unjudged = campaign.judged === 0 ? 0 : unjudgedCount(experiments, campaign);
  if (unjudged === 0) return [];
  const words = campaign.phase === "aborted" ? "not judged" : "not judged yet";
  return [entry("", `${words}: ${unjudged} newer ${unjudged === 1 ? "result" : "results"}`)];
}

/** As what a measured design was asked for, where it was carried out as another. */
function askedLines({ requested }: Pick<BestPoint, "requested">, space: SearchSpace): Line[] {
  return requested === undefined ? [] : [entry("", `asked for as ${orderedPointText(requested, space)}`)];
}

/** Designs of a front that a screen has room for. */
const mostShown = 4;

function frontLines({ front, objectives = [], space }: CampaignView): Line[] {
  if (front === undefined) return [entry("front so far", "nothing has been judged yet")];
  if (front.length === 0) return [entry("front so far", noneKeeps)];
  const shown = front.slice(0, mostShown).flatMap((point) => {
    const believed = objectives.flatMap(({ name, unit }) => {
      const own = point.values[name];
      return own === undefined ? [] : [`${name} ${valueText(own.value, unit)}`];
    });
    return [
      entry("", orderedPointText(point.parameters, space), "strong"),
      ...askedLines(point, space),
      entry("", `  ${believed.join(", ")}`),
    ];
  });
  const others = front.length - mostShown;
  return [
    entry("front so far", front.length === 1 ? "1 design" : `${front.length} designs, none beaten in everything`),
    ...shown,
    ...(others > 0 ? [entry("", `and ${others} more`)] : []),
  ];
}

/** Returns a line with a name in front, or its continuation when the name is empty. */
export function entry(name: string, text: string, tone?: Tone): Line {
  return [[` ${name}`.padEnd(indent), "quiet"], tone === undefined ? text : [text, tone]];
}
