import { randomStream } from "@labloop/clock";
import { deviceIds } from "./lab.ts";
import type { FaultKind, MessageFault, Mix } from "./mix.ts";

/** One fault: at the n-th point at which anything is persisted, sent or touched; that of a message at the n-th message. */
export interface PlannedFault {
  readonly kind: FaultKind | MessageFault;
  readonly point: number;
  /** Which device it hits, where it hits one. */
  readonly device: string;
  readonly lastsMs: number;
  /** Which of its forms it takes, from 0 to below 1, where it has several. */
  readonly form: number;
}

/** Returns the faults of one campaign, drawn from a mix. */
export function planFaults(seed: number, { faults, weights, also }: Mix, draw: () => number): PlannedFault[] {
  const more = randomStream(seed, "more faults");
  return [
    ...drawFaults(faults, weights, 1, draw, () => 0),
    ...(also === undefined || seed < also.fromSeed ? [] : drawFaults(also.faults, also.weights, 0, more, more)),
  ];
}

function drawFaults(
  most: number,
  weights: Mix["weights"],
  least: number,
  draw: () => number,
  form: () => number,
): PlannedFault[] {
  const below = (n: number) => Math.floor(draw() * n);
  const kinds = Object.entries(weights) as [FaultKind, number][];
  const total = kinds.reduce((sum, [, weight]) => sum + weight, 0);
  return Array.from({ length: most === 0 ? 0 : least + below(most + 1 - least) }, () => {
    let left = draw() * total;
    const [kind = "engineCrash"] = kinds.find(([, weight]) => (left -= weight) < 0) ?? [];
    const device = deviceIds[below(deviceIds.length)] ?? "caster-1";
    // Now and then one lasts so long that hard deadlines pass meanwhile.
    const lastsMs = (500 + below(30_000)) * (draw() < 0.15 ? 10 : 1);
    return { kind, point: 20 + below(500), device, lastsMs, form: form() };
  });
}
