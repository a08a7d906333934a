import type { SimulationResult } from "./simulate.ts";

/** What many simulated campaigns came to. */
export interface Tally {
  seeds: number;
  acts: number;
  steps: number;
  doubts: number;
  settledAlone: number;
  foundRunning: number;
  hitMidAct: number;
  injected: Record<string, number>;
  failures: { readonly seed: number; readonly findings: readonly string[] }[];
}

export function emptyTally(): Tally {
  return {
    seeds: 0,
    acts: 0,
    steps: 0,
    doubts: 0,
    settledAlone: 0,
    foundRunning: 0,
    hitMidAct: 0,
    injected: {},
    failures: [],
  };
}

/** Adds what one seed came to. */
export function count(tally: Tally, seed: number, result: SimulationResult): void {
  tally.seeds++;
  tally.acts += result.acts;
  tally.steps += result.steps;
  tally.doubts += result.doubts;
  tally.settledAlone += result.settledAlone;
  tally.foundRunning += result.foundRunning;
  tally.hitMidAct += result.hitMidAct;
  for (const [kind, times] of Object.entries(result.injected)) addTo(tally.injected, kind, times);
  if (result.findings.length > 0) tally.failures.push({ seed, findings: result.findings });
}

/** Adds one tally to another. */
export function merge(into: Tally, other: Tally): void {
  into.seeds += other.seeds;
  into.acts += other.acts;
  into.steps += other.steps;
  into.doubts += other.doubts;
  into.settledAlone += other.settledAlone;
  into.foundRunning += other.foundRunning;
  into.hitMidAct += other.hitMidAct;
  for (const [kind, times] of Object.entries(other.injected)) addTo(into.injected, kind, times);
  into.failures.push(...other.failures);
}

function addTo(counts: Record<string, number>, kind: string, times: number): void {
  counts[kind] = (counts[kind] ?? 0) + times;
}
