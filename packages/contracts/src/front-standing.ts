import type { OutcomeBounds } from "./campaign.ts";
import type { DoubtedPoint, FrontPoint } from "./optimization.ts";
import { outOfBounds } from "./out-of-bounds.ts";
import type { Design } from "./study.ts";
import { teaches } from "./unjudged.ts";

/** Where a measured design stands to the front of a campaign, and why. */
export type FrontStanding =
  /** On it; `chance` is how likely it keeps the bounds, where there are any. */
  | { readonly at: "front"; readonly chance?: number }
  /** Off it, since the mean of its readings lies outside the bounds: of which quantities, and how many readings that is of. */
  | { readonly at: "outside"; readonly means: Readonly<Record<string, number>>; readonly readings: number }
  /** Off it: its readings keep the bounds, but the model thinks it likelier that it breaks them; `chance` is of keeping them. */
  | { readonly at: "doubted"; readonly chance: number }
  /** Off it: another is believed to be nowhere worse and somewhere better. */
  | { readonly at: "beaten" }
  /** Measured after the front was last known. */
  | { readonly at: "unjudged" };

/** What is known of a front: of `CampaignView`, and of a record. */
export interface FrontKnowledge {
  readonly front: readonly FrontPoint[];
  /** Absent where the front is older than what is told of doubted designs, and where there are none. */
  readonly doubted?: readonly DoubtedPoint[] | undefined;
  /** Of how many experiments that gave values, the first, the front was known; of all where it is absent. */
  readonly judged?: number | undefined;
  readonly bounds: Readonly<Record<string, OutcomeBounds>>;
}

interface Measured {
  readonly parameters: Design;
  /** Null for one that failed. */
  readonly values: Readonly<Record<string, { readonly value: number }>> | null;
  /** Set where it is not known how the design was carried out: no model learns from it. */
  readonly asRequested?: true | undefined;
}

/** Returns where each experiment's design stands to the front, in the order of the experiments; null for one that teaches nothing. */
export function frontStandings(
  experiments: readonly Measured[],
  { front, doubted = [], judged = Number.POSITIVE_INFINITY, bounds }: FrontKnowledge,
): (FrontStanding | null)[] {
  const chances = new Map(front.map(({ parameters, chance }) => [keyOf(parameters), chance]));
  const doubts = new Map(doubted.map(({ parameters, chance }) => [keyOf(parameters), chance]));
  const read = new Map<string, NonNullable<Measured["values"]>[]>();
  const known = experiments.filter(teaches).slice(0, judged);
  for (const { parameters, values } of known) {
    const key = keyOf(parameters);
    read.set(key, [...(read.get(key) ?? []), values ?? {}]);
  }
  return experiments.map((experiment): FrontStanding | null => {
    if (!teaches(experiment)) return null;
    const { parameters } = experiment;
    const key = keyOf(parameters);
    if (chances.has(key)) {
      const chance = chances.get(key);
      return { at: "front", ...(chance === undefined ? {} : { chance }) };
    }
    const readings = read.get(key);
    if (readings === undefined) return { at: "unjudged" };
    const means = meansOf(readings, bounds);
    const broken = outOfBounds(means, bounds);
    if (broken.length > 0) {
      const outside = broken.map((name) => [name, means[name]?.value ?? Number.NaN]);
      return { at: "outside", means: Object.fromEntries(outside), readings: readings.length };
    }
    const chance = doubts.get(key);
    return chance === undefined ? { at: "beaten" } : { at: "doubted", chance };
  });
}

/** Returns the mean of readings, at least one: never beyond the least or the greatest of them, as a rounded sum may be. */
export function meanReading(readings: readonly number[]): number {
  const mean = readings.reduce((sum, value) => sum + value, 0) / readings.length;
  return Math.min(Math.max(...readings), Math.max(Math.min(...readings), mean));
}

function meansOf(readings: readonly NonNullable<Measured["values"]>[], bounds: FrontKnowledge["bounds"]) {
  return Object.fromEntries(
    Object.keys(bounds).flatMap((name) => {
      const own = readings.flatMap((values) => values[name]?.value ?? []);
      return own.length === 0 ? [] : [[name, { value: meanReading(own) }]];
    }),
  );
}

function keyOf(parameters: Design): string {
  return JSON.stringify(Object.entries(parameters).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
