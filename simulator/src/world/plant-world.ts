import type { Clock, Json, StepAnswer } from "@labloop/contracts";
import type { ByteStream } from "@labloop/driver";

/** A thing that is made, moved, weighed and crushed. Places are device ids, or places of the lab file such as `bin`. */
export interface Part {
  readonly id: string;
  /** The name of the file it was printed from: all that the world ever learns of what was wanted. */
  readonly file: string;
  /** Which of the measured replicates this part is, from 0; drawn once, when the print begins. */
  readonly replicate: number;
  /** Lab time at which its print is complete. */
  readonly readyAt: number;
  readonly isCrushed: boolean;
}

/** What a plant does to parts, with the lab times at which it takes hold. */
export type PartChange =
  | { readonly kind: "made"; readonly place: string; readonly file: string; readonly readyAt: number }
  | {
      readonly kind: "moved";
      readonly from: string;
      readonly to: string;
      readonly pickAt: number;
      readonly placeAt: number;
    }
  | { readonly kind: "crushed"; readonly place: string }
  /** The print on a place is broken off: what stands there is all that there will be. */
  | { readonly kind: "abandoned"; readonly place: string }
  /** The move under way is broken off: before the grip the part stays, after it the gripper keeps it, nowhere. */
  | { readonly kind: "halted"; readonly from: string; readonly to: string };

/** One physical act, counted for ever: the ground truth that journals are audited against. */
export interface Actuation {
  readonly verb: "print" | "move" | "crush" | "jog" | "dose" | "heat";
  readonly detail: { readonly [key: string]: Json };
}

/** One change of the world: memory, act and parts stand or fall together, and are fsynced before the plant answers. */
export interface WorldChange {
  readonly memory?: Json;
  readonly actuation?: Actuation;
  readonly parts?: readonly PartChange[];
}

/** What the world knows of matter; deterministic for a file, a replicate and a seed. */
export interface Physics {
  /** Size in bytes and print time in lab time, or null when the card has no such file. */
  print(file: string): { readonly bytes: number; readonly durationMs: number } | null;
  /** The files on a printer's card, in the order a listing shows them. */
  files(): readonly string[];
  /** Mass in grams. */
  mass(part: Part): number;
  /** The load (N) at rising travel (mm) when this part is crushed, as the tester resolves them. */
  curve(part: Part): { readonly travelMm: readonly number[]; readonly loadN: readonly number[] };
}

/**
 * One plant's share of the durable world, which outlives labloop: its own memory, and the parts at places.
 *
 * Time passes on the lab clock whether or not anybody looks, so plants compute where they have got to from what they
 * stored; they keep nothing else that matters in process memory.
 */
export interface PlantWorld {
  readonly deviceId: string;
  readonly clock: Clock;
  readonly physics: Physics;
  /** What this plant stored last; null the first time. */
  memory(): Json | null;
  commit(change: WorldChange): void;
  /** The part standing at a place now (a part under way in a gripper stands nowhere), finished or not. */
  partAt(place: string): Part | null;
}

/** Fake hardware, which speaks one instrument's wire on any stream, or somebody who is asked instead. Several streams may be open one after another. */
export interface Plant {
  attach(stream: ByteStream): void;
  /** What a person at this place says of a step that they were asked to do, and after how much lab time. */
  readonly answer?: () => { readonly afterMs: number; readonly answer: StepAnswer };
  /** Ends what the plant does of itself, such as watching a folder. */
  close?(): void;
}
