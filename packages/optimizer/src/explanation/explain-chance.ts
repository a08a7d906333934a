import { readable } from "../readable.ts";

/** What is known of whether a design is of use. */
export interface KnownChance {
  /** ln of the probability. */
  readonly log: number;
  /** Whether any design could not be made. */
  readonly failed: boolean;
  /** Whether any bounded quantity was read. */
  readonly bounded: boolean;
  /** The bounded quantities that were never read. */
  readonly unread: readonly string[];
}

/** Returns in words how likely a design is of use, `probability` from 0 to 1, and of which bounds nothing is known. */
export function explainChance({ failed, bounded, unread }: KnownChance, probability: number): string {
  const parts = [...(failed ? ["can be made"] : []), ...(bounded ? ["keeps its bounds"] : [])];
  const known =
    parts.length === 0 ? [] : [`the probability that it ${parts.join(" and ")} is ${percentOf(probability)} %`];
  const unknown =
    unread.length === 0
      ? []
      : [`whether it keeps the bound of ${unread.join(" and ")} is not known: nothing was read of it`];
  return [...known, ...unknown].join("; ");
}

// No model can say that something is certain, or impossible.
const LEAST = 0.001;

function percentOf(probability: number): string {
  if (probability < LEAST) return `less than ${readable(100 * LEAST)}`;
  if (probability > 1 - LEAST) return `more than ${readable(100 * (1 - LEAST))}`;
  return readable(100 * probability);
}
