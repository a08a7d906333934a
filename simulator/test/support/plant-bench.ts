import { createVirtualClock, type VirtualClock } from "@labloop/clock";
import type { Clock, Json, Log } from "@labloop/contracts";
import { type ByteStream, createStreamPair, type DriverContext, type OperationContext } from "@labloop/driver";
import type { Actuation, Part, Physics, Plant, PlantWorld } from "@labloop/simulator";

/** A world of one plant, kept in memory as JSON text, with what happened in it in order. */
export interface Bench {
  readonly world: PlantWorld;
  readonly parts: Map<string, Part>;
  readonly actuations: Actuation[];
  /** `commit`, `commit crush` and whatever a test adds, in order. */
  readonly happened: string[];
}

const silent = () => {};
const SILENCE: Log = { debug: silent, info: silent, warn: silent, error: silent };

export const START = Date.UTC(2026, 0, 5, 8);

export function createBench(deviceId: string, clock: Clock, physics: Partial<Physics> = {}): Bench {
  const parts = new Map<string, Part>();
  const actuations: Actuation[] = [];
  const happened: string[] = [];
  let memory: string | null = null;
  const absent = () => {
    throw new Error("this bench has no such physics");
  };
  const world: PlantWorld = {
    deviceId,
    clock,
    physics: { print: absent, files: absent, mass: absent, curve: absent, ...physics },
    memory: () => (memory === null ? null : (JSON.parse(memory) as Json)),
    commit(change) {
      if (change.memory !== undefined) memory = JSON.stringify(change.memory);
      if (change.actuation !== undefined) actuations.push(change.actuation);
      for (const part of change.parts ?? []) {
        const standing = part.kind === "crushed" ? parts.get(part.place) : undefined;
        if (standing !== undefined) parts.set(deviceId, { ...standing, isCrushed: true });
      }
      happened.push(change.actuation === undefined ? "commit" : `commit ${change.actuation.verb}`);
    },
    partAt: (place) => parts.get(place) ?? null,
  };
  return { world, parts, actuations, happened };
}

export function aPart(overrides: Partial<Part> = {}): Part {
  return { id: "part-1", file: "A01.GCO", replicate: 0, readyAt: START, isCrushed: false, ...overrides };
}

export function virtualClock(): VirtualClock {
  return createVirtualClock(START);
}

/** Lets virtual time run until the promise has come to an end, and returns what it came to. */
export async function within<T>(clock: VirtualClock, act: Promise<T>): Promise<T> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  act.then(over, over);
  const outcome = await clock.run(() => isOver);
  if (outcome === "idle") throw new Error("nothing is left to happen, and the promise still hangs");
  return act;
}

/** Lets virtual time run until the given instant. */
export async function until(clock: VirtualClock, time: number): Promise<void> {
  let isReached = false;
  clock.at(time, () => {
    isReached = true;
  });
  await clock.run(() => isReached);
}

/** A wire to a plant, as a driver opens it; `chunkBytes` cuts both ways. */
export function wireTo(plant: Plant, clock: Clock, chunkBytes = Number.POSITIVE_INFINITY): ByteStream {
  const [driverEnd, plantEnd] = createStreamPair(clock, { chunkBytes });
  plant.attach(plantEnd);
  return driverEnd;
}

export function driverContext(labClock: Clock, linkClock: Clock = labClock): DriverContext {
  return { deviceId: "under-test", labClock, linkClock, log: SILENCE };
}

export function operationContext(labClock: Clock, linkClock: Clock = labClock): OperationContext {
  return {
    ...driverContext(labClock, linkClock),
    commandId: "command-1",
    signal: new AbortController().signal,
    progress: () => {},
    partial: () => {},
    answer: () => new Promise<never>(() => {}),
  };
}

/** What the other side has said on a wire so far, as one text. */
export function listenTo(stream: ByteStream): { text(): string; send(text: string): void } {
  let heard = "";
  stream.onData((chunk) => {
    heard += Buffer.from(chunk).toString("latin1");
  });
  return { text: () => heard, send: (text) => stream.write(Buffer.from(text, "latin1")) };
}
