import { deviceIds } from "./lab.ts";
import type { FaultKind, MessageFault, Mix } from "./mix.ts";

/** One fault: at the n-th point at which anything is persisted, sent or touched. */
export interface PlannedFault {
  readonly kind: FaultKind | MessageFault;
  readonly point: number;
  /** Which device it hits, where it hits one. */
  readonly device: string;
  readonly lastsMs: number;
}

/** Returns the faults of one campaign, drawn from a mix. */
export function planFaults(mix: Mix, draw: () => number): PlannedFault[] {
  const below = (n: number) => Math.floor(draw() * n);
  const kinds = Object.entries(mix.weights) as [FaultKind, number][];
  const total = kinds.reduce((sum, [, weight]) => sum + weight, 0);
  return Array.from({ length: mix.faults === 0 ? 0 : 1 + below(mix.faults) }, () => {
    let left = draw() * total;
    const [kind = "engineCrash"] = kinds.find(([, weight]) => (left -= weight) < 0) ?? [];
    const device = deviceIds[below(deviceIds.length)] ?? "caster-1";
    // Now and then one lasts so long that hard deadlines pass meanwhile.
    const lastsMs = (500 + below(30_000)) * (draw() < 0.15 ? 10 : 1);
    return { kind, point: 20 + below(500), device, lastsMs };
  });
}
