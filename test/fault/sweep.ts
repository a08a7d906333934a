import { deviceIds, shortRecipe as recipe } from "./lab.ts";
import { calmMix, messageFaults, type Mix } from "./mix.ts";
import type { PlannedFault } from "./plan-faults.ts";
import { simulate } from "./simulate.ts";

/** Every fault that can strike once, anywhere. */
export const sweptKinds = [
  "engineCrash",
  "deviceCrash",
  "brokerCrash",
  "engineFreeze",
  "deviceFreeze",
  "drop",
  "duplicate",
  "delay",
  "reorder",
  "partition",
  "engineDisk",
  "deviceDisk",
  "engineSlowDisk",
  "deviceSlowDisk",
  "engineTorn",
  "deviceTorn",
  "clockLeap",
  "local",
] as const satisfies readonly PlannedFault["kind"][];
type SweptKind = (typeof sweptKinds)[number];

/** In how many places each kind strikes at least. */
export const leastPlaces = 300;

/** What came of one kind of fault. */
interface Swept {
  places: number;
  readonly findings: string[];
}
export type Sweep = Record<SweptKind, Swept>;

export function emptySweep(): Sweep {
  return Object.fromEntries(sweptKinds.map((kind) => [kind, { places: 0, findings: [] }])) as unknown as Sweep;
}

/** Adds one part of a sweep to another. */
export function mergeSweep(into: Sweep, part: Sweep): void {
  for (const kind of sweptKinds) {
    into[kind].places += part[kind].places;
    into[kind].findings.push(...part[kind].findings);
  }
}

/** How long what is broken stays so, ms of virtual time. */
const lastsMs = 4_000;
/** The longest delay of a message: longer than an order lives, ms. */
const calm: Mix = { ...calmMix, longestDelayMs: 40_000 };
const skewed: Mix = { ...calm, skewMs: 500, driftPpm: 200 };
/** How long a lab is watched after its end, ms. */
const aftermathMs = 6_000;
/** After the last few points nothing is written or sent any more that a fault could hit. */
const pointsOfEnd = 20;

interface Place {
  readonly seed: number;
  readonly mix: Mix;
  /** The n-th point, or for the faults of messages the n-th message. */
  readonly at: number;
}

/** Returns every point of a short campaign that goes well; for messages every one, under as many skewed clocks as it takes. */
async function placesOf(kind: SweptKind): Promise<Place[]> {
  const places: Place[] = [];
  if (!(messageFaults as readonly string[]).includes(kind)) {
    const { points } = await simulate({ seed: 1, mix: calm, recipe, faults: [] });
    for (let at = 1; at <= points - pointsOfEnd; at++) places.push({ seed: at, mix: calm, at });
    return places;
  }
  for (let seed = 1; places.length < leastPlaces; seed++) {
    const { messages } = await simulate({ seed, mix: skewed, recipe, faults: [] });
    for (let at = 1; at <= messages; at++) places.push({ seed, mix: skewed, at });
  }
  return places;
}

/** Lets one fault of each kind strike in every so-manieth place. */
export async function sweep(part: number, of: number): Promise<Sweep> {
  const swept = emptySweep();
  for (const kind of sweptKinds) {
    const places = await placesOf(kind);
    for (const { seed, mix, at } of places.filter((_, index) => index % of === part)) {
      const device = deviceIds[at % deviceIds.length] ?? "caster-1";
      const fault: PlannedFault = { kind, point: at, device, lastsMs, form: (at * 0.618) % 1 };
      const { findings, injected } = await simulate({ seed, mix, recipe, faults: [fault], aftermathMs });
      const where = `${kind} at ${at}, seed ${seed}`;
      swept[kind].places++;
      swept[kind].findings.push(...findings.map((finding) => `${where}: ${finding}`));
      if (injected[kind] !== 1) swept[kind].findings.push(`${where} struck ${injected[kind] ?? 0} times`);
    }
  }
  return swept;
}
