import { deviceIds } from "./lab.ts";
import { calmMix } from "./mix.ts";
import type { PlannedFault } from "./plan-faults.ts";
import { simulate } from "./simulate.ts";

/** Every fault that can hit one point; those of the network hit the next message from there on. */
export const sweptKinds = [
  "engineCrash",
  "deviceCrash",
  "brokerCrash",
  "drop",
  "duplicate",
  "delay",
  "deviceDisk",
  "engineDisk",
] as const;
type SweptKind = (typeof sweptKinds)[number];

const seed = 1;

/** How long what is broken stays so, ms of virtual time. */
const lastsMs = 4_000;

const mix = { ...calmMix, longestDelayMs: 20_000 };

/** Returns every so-manieth point of a run that goes well at which anything is persisted, sent or touched. */
export async function sweptPoints(stride: number): Promise<number[]> {
  const { points } = await simulate({ seed, mix, faults: [] });
  // After the last few nothing is sent any more that a fault could hit.
  return Array.from({ length: Math.floor((points - 20) / stride) }, (_, index) => 1 + index * stride);
}

/** Returns what is wrong when one fault hits one point, each finding with where it was. */
export async function sweep(kind: SweptKind, points: readonly number[]): Promise<string[]> {
  const faults: string[] = [];
  for (const point of points) {
    const device = deviceIds[point % deviceIds.length] ?? "caster-1";
    const fault: PlannedFault = { kind, point, device, lastsMs };
    const { findings, injected } = await simulate({ seed, mix, faults: [fault] });
    faults.push(...findings.map((finding) => `${kind} at point ${point}: ${finding}`));
    if (injected[kind] !== 1) faults.push(`${kind} at point ${point} hit ${injected[kind] ?? 0} times`);
  }
  return faults;
}
