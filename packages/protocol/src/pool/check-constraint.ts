import type { Design, Fault, PoolInput, StudyConstraint } from "@labloop/contracts";
import { faultOf } from "../outcome.ts";
import { suggestOrList } from "../suggest.ts";

/** Chosen: published tables round the parts of a mixture to two digits. */
const ROUNDING = 0.011;

/**
 * Returns what is wrong with the names of a constraint: each must be of a numeric input. `kinds` are the inputs with their kinds,
 * null where a kind is not known.
 */
export function namesFaults(
  constraint: StudyConstraint,
  kinds: ReadonlyMap<string, PoolInput["kind"] | null>,
): Fault[] {
  const isText = (name: string) => kinds.get(name) === "categorical" || kinds.get(name) === "ordinal";
  const known = [...kinds.keys()].filter((name) => !isText(name));
  return namesIn(constraint)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const message = isText(name) ? `'${name}' is no number, as a constraint needs` : `'${name}' is no input`;
      const hint = isText(name) ? undefined : suggestOrList(name, known, "numeric inputs");
      return faultOf("pool.constraintName", message, hint);
    });
}

/**
 * Returns in words how a design breaks a constraint, or null when it does not. Sums may be off by 1.1 % of the total, or of the
 * sum of the terms' sizes, as rounded tables are. An expression is left to the optimizer.
 */
export function breach(constraint: StudyConstraint, design: Design): string | null {
  const valueOf = (name: string) => Number(design[name]);
  const nonZero = (names: readonly string[]) => names.filter((name) => valueOf(name) !== 0).length;
  switch (constraint.kind) {
    case "mixture": {
      const { of, total, atMost = of.length } = constraint;
      const negative = of.find((name) => valueOf(name) < 0);
      if (negative !== undefined) return `${negative} is negative`;
      const sum = of.reduce((before, name) => before + valueOf(name), 0);
      if (Math.abs(sum - total) > ROUNDING * total) return `${of.join(" + ")} is ${rounded(sum)}, not ${total}`;
      return nonZero(of) > atMost ? `${nonZero(of)} parts are not 0, where at most ${atMost} may be` : null;
    }
    case "linear": {
      const terms = Object.entries(constraint.terms).map(([name, factor]) => factor * valueOf(name));
      const sum = terms.reduce((before, term) => before + term, 0);
      const slack = ROUNDING * terms.reduce((before, term) => before + Math.abs(term), 0);
      const { min = -Infinity, max = Infinity } = constraint;
      return sum < min - slack || sum > max + slack ? `the sum is ${rounded(sum)}, outside its bounds` : null;
    }
    case "cardinality": {
      const { of, atLeast = 0, atMost = of.length } = constraint;
      const found = nonZero(of);
      return found < atLeast || found > atMost ? `${found} of ${of.join(", ")} are not 0` : null;
    }
    case "expression":
      return null;
  }
}

function namesIn(constraint: StudyConstraint): readonly string[] {
  switch (constraint.kind) {
    case "linear":
      return Object.keys(constraint.terms);
    case "expression":
      return [];
    case "mixture":
    case "cardinality":
      return constraint.of;
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
