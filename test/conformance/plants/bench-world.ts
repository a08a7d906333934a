import type { Clock, Json } from "@labloop/contracts";
import { type ByteStream, createStreamPair } from "@labloop/driver";
import type { TestedPlant } from "@labloop/driver/conformance";
import type { Part, Physics, Plant, PlantWorld } from "@labloop/simulator";

/** The id under which the suite runs a device, and the place that is named after it. */
export const underTest = "under-test";

/** A world of one plant in memory: nothing of it outlives a check. */
export interface BenchWorld extends PlantWorld {
  /** Physical acts so far. */
  acts(): number;
  /** Puts a finished part on a place, whatever stood there. */
  put(place: string): void;
  clear(place: string): void;
}

const physics: Physics = {
  files: () => ["CUBE.GCO"],
  print: (file) => (file === "CUBE.GCO" ? { bytes: 14_129, durationMs: 15_000 } : null),
  mass: () => 3.2,
  curve: () => ({ travelMm: [0, 0.5, 1], loadN: [0, 400, 0] }),
};

/** Returns an empty world. */
export function createBenchWorld(clock: Clock): BenchWorld {
  /** As text, as a real world keeps it: written at every poll of some plants, and read when one begins. */
  let memory: string | null = null;
  let acts = 0;
  let parts = 0;
  let stands: { readonly part: Part; readonly place: string; readonly from: number; until: number }[] = [];
  const standing = (place: string, at: number) =>
    stands.find((stand) => stand.place === place && stand.from <= at && at < stand.until);
  const place = (part: Part, where: string, from: number) =>
    void stands.push({ part, place: where, from, until: Number.POSITIVE_INFINITY });
  const clear = (where: string, at: number) => {
    for (const stand of stands) if (stand.place === where && stand.until > at) stand.until = at;
    // What has gone is never asked for again.
    stands = stands.filter(({ until }) => until > clock.now());
  };
  const make = (file: string, readyAt: number): Part => {
    return { id: `part-${++parts}`, file, replicate: 0, readyAt, isCrushed: false };
  };
  return {
    deviceId: underTest,
    clock,
    physics,
    memory: () => (memory === null ? null : (JSON.parse(memory) as Json)),
    commit(change) {
      const now = clock.now();
      if (change.memory !== undefined) memory = JSON.stringify(change.memory);
      if (change.actuation !== undefined) acts++;
      for (const one of change.parts ?? []) {
        if (one.kind === "made") {
          clear(one.place, now);
          place(make(one.file, one.readyAt), one.place, now);
        } else if (one.kind === "moved") {
          const stand = standing(one.from, now);
          clear(one.from, one.pickAt);
          if (stand !== undefined) place(stand.part, one.to, one.placeAt);
        } else if (one.kind === "crushed") {
          const stand = standing(one.place, now);
          clear(one.place, now);
          if (stand !== undefined) place({ ...stand.part, isCrushed: true }, one.place, now);
        } else if (one.kind === "halted") {
          const coming = stands.findIndex((stand) => stand.place === one.to && stand.from > now);
          const source = stands.find((stand) => stand.place === one.from && stand.until > now);
          if (coming >= 0) stands.splice(coming, 1);
          if (source !== undefined) source.until = Number.POSITIVE_INFINITY;
        }
      }
    },
    partAt: (where) => standing(where, clock.now())?.part ?? null,
    acts: () => acts,
    put(where) {
      clear(where, clock.now());
      place(make("CUBE.GCO", clock.now()), where, clock.now());
    },
    clear: (where) => clear(where, clock.now()),
  };
}

/** Returns what a driver is tested against: a plant on in-memory wires, in a world that counts its acts. */
export function onBench(
  plant: Plant,
  world: BenchWorld,
  linkClock: Clock,
  layOut: NonNullable<TestedPlant["layOut"]>,
): TestedPlant {
  return {
    openWire(): ByteStream {
      const [near, far] = createStreamPair(linkClock, { delayMs: 1 });
      plant.attach(far);
      return near;
    },
    layOut,
    acts: () => world.acts(),
  };
}
