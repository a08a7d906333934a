import type { Clock, Json } from "@labloop/contracts";
import type { Actuation, Part, PartChange, Physics, PlantWorld } from "../../src/world/plant-world.ts";

/** A world in memory with one plant, which shows everything the plant did. */
export interface TinyWorld extends PlantWorld {
  readonly actuations: readonly (Actuation & { readonly at: number })[];
  readonly changes: readonly PartChange[];
  put(place: string): void;
  remove(place: string): void;
}

interface Stand {
  readonly place: string;
  readonly from: number;
  until: number;
}

/** Returns an empty world whose printer card holds CUBE.GCO (90 s) and RING.GCO (45 min). */
export function createTinyWorld(deviceId: string, clock: Clock): TinyWorld {
  const actuations: (Actuation & { at: number })[] = [];
  const changes: PartChange[] = [];
  const stands: Stand[] = [];
  let memory: Json | null = null;
  const isThere = (stand: Stand, place: string) =>
    stand.place === place && stand.from <= clock.now() && clock.now() < stand.until;
  const remove = (place: string, at: number) => {
    for (const stand of stands) if (stand.place === place && stand.until > at) stand.until = at;
  };
  const physics: Physics = {
    files: () => ["CUBE.GCO", "RING.GCO"],
    print: (file) =>
      ({ "CUBE.GCO": { bytes: 14_129, durationMs: 90_000 }, "RING.GCO": { bytes: 250_000, durationMs: 2_700_000 } })[
        file
      ] ?? null,
    mass: () => 1,
    curve: () => ({ travelMm: [], loadN: [] }),
  };
  return {
    deviceId,
    clock,
    physics,
    actuations,
    changes,
    memory: () => memory,
    commit(change) {
      if (change.memory !== undefined) memory = structuredClone(change.memory);
      if (change.actuation !== undefined) actuations.push({ ...change.actuation, at: clock.now() });
      for (const part of change.parts ?? []) {
        changes.push(part);
        if (part.kind === "made")
          stands.push({ place: part.place, from: clock.now(), until: Number.POSITIVE_INFINITY });
        if (part.kind === "moved") {
          remove(part.from, part.pickAt);
          stands.push({ place: part.to, from: part.placeAt, until: Number.POSITIVE_INFINITY });
        }
        if (part.kind === "halted") {
          const source = stands.find(({ place, until }) => place === part.from && until > clock.now());
          const goal = stands.findIndex(({ place, from }) => place === part.to && from > clock.now());
          if (source !== undefined) source.until = Number.POSITIVE_INFINITY;
          if (goal >= 0) stands.splice(goal, 1);
        }
      }
    },
    partAt(place): Part | null {
      if (!stands.some((stand) => isThere(stand, place))) return null;
      return { id: place, file: "CUBE.GCO", replicate: 0, readyAt: 0, isCrushed: false };
    },
    put: (place) => void stands.push({ place, from: clock.now(), until: Number.POSITIVE_INFINITY }),
    remove: (place) => remove(place, clock.now()),
  };
}
