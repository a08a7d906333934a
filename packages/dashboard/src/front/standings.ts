import type { FrontStanding } from "@labloop/contracts";
import { frontStandings } from "@labloop/contracts/front-standing";
import { useMemo } from "preact/hooks";
import type { CampaignView, ExperimentView } from "../feed/watched.ts";
import type { Format } from "../i18n/format.ts";

/** Returns where each experiment's design stands to the front, by run; empty where there is none. */
export function standingsOf(
  experiments: readonly ExperimentView[],
  { front, doubted, judged, outcomeConstraints: bounds = {} }: CampaignView,
): ReadonlyMap<string, FrontStanding> {
  if (front === undefined) return new Map();
  const standings = frontStandings(experiments, { front, doubted, judged, bounds });
  return new Map(
    experiments.flatMap(({ runId }, index) => {
      const standing = standings[index];
      return standing == null ? [] : [[runId, standing]];
    }),
  );
}

/** Returns the same, worked out anew only when something has changed. */
export function useStandings(
  experiments: readonly ExperimentView[],
  campaign: CampaignView,
): ReadonlyMap<string, FrontStanding> {
  const { front, doubted, judged, outcomeConstraints } = campaign;
  return useMemo(() => standingsOf(experiments, campaign), [experiments, front, doubted, judged, outcomeConstraints]);
}

/** Returns in words where a design stands, and why; `unitOf` names the unit of an observed quantity. */
export function standingText(
  standing: FrontStanding,
  { say, quantity, count }: Format,
  unitOf: (name: string) => string,
): string {
  switch (standing.at) {
    case "front":
      return standing.chance === undefined ? say.front.on : say.front.onWith(count(percentOf(standing.chance)));
    case "outside": {
      const means = Object.entries(standing.means).map(([name, mean]) => `${name} ${quantity(mean, unitOf(name))}`);
      return say.front.outsideMean(say.list(means), standing.readings, count(standing.readings));
    }
    case "doubted":
      return say.front.doubted(count(percentOf(standing.chance)));
    case "beaten":
      return say.front.beaten;
    case "unjudged":
      return say.front.unjudged;
  }
}

/** Returns how many designs are on the front after how many experiments, or why there is none. */
export function frontSummary(
  { front, judged, done, phase }: Pick<CampaignView, "front" | "judged" | "done" | "phase">,
  { say, count }: Format,
): string {
  if (front === undefined) return phase === "finished" || phase === "aborted" ? say.best.noneAtEnd : say.front.none;
  // What no other beats is never nothing where something keeps its bounds.
  if (front.length === 0) return say.front.noneKeeps;
  return say.front.summary(front.length, count(front.length), count(judged ?? done));
}

/** Returns a chance in whole percent: never nothing and never certain, which no model can say. */
export function percentOf(chance: number): number {
  return Math.min(99, Math.max(1, Math.round(100 * chance)));
}

/** Returns what is to be kept, and how many measured designs do not, in a few sentences; empty where nothing is to be kept. */
export function boundsText(
  experiments: readonly ExperimentView[],
  standings: ReadonlyMap<string, FrontStanding>,
  { outcomeConstraints = {} }: CampaignView,
  { say, quantity, number, count }: Format,
): string {
  const bounds = Object.entries(outcomeConstraints).map(([name, { min, max }]) => {
    const unit = unitIn(experiments, name);
    if (min === undefined) return say.front.atMost(name, quantity(max ?? Number.NaN, unit));
    if (max === undefined) return say.front.atLeast(name, quantity(min, unit));
    return say.front.between(name, number(min), quantity(max, unit));
  });
  if (bounds.length === 0) return "";
  const designs = (at: FrontStanding["at"]) =>
    new Set(
      experiments.flatMap(({ runId, parameters }) =>
        standings.get(runId)?.at === at ? [JSON.stringify(parameters)] : [],
      ),
    ).size;
  const [outside, doubted] = [designs("outside"), designs("doubted")];
  return [
    say.front.bounds(say.list(bounds)),
    ...(outside > 0 ? [say.front.outsideCount(outside, count(outside))] : []),
    ...(doubted > 0 ? [say.front.doubtedCount(doubted, count(doubted))] : []),
  ].join(" ");
}

/** Returns the unit in which a quantity was observed; none before it was. */
export function unitIn(experiments: readonly ExperimentView[], name: string): string {
  return experiments.find(({ values }) => values?.[name] !== undefined)?.values?.[name]?.unit ?? "1";
}
