import type { Quantity } from "@labloop/contracts";

/** The least and the most that a parameter may be. */
export interface Limit {
  readonly min: Quantity | null;
  readonly max: Quantity | null;
}

/** At most so many acts, or so much of the parameter `of`, within any stretch of lab time that long. */
export interface Total {
  readonly of: string | null;
  readonly max: Quantity;
  readonly windowMs: number;
}

/** What must not hold of a parameter together with others. */
export interface Condition {
  readonly above: Quantity | null;
  readonly below: Quantity | null;
  readonly is: string | null;
}

/** What one operation may be asked to do on some devices; totals count over all of them. */
export interface Rule {
  readonly devices: readonly string[];
  readonly operation: string;
  readonly limits: Readonly<Record<string, Limit>>;
  readonly totals: readonly Total[];
  readonly never: readonly Readonly<Record<string, Condition>>[];
}

/** The safety envelope of a lab, its names and units known to fit its devices: plain data, so that it can be digested. */
export type Envelope = readonly Rule[];

/** The longest stretch that a total may count over, lab ms: how long acts are remembered. Chosen. */
export const longestWindowMs = 7 * 86_400_000;
