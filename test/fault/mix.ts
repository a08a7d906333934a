import { readFileSync } from "node:fs";
import * as z from "zod";

/** Everything that can go wrong once, at a point or at a time. */
export const faultKinds = [
  "engineCrash",
  "deviceCrash",
  "brokerCrash",
  "allCrash",
  "partition",
  "linkCut",
  "wireCut",
  "deviceDisk",
  "engineDisk",
  "deviceSlowDisk",
  "engineSlowDisk",
  "deviceTorn",
  "engineTorn",
  "deviceFreeze",
  "engineFreeze",
  "clockLeap",
  "usurp",
  "replay",
  "forge",
  "retained",
  "staleWill",
  "estop",
  "local",
  "restore",
  "deviceJournalLost",
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** What can happen to a single message. */
export const messageFaults = ["drop", "duplicate", "delay", "reorder"] as const;
export type MessageFault = (typeof messageFaults)[number];

const chance = z.number().min(0).max(1);

const Faults = z.strictObject({
  /** How many faults a campaign meets at most. */
  faults: z.number().int().min(0).max(50),
  /** How often each kind is drawn, relative to the others. */
  weights: z.partialRecord(z.enum(faultKinds), z.number().min(0)),
});

/** How much goes wrong in a simulated campaign. */
export const Mix = z.strictObject({
  /** Chance of each fate, per message. */
  messages: z.strictObject({ drop: chance, duplicate: chance, delay: chance }),
  /** The longest delay of a message, ms. */
  longestDelayMs: z.number().min(1),
  ...Faults.shape,
  /** More of them, from this seed on: what came before keeps its stories, and with them the mutants that it notices. */
  also: Faults.extend({ fromSeed: z.number().int().min(0), reorder: chance }).optional(),
  /** The largest offset of a device's clock, ms, and its largest drift, parts per million. */
  skewMs: z.number().min(0),
  driftPpm: z.number().min(0),
});
export type Mix = z.infer<typeof Mix>;

/** Returns the mix in a file; throws zod's error when it is not one. */
export function readMix(path: string | URL): Mix {
  return Mix.parse(JSON.parse(readFileSync(path, "utf8")));
}

/** What the suite runs. */
export const standardMix = readMix(new URL("./mixes/standard.json", import.meta.url));

/** Nothing goes wrong. */
export const calmMix: Mix = {
  messages: { drop: 0, duplicate: 0, delay: 0 },
  longestDelayMs: 1,
  faults: 0,
  weights: {},
  skewMs: 0,
  driftPpm: 0,
};
