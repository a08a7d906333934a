import type { Clock, Json, StepAnswer, Values } from "@labloop/contracts";
import type { ByteStream } from "../wire/byte-stream.ts";

/** A step that a person was asked to do. */
interface Asked {
  readonly op: string;
  readonly params: Values;
  readonly commandId: string;
}

/** Equipment that is not there: the plant that a driver is tested against, opened anew for every check. */
export interface TestedPlant {
  /** Opens a wire to it; not asked by a driver that goes its own way. */
  openWire?(): Promise<ByteStream> | ByteStream;
  /** Puts what an act needs where it needs to be, and returns parameters for it; null when generated ones will do. Asked before every act, and now and then without one. */
  layOut?(op: string): Values | null;
  /**
   * What its person does of a step that they were asked to do, and after how long; null when they let it be. `answer` is
   * called when they have done it: once a command.
   */
  answer?(ask: Asked): { readonly afterMs: number; readonly answer: () => StepAnswer } | null;
  /** How often it has begun an act, ever, counted as each begins: one that is cut short counts. Without it nobody can tell whether the driver's evidence is true. */
  acts?(): number;
  /** How often it has brought one to its end, ever. Where time is real, nobody can tell half an act from a whole one without it. */
  wholes?(): number;
  close?(): void | Promise<void>;
}

/** What is told to a plant. */
export interface PlantSurroundings {
  readonly labClock: Clock;
  readonly linkClock: Clock;
  readonly seed: number;
  /** The device's config, as its driver gets it. */
  readonly config: Readonly<Record<string, Json>>;
}

/** The default export of a plant's module. */
export interface PlantModule {
  /** The config that the driver is tested with; the one given from outside wins. */
  readonly config?: Readonly<Record<string, Json>>;
  /** `real` for equipment that keeps its own time: another process, files, HTTP. Default: `virtual`. */
  readonly time?: "virtual" | "real";
  open(around: PlantSurroundings): TestedPlant | Promise<TestedPlant>;
}

/** Returns the plant module as given, with its types checked. */
export function definePlant(plant: PlantModule): PlantModule {
  return plant;
}
