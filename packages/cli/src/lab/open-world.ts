import { dirname, resolve } from "node:path";
import {
  type Clock,
  type Design,
  type Json,
  LabError,
  type RandomBand,
  type StepAnswer,
  type Values,
} from "@labloop/contracts";
import type { ByteStream } from "@labloop/driver";
import { importFrom } from "./load-driver.ts";
import type { LoadedLab } from "./load-lab.ts";

/** A lab's simulated instruments, wherever they run. */
export interface Plants {
  openWire(deviceId: string): Promise<ByteStream>;
}

/** What the composition root needs of a simulated lab's world; the module behind it is named by the lab file. */
export interface SimulatedWorld extends Plants {
  /** `host:port` of each instrument that listens on TCP. */
  addresses(): Record<string, string>;
  compareWithRandom(
    best: Design,
  ):
    | { ok: true; value: { medianExperiments: number; interval95: readonly [number, number] } }
    | { ok: false; reason: string };
  randomBand(experiments: number): RandomBand | null;
  /** Every physical act so far. */
  actuations?(): readonly { readonly device: string }[];
  /** Puts what an act of a device needs where it needs to be, and returns parameters for it, where the world knows any. */
  layOut?(deviceId: string, op: string): Values | null;
  /** What a person of this lab says of a step that they were asked to do, and after how much lab time; null for never. */
  answer?(ask: {
    readonly device: string;
    readonly op: string;
    readonly params: Values;
    /** Of the run that the step is part of. */
    readonly parameters: Design;
    readonly commandId: string;
  }): { readonly afterMs: number; readonly answer: StepAnswer } | null;
  close(): Promise<void>;
}

/** One physical act, as a world counts it. */
export interface WorldAct {
  readonly device: string;
  readonly verb: string;
  readonly detail: Readonly<Record<string, Json>>;
}

interface WorldModule {
  open(options: object): Promise<SimulatedWorld>;
  lastAt(folder: string): number | null;
  /** The plants that it has, by the names that lab files use; left out where nobody says. */
  readonly plants?: readonly string[];
}

/** Returns the world module that a lab file names; throws `lab.noWorld` for a simulated lab without one. */
export async function loadWorldModule(
  lab: Pick<LoadedLab, "path"> & {
    readonly source: Pick<LoadedLab["source"], "file">;
    readonly document: Pick<LoadedLab["document"], "mode" | "world">;
  },
): Promise<WorldModule | null> {
  if (lab.document.mode === "real") return null;
  const name = lab.document.world;
  const hint = "a simulated lab file names its world: `world: ../../worlds/.../world.ts`";
  if (name === undefined)
    throw new LabError("lab.noWorld", `${lab.source.file} is simulated and names no world`, { hint });
  const loaded = await importFrom(lab.path, name);
  if ("fault" in loaded) throw new LabError(loaded.fault.code, loaded.fault.message, { hint });
  const module = loaded.exports["default"];
  if (!isWorldModule(module)) throw new LabError("lab.notAWorld", `the module "${name}" is no world`, { hint });
  return module;
}

/** Returns whether a module's default export is the world of a simulated lab. */
export function isWorldModule(value: unknown): value is WorldModule {
  const module = value as Partial<WorldModule> | null | undefined;
  return typeof module?.open === "function" && typeof module.lastAt === "function";
}

/** Opens a simulated lab's world in a folder of its own, with plants on TCP, or on in-memory wires in virtual time. */
export function openWorld(
  module: WorldModule,
  lab: LoadedLab,
  options: {
    folder: string;
    seed: number;
    labClock: Clock;
    linkClock: Clock;
    wires: "tcp" | "memory";
    onAct?: (act: WorldAct) => void;
  },
): Promise<SimulatedWorld> {
  const devices: Record<string, { plant: string; config: Record<string, Json> }> = {};
  for (const [id, { transport, config }] of Object.entries(lab.document.devices)) {
    if (typeof transport === "object" && "plant" in transport) devices[id] = { plant: transport.plant, config };
  }
  const tables = Object.fromEntries(Object.entries(lab.tables).map(([name, { rows }]) => [name, rows]));
  const labFolder = dirname(resolve(lab.path));
  return module.open({ ...options, labFolder, devices, tables, places: lab.document.places });
}
