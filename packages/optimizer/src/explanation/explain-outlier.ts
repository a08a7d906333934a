import type { Design } from "@labloop/contracts";
import { readable } from "../readable.ts";
import { amountOf } from "./amount-of.ts";
import type { Explanation } from "./explanation.ts";

/** A reading that the others do not explain. */
export interface OutlierNumbers {
  readonly design: Design;
  /** In the unit of the objective. */
  readonly value: number;
  readonly foretold: number;
  /** The probability that of so many readings any lies so far off by chance. */
  readonly chance: number;
  /**
   * What becomes of it: learned from although it is unlikely, or since a repeat bears it out; not learned from until it is measured again, or
   * since repeats read otherwise.
   */
  readonly standing: "believed" | "confirmed" | "doubted" | "slip";
  /** How many more are not learned from and not told of one by one; none where it is left out. */
  readonly others?: number;
}

/** What a reading is called. */
interface OutlierNames {
  /** The design, for a person. */
  readonly name: string;
  readonly unit: string;
  /** Whether it was read as a bound: `value` is what is believed of it then. */
  readonly isBound: boolean;
}

const RAREST = 1e-6;

const ENDINGS: Readonly<Record<OutlierNumbers["standing"], string>> = {
  believed: "a find or a slip, which measuring it again would tell",
  confirmed: "measured again it read much the same, so it is learned from as it is",
  doubted: "a find or a slip, and not learned from until it is measured again",
  slip: "measured again it read otherwise, so it is taken for a slip and not learned from",
};

/** Returns in words that a reading is a find or a slip, and what becomes of it. */
export function explainOutlier(
  numbers: OutlierNumbers,
  { name, unit, isBound }: OutlierNames,
): Explanation<OutlierNumbers> {
  const { value, foretold, chance, standing, others = 0 } = numbers;
  // Two pressures near 101,325 Pa are not both to be 101,000.
  const amount = (own: number) => amountOf(own, unit, Math.abs(value - foretold) / 100);
  const odds = chance < RAREST ? "less than one in a million" : `one in ${readable(Math.floor(1 / chance))}`;
  const side = value > foretold ? "above" : "below";
  const read = isBound ? `a bound believed to mean ${amount(value)}` : amount(value);
  const more = others === 0 ? "" : others === 1 ? "; nor is one more reading" : `; nor are ${others} more readings`;
  return {
    numbers,
    why: `what was read at ${name}, ${read}, is far ${side} the ${amount(foretold)} that the other readings foretell (by chance ${odds}): ${ENDINGS[standing]}${more}`,
  };
}
