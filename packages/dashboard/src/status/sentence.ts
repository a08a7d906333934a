import type { DeviceView, RunView } from "@labloop/contracts";
import { unjudgedText } from "../best/unjudged-text.ts";
import type { EmergencyStop, CampaignView, ExperimentView } from "../feed/watched.ts";
import type { Format } from "../i18n/format.ts";

/** What the sentences are made from. */
export interface Situation {
  readonly campaign: CampaignView | null;
  readonly experiments: readonly ExperimentView[];
  readonly runs: readonly RunView[];
  readonly devices: readonly DeviceView[];
  readonly estop: EmergencyStop | null;
}

/**
 * Returns what is happening, as sentences for a person in order of weight: what needs somebody, how the campaign stands,
 * and the best so far. Stressed parts stand between asterisks.
 */
export function situationSentences(
  { campaign, experiments, runs, devices, estop }: Situation,
  format: Format,
): string[] {
  const { say } = format;
  if (campaign === null) return [say.sentence.nothing];
  const doubts = runs.flatMap(({ steps }) => steps.filter(({ phase }) => phase === "inDoubt")).length;
  return [
    ...(estop?.active === true ? [say.sentence.estop] : []),
    ...(doubts > 0 ? [say.sentence.doubt(doubts, format.count(doubts))] : []),
    standing(campaign, runs, devices, format),
    ...bestSentences(campaign, experiments, format),
  ];
}

function standing(
  campaign: CampaignView,
  runs: readonly RunView[],
  devices: readonly DeviceView[],
  format: Format,
): string {
  const { say } = format;
  const { sentence } = say;
  const open = runs.filter(({ endedAt }) => endedAt === null).length;
  const reason = campaign.reason ?? "";
  switch (campaign.phase) {
    case "draft":
    case "ready":
      return sentence.ready(campaign.campaign);
    case "running": {
      const work =
        open === 0 ? sentence.idle : sentence.working(open, format.count(open), doing(devices, runs, format));
      const progress = sentence.running(campaign.done, format.count(campaign.done), format.count(campaign.budget));
      return sentenceOf(say.list([progress, work]), format);
    }
    case "paused": {
      const paused = sentence.paused(reason);
      return sentenceOf(
        open === 0
          ? paused
          : say.list([paused, sentence.working(open, format.count(open), doing(devices, runs, format))]),
        format,
      );
    }
    case "stopping":
      return sentenceOf(say.list([sentence.stopping(reason), sentence.finishing(open, format.count(open))]), format);
    case "finished": {
      const took = (campaign.endedAt ?? campaign.startedAt) - campaign.startedAt;
      return reason === "" || campaign.done >= campaign.budget
        ? sentence.finished(campaign.done, format.count(campaign.done), format.duration(took))
        : sentence.finishedEarly(campaign.done, format.count(campaign.done), format.duration(took), reason);
    }
    case "aborted":
      return sentence.aborted(reason, campaign.done, format.count(campaign.done));
  }
}

function bestSentences(campaign: CampaignView, experiments: readonly ExperimentView[], format: Format): string[] {
  const { best, front, objective, space, phase, done } = campaign;
  const { sentence } = format.say;
  const text = unjudgedText(campaign, experiments, format);
  const unjudged = text === "" ? [] : [text];
  if (objective === null && front !== undefined && front.length > 0) {
    return [sentence.front(front.length, format.count(front.length)), ...unjudged];
  }
  const isOver = phase === "finished" || phase === "aborted";
  if (best === null || objective === null) {
    if (done > 0 || phase === "draft" || phase === "ready") return [];
    return [isOver ? sentence.noBestAtEnd : sentence.noBest];
  }
  const [low, high] = best.interval90;
  const words = isOver ? sentence.bestAtEnd : sentence.best;
  return [
    words(
      format.quantity(best.value, objective.unit),
      format.number(low),
      format.number(high),
      format.design(best.parameters, space),
    ),
    ...(best.requested === undefined ? [] : [sentence.askedFor(format.design(best.requested, space))]),
    ...unjudged,
  ];
}

/** The steps that devices carry out now, each with how many there are of it: `crush, print × 4`; what is in doubt may not be going on. */
function doing(devices: readonly DeviceView[], runs: readonly RunView[], format: Format): string {
  const doubted = new Set(
    runs.flatMap(({ steps }) => steps.flatMap(({ phase, commandId }) => (phase === "inDoubt" ? [commandId] : []))),
  );
  const counts = new Map<string, number>();
  for (const { doing } of devices) {
    if (doing !== null && !doubted.has(doing.commandId)) counts.set(doing.step, (counts.get(doing.step) ?? 0) + 1);
  }
  return format.say.list(
    [...counts]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([step, count]) => (count === 1 ? step : `${step}\u00a0×\u00a0${format.count(count)}`)),
  );
}

function sentenceOf(clause: string, { language }: Format): string {
  return `${clause}${language === "ja" ? "。" : "."}`;
}
