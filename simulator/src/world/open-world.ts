import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Clock, type Json, LabError, type Point, type RandomBand, type Values } from "@labloop/contracts";
import { type ByteStream, connectTcp, createStreamPair, serveTcp } from "@labloop/driver";
import type { Actuation, Physics, Plant, PlantWorld } from "./plant-world.ts";
import { type CountedActuation, type Damage, openWorldStore } from "./world-store.ts";

/** What the composition root tells a world about the lab it stands for. */
export interface WorldOptions {
  /** The world's own folder, which outlives labloop. */
  readonly folder: string;
  /** The folder of the lab file: paths in the configs of devices are seen from it. */
  readonly labFolder?: string;
  readonly seed: number;
  readonly labClock: Clock;
  readonly linkClock: Clock;
  /** Plants listen on loopback TCP, or, in virtual time, on in-memory streams. */
  readonly wires: "tcp" | "memory";
  readonly devices: Readonly<
    Record<string, { readonly plant: string; readonly config: Readonly<Record<string, Json>> }>
  >;
  /** Places of the lab file that are no devices; they take any number of parts. */
  readonly places: readonly string[];
  /** Told of every physical act once it is counted for ever. */
  readonly onAct?: (act: Actuation & { readonly device: string }) => void;
  /** The lab's tables, as in the lab file. */
  readonly tables: Readonly<Record<string, readonly Readonly<Record<string, number | string>>[]>>;
}

/** How random search without replacement would have fared, in experiments. */
interface RandomComparison {
  readonly medianExperiments: number;
  readonly interval95: readonly [number, number];
}

/** A running world. */
export interface World {
  /** Opens a stream to a device's plant, as a driver would open its instrument. */
  openWire(deviceId: string): Promise<ByteStream>;
  /** `host:port` of each plant that listens on TCP; none on in-memory wires. */
  addresses(): Record<string, string>;
  actuations(): CountedActuation[];
  damages(): Damage[];
  /** What a person of this lab says of a step that they were asked to do, and after how much lab time; null for never. */
  answer(ask: { readonly device: string }): ReturnType<NonNullable<Plant["answer"]>> | null;
  /** Puts what an act of a device needs where it needs to be, and returns parameters for it, where the world knows any. */
  layOut(deviceId: string, op: string): Values | null;
  /** Only after the end: how long random search needs to match this point, or why that cannot be said. */
  compareWithRandom(best: Point): { ok: true; value: RandomComparison } | { ok: false; reason: string };
  /** How random search fares on this pool, for people to compare with; the planner never sees it. */
  randomBand(experiments: number): RandomBand | null;
  close(): Promise<void>;
}

/** What a world's own hands can do between experiments. */
export interface Stage {
  /** The place that is named after the device. */
  readonly own: string;
  /** Puts a finished part of a file on a place, instead of what stood there. */
  put(place: string, file: string): void;
  clear(place: string): void;
}

/** A world module's default export, as a lab file names it. */
export interface WorldModule {
  open(options: WorldOptions): Promise<World>;
  /** The latest lab time the folder knows of, so that virtual time goes on from there; null in a new world. */
  lastAt(folder: string): number | null;
  /** The plants that it has, by the names that lab files use. */
  readonly plants: readonly string[];
}

export type PlantMaker = (world: PlantWorld, config: Readonly<Record<string, Json>>) => Plant;

/** Opens the durable world and its plants; `physics` and `compareWithRandom` are what one world has of its own. */
export async function openWorld(
  options: WorldOptions,
  own: {
    readonly physics: Physics;
    readonly plants: Readonly<Record<string, PlantMaker>>;
    readonly drawReplicate: (file: string, before: number) => number;
    readonly compareWithRandom: World["compareWithRandom"];
    readonly randomBand: World["randomBand"];
    /** Parameters of an act of a plant that the given `stage` has been set for; null for acts that need nothing. */
    readonly layOut?: (plant: string, config: Readonly<Record<string, Json>>, stage: Stage) => Values | null;
  },
): Promise<World> {
  mkdirSync(options.folder, { recursive: true });
  const store = openWorldStore(worldFile(options.folder), own.drawReplicate, options.places);
  const { labClock, linkClock } = options;
  const openers = new Map<string, () => Promise<ByteStream>>();
  const addresses: Record<string, string> = {};
  const people = new Map<string, NonNullable<Plant["answer"]>>();
  const closers: (() => Promise<void>)[] = [];

  for (const [deviceId, device] of Object.entries(options.devices)) {
    const make = own.plants[device.plant];
    if (make === undefined) {
      throw new LabError("world.unknownPlant", `${deviceId} asks for a plant "${device.plant}"`, {
        hint: `this world has: ${Object.keys(own.plants).sort().join(", ")}`,
      });
    }
    const plant = make(
      {
        deviceId,
        clock: labClock,
        physics: own.physics,
        memory: () => store.memory(deviceId),
        commit(change) {
          store.commit(deviceId, labClock.now(), change);
          if (change.actuation !== undefined) options.onAct?.({ ...change.actuation, device: deviceId });
        },
        partAt: (place) => store.partAt(place, labClock.now()),
      },
      device.config,
    );
    if (plant.answer !== undefined) people.set(deviceId, plant.answer);
    closers.push(async () => plant.close?.());
    if (options.wires === "memory") {
      openers.set(deviceId, async () => {
        const [near, far] = createStreamPair(linkClock);
        plant.attach(far);
        return near;
      });
    } else {
      const server = await serveTcp({ host: "127.0.0.1", port: 0, onStream: (stream) => plant.attach(stream) });
      closers.push(() => server.close());
      addresses[deviceId] = `127.0.0.1:${server.port}`;
      openers.set(deviceId, () => connectTcp({ host: "127.0.0.1", port: server.port, linkClock }));
    }
  }

  return {
    openWire(deviceId) {
      const open = openers.get(deviceId);
      if (open === undefined) throw new LabError("world.unknownDevice", `this world has no device ${deviceId}`);
      return open();
    },
    addresses: () => ({ ...addresses }),
    actuations: () => store.actuations(),
    damages: () => store.damages(),
    answer: ({ device }) => people.get(device)?.() ?? null,
    layOut(deviceId) {
      const device = options.devices[deviceId];
      const away = options.places[0] ?? "nowhere";
      const clear = (place: string) => {
        const at = labClock.now();
        if (store.partAt(place, at) === null) return;
        const moved = { kind: "moved", from: place, to: away, pickAt: at, placeAt: at } as const;
        store.commit(deviceId, at, { parts: [moved] });
      };
      const stage: Stage = {
        own: deviceId,
        clear,
        put(place, file) {
          clear(place);
          const at = labClock.now();
          store.commit(deviceId, at, { parts: [{ kind: "made", place, file, readyAt: at }] });
        },
      };
      return device === undefined ? null : (own.layOut?.(device.plant, device.config, stage) ?? null);
    },
    compareWithRandom: own.compareWithRandom,
    randomBand: own.randomBand,
    async close() {
      await Promise.all(closers.map((close) => close()));
      store.close();
    },
  };
}

/** Returns the latest lab time recorded in a world's folder, or null when there is none yet. */
export function lastWorldTime(folder: string): number | null {
  mkdirSync(folder, { recursive: true });
  const store = openWorldStore(worldFile(folder), () => 0, []);
  const last = store.lastAt();
  store.close();
  return last;
}

function worldFile(folder: string): string {
  return join(folder, "world.db");
}
