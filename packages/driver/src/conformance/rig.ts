import type { Bus } from "@labloop/bus";
import type { Clock, Ids, Values } from "@labloop/contracts";
import type { TestedPlant } from "./tested-plant.ts";

/** What not every setting allows a suite to do. */
export type Ability = "restart" | "cut-link" | "raw" | "wire" | "brink" | "acts";

/** A driver under test, and what can be done to it here. Every ability that is missing is null, and its checks do not run. */
export interface Rig {
  /** For people: `in process, virtual time`. */
  readonly setting: string;
  readonly lab: string;
  readonly deviceId: string;
  /** The engine's end of the bus. */
  readonly bus: Bus;
  /** Link time. */
  readonly clock: Clock;
  readonly ids: Ids;
  /** Whether time jumps from one event to the next. */
  readonly isVirtual: boolean;
  /** How long `stopped` may take to arrive, ms of link time (S2). */
  readonly stopWithinMs: number;
  /** Lets time pass until it is so; false when it is not within so many ms of link time. */
  until(isSo: () => boolean, withinMs: number): Promise<boolean>;
  /** Puts what an act needs where it needs to be, and returns parameters that it can be carried out with, if anybody knows. */
  layOut(op: string): Values | null;
  /** What a person does who is asked; null where nobody is there: then the suite answers. */
  readonly answer: TestedPlant["answer"] | null;
  /** How often the equipment has begun an act, ever: the ground truth, from outside the driver. */
  readonly acts: (() => Promise<number>) | null;
  /** How often it has brought one to its end; null where nobody counts that, and in virtual time the time it takes tells. */
  readonly wholes: (() => Promise<number>) | null;
  /** Ends the driver without goodbye, and starts it again over the same journal; `isOne` where both are one command. */
  readonly restart: { readonly isOne?: boolean; kill(): Promise<void>; start(): Promise<void> } | null;
  /** Breaks the driver's connection to the broker; in MQTT it comes back by itself. */
  readonly link: { drop(): Promise<void>; rejoin(): void } | null;
  /** Hands bytes to whoever listens to a topic, unchecked, with the retain flag as given. */
  readonly inject: ((topic: string, bytes: Uint8Array, isRetained: boolean) => Promise<void>) | null;
  /** The wire between driver and equipment. */
  readonly wire: { bytes(): number; cutAfter(bytes: number): void } | null;
  /**
   * Where the driver can be made to die: at writes of its journal, or where those are out of reach at messages on its wire,
   * for it writes between two of them.
   */
  readonly brink: {
    readonly unit: "write of its journal" | "message on its wire";
    /** So far, over all starts. */
    count(): number;
    dieAt(nth: number, when: "before" | "after"): void;
  } | null;
  /** What the kit and the driver have logged as warnings or worse, in words; left out where the log is out of reach. */
  readonly complaints?: () => readonly string[];
  /** Bytes of the heap that the driver lives in, after a collection; null where that cannot be known. */
  readonly heapBytes: (() => number) | null;
  /** Ends what was opened for this rig. */
  close(): Promise<void>;
}

/** Returns why a check that needs this does not run here. */
export const whyMissing: Readonly<Record<Ability, string>> = {
  restart: "nobody here can restart the driver: add --start, or --restart-command",
  "cut-link": "the driver's connection to the broker cannot be cut here",
  raw: "raw bytes cannot be published here",
  wire: "the driver has no wire that could be cut here: in process over a stream, over MQTT with --wire",
  brink:
    "nobody here can kill the driver between two writes of its journal: in process, over MQTT with --start and --wire",
  acts: "nobody tells how many acts the equipment has begun: add a plant, or --count-command",
};

/** Returns which of these a rig lacks. */
export function missingOf(rig: Rig, needs: readonly Ability[]): Ability[] {
  const has: Record<Ability, boolean> = {
    restart: rig.restart !== null,
    "cut-link": rig.link !== null,
    raw: rig.inject !== null,
    wire: rig.wire !== null,
    brink: rig.brink !== null,
    acts: rig.acts !== null,
  };
  return needs.filter((need) => !has[need]);
}
