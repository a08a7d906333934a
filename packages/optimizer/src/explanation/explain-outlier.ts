import type { Design } from "@labloop/contracts";
import { readable } from "../readable.ts";
import type { Explanation } from "./explanation.ts";

/** A reading that the others do not explain. */
interface OutlierNumbers {
  readonly design: Design;
  /** In the unit of the objective. */
  readonly value: number;
  readonly foretold: number;
  /** The probability that of so many readings any lies so far off by chance. */
  readonly chance: number;
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

/** Returns in words that a reading is a find or a slip, and what would tell. */
export function explainOutlier(
  numbers: OutlierNumbers,
  { name, unit, isBound }: OutlierNames,
): Explanation<OutlierNumbers> {
  const { value, foretold, chance } = numbers;
  const amount = (own: number) => (unit === "1" ? readable(own) : `${readable(own)} ${unit}`);
  const odds = chance < RAREST ? "less than one in a million" : `one in ${readable(Math.floor(1 / chance))}`;
  const side = value > foretold ? "above" : "below";
  const read = isBound ? `a bound believed to mean ${amount(value)}` : amount(value);
  return {
    numbers,
    why: `what was read at ${name}, ${read}, is far ${side} the ${amount(foretold)} that the other readings foretell (by chance ${odds}): a find or a slip, which measuring it again would tell`,
  };
}
