import type { Bus } from "@labloop/bus";
import type { Clock, Ids, Values } from "@labloop/contracts";
import type { TestedPlant } from "./tested-plant.ts";

/** What not every setting allows a suite to do. */
export type Ability = "restart" | "cut-link" | "raw" | "wire" | "journal" | "acts";

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
  /** Ends the driver without goodbye, and starts it again over the same journal. */
  readonly restart: { kill(): Promise<void>; start(): Promise<void> } | null;
  /** Breaks the driver's connection to the broker; in MQTT it comes back by itself. */
  readonly link: { drop(): Promise<void>; rejoin(): void } | null;
  /** Hands bytes to whoever listens to a topic, unchecked, with the retain flag as given. */
  readonly inject: ((topic: string, bytes: Uint8Array, isRetained: boolean) => Promise<void>) | null;
  /** The wire between driver and equipment. */
  readonly wire: { bytes(): number; cutAfter(bytes: number): void } | null;
  /** The driver's journal. */
  readonly journal: { writes(): number; dieAt(write: number, when: "before" | "after"): void } | null;
  /** Bytes of the heap that the driver lives in, after a collection; null where that cannot be known. */
  readonly heapBytes: (() => number) | null;
  /** Ends what was opened for this rig. */
  close(): Promise<void>;
}

/** Returns why a check that needs this does not run here. */
export const whyMissing: Readonly<Record<Ability, string>> = {
  restart: "nobody here can restart the driver: add --restart-command",
  "cut-link": "the driver's connection to the broker cannot be cut here",
  raw: "raw bytes cannot be published here",
  wire: "the driver has no wire that could be cut here: only in process, over a stream",
  journal: "the driver's journal is out of reach: only in process",
  acts: "nobody tells how often the equipment has acted: add a plant, or --count-command",
};

/** Returns which of these a rig lacks. */
export function missingOf(rig: Rig, needs: readonly Ability[]): Ability[] {
  const has: Record<Ability, boolean> = {
    restart: rig.restart !== null,
    "cut-link": rig.link !== null,
    raw: rig.inject !== null,
    wire: rig.wire !== null,
    journal: rig.journal !== null,
    acts: rig.acts !== null,
  };
  return needs.filter((need) => !has[need]);
}
