/** What a place's part-present switch says; null where the place has none. */
export type Presence = "occupied" | "empty" | null;

/** What is known of a transfer whose program no longer runs. Before it, the source held a part and the destination none. */
export interface TransferSighting {
  readonly source: Presence;
  readonly destination: Presence;
  /** Whether the controller had the transfer program loaded, as after a run of it, or a sensing program that came next. */
  readonly isWitnessLoaded: boolean;
}

export type TransferVerdict = "notMoved" | "moved" | "unclear";

/**
 * Returns where the part went.
 *
 * A part at neither place is in the gripper or on the floor, and one at both is not ours: nobody but a person can tell
 * what that means. A destination without a switch, such as a bin, leaves the word to the source: an empty one counts as
 * moved, as long as nobody has loaded a program of their own since.
 */
export function judgeTransfer({ source, destination, isWitnessLoaded }: TransferSighting): TransferVerdict {
  if (source === "occupied") return destination === "occupied" ? "unclear" : "notMoved";
  if (destination === "occupied") return "moved";
  return source === "empty" && destination === null && isWitnessLoaded ? "moved" : "unclear";
}
