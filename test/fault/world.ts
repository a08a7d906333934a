import type { Values } from "@labloop/contracts";

/** One true actuation, and what stood in the way of it at that very moment; the world forgets nothing. */
export interface Act {
  readonly device: string;
  readonly op: string;
  readonly amount: number;
  readonly at: number;
  /** The command that the device's journal says is being carried out; null when it says none. */
  readonly commandId: string | null;
  readonly wasStarted: boolean;
  readonly params: Values;
  /** What is wrong about its moment, by invariant. */
  readonly wrong: readonly string[];
}

/** An instrument: one act at a time, which goes on by itself whatever becomes of its driver. */
export interface Plant {
  count: number;
  /** The act under way, or cut short last. */
  busyUntil: number;
  act: Act | null;
  /** The last act that was cut short. */
  cut: Act | null;
  reading: number;
}

/** The lab as it truly is, outside every process. */
export interface World {
  readonly acts: Act[];
  readonly plants: ReadonlyMap<string, Plant>;
}

export function createWorld(devices: readonly string[]): World {
  const plant = (): Plant => ({ count: 0, busyUntil: 0, act: null, cut: null, reading: 0 });
  return { acts: [], plants: new Map(devices.map((device) => [device, plant()])) };
}

/** What weighing a part of this amount truly shows, g. */
export function massOf(amount: number): number {
  return amount * 2;
}
