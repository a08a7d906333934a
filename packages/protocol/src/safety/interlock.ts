/** An interlock of a lab, its names and units known to fit its device: plain data. */
export interface Interlock {
  readonly name: string;
  readonly device: string;
  readonly channel: string;
  /** What bounds are given in; readings are converted to it. */
  readonly unit: string;
  /** Whether a reading has to stay below the bound, or above it. */
  readonly side: "below" | "above";
  readonly bound: number;
  /** Once tripped, it holds again only at or beyond this. */
  readonly clearsAt: number;
  /** A reading older than this is none, ms of the link clock. */
  readonly staleAfterMs: number;
  /** How long readings must have been good without a break before it holds again, ms of the link clock. */
  readonly holdMs: number;
  /** The devices on which nothing new is started while it does not hold; null for all. */
  readonly holds: readonly string[] | null;
  /** Whether what it has suspended goes on by itself. */
  readonly resumes: boolean;
}
