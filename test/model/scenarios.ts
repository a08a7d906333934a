import type { Scenario } from "./rules.ts";

/** One device crash, a lease that is stolen, nothing else. */
const calm: Scenario = {
  attempts: 1,
  epochs: 2,
  engineCrashes: 0,
  deviceCrashes: 1,
  journalLosses: 0,
  rejections: false,
  pauses: false,
  people: false,
  cancels: false,
};

/** What the contract is explored under; all trouble at once would be too many states. */
export const scenarios = {
  crashes: { ...calm, engineCrashes: 1, cancels: true },
  pauses: { ...calm, pauses: true },
  retry: { ...calm, attempts: 2, epochs: 1, rejections: true, cancels: true },
  "lost journal": { ...calm, journalLosses: 1, cancels: true },
  people: { ...calm, attempts: 2, epochs: 1, people: true, cancels: true },
} as const satisfies Record<string, Scenario>;
