import type { Outcome } from "@labloop/contracts";
import { refuse, succeed } from "../outcome.ts";
import { mismatchMessage } from "../units/convert.ts";
import { combine, dimensionName, isAffine, isSameDimension, rescale, type Unit } from "../units/unit.ts";
import type { NumericType, NumericValue } from "./expression-value.ts";

/** A function of numbers: its type from the types of its arguments, and its value in that type's unit. */
export interface FunctionRule {
  /** How it is written, for hints. */
  readonly signature: string;
  type(args: readonly NumericType[]): Outcome<NumericType>;
  apply(args: readonly NumericValue[], unit: Unit): Outcome<number | readonly number[]>;
}

/** The functions of numbers, by name. */
export const functions: Readonly<Record<string, FunctionRule>> = {
  integral: {
    signature: "integral(y, x)",
    type: ([y, x, ...rest]) => {
      if (y?.kind !== "series" || x?.kind !== "series" || rest.length > 0)
        return wrongArguments("integral(y, x)", "two series");
      if (isAffine(y.unit) || isAffine(x.unit))
        return refuse("expression.affine", "integral needs units that count from zero", "give temperatures in K");
      return succeed({ kind: "quantity", unit: combine(y.unit, x.unit, 1) });
    },
    apply: ([y, x]) => {
      const [ys, xs] = [numbersOf(y), numbersOf(x)];
      if (ys.length !== xs.length) {
        return refuse(
          "expression.length",
          `integral of ${ys.length} values over ${xs.length}: the series must be equally long`,
        );
      }
      return succeed(trapezoids(ys, xs));
    },
  },
  max: reduction("max", (values) => values.reduce((a, b) => Math.max(a, b))),
  min: reduction("min", (values) => values.reduce((a, b) => Math.min(a, b))),
  mean: reduction("mean", (values) => values.reduce((a, b) => a + b) / values.length),
  last: {
    signature: "last(series)",
    type: ([series, ...rest]) => {
      if (series?.kind !== "series" || rest.length > 0) return wrongArguments("last(series)", "one series");
      return succeed({ kind: "quantity", unit: series.unit });
    },
    apply: ([series]) => {
      const value = numbersOf(series).at(-1);
      return value === undefined ? refuseEmpty("last") : succeed(value);
    },
  },
  abs: {
    signature: "abs(x)",
    type: ([x, ...rest]) => {
      if (x === undefined || rest.length > 0) return wrongArguments("abs(x)", "one number or series");
      if (isAffine(x.unit))
        return refuse("expression.affine", `abs of a value in ${x.unit.code} has no meaning`, "give it in K");
      return succeed(x);
    },
    apply: ([x]) => succeed(x?.kind === "quantity" ? Math.abs(x.value) : numbersOf(x).map(Math.abs)),
  },
  sqrt: {
    signature: "sqrt(x)",
    type: ([x, ...rest]) => {
      if (x?.kind !== "quantity" || rest.length > 0) return wrongArguments("sqrt(x)", "one number");
      return rootType(x.unit);
    },
    apply: ([x], unit) => {
      const value = numbersOf(x)[0] ?? Number.NaN;
      if (value < 0) return refuse("expression.domain", "the square root of a negative number does not exist");
      const factor = x === undefined ? 1 : x.unit.factor;
      return succeed(Math.sqrt(value * factor) / unit.factor);
    },
  },
};

function reduction(name: string, reduce: (values: readonly number[]) => number): FunctionRule {
  const signature = `${name}(series) or ${name}(a, b, …)`;
  return {
    signature,
    type: ([first, ...rest]) => {
      if (first === undefined || (rest.length > 0 && [first, ...rest].some(({ kind }) => kind === "series"))) {
        return wrongArguments(signature, "one series, or numbers");
      }
      const other = rest.find(({ unit }) => !isSameDimension(unit, first.unit));
      if (other !== undefined) return refuse("expression.unit", mismatchMessage(first.unit, other.unit));
      return succeed({ kind: "quantity", unit: first.unit });
    },
    apply: (args, unit) => {
      const values = args.flatMap((arg) => numbersOf(arg).map((value) => rescale(value, arg.unit, unit)));
      return values.length === 0 ? refuseEmpty(name) : succeed(reduce(values));
    },
  };
}

function rootType(unit: Unit): Outcome<NumericType> {
  if (isAffine(unit) || unit.dimension.some((exponent) => exponent % 2 !== 0)) {
    return refuse("expression.unit", `'${unit.code}' is ${dimensionName(unit.dimension)}, which has no square root`);
  }
  const dimension = unit.dimension.map((exponent) => exponent / 2);
  // A root has no spelling in the table; its values are given in base units.
  return succeed({ kind: "quantity", unit: { code: baseCode(dimension), dimension, factor: 1, offset: 0 } });
}

function baseCode(dimension: readonly number[]): string {
  const symbols = ["m", "kg", "s", "K", "mol", "A", "rad"];
  const parts = dimension.flatMap((exponent, i) => {
    if (exponent === 0) return [];
    return [exponent === 1 ? `${symbols[i]}` : `${symbols[i]}^${exponent}`];
  });
  return parts.length === 0 ? "1" : parts.join("*");
}

function trapezoids(ys: readonly number[], xs: readonly number[]): number {
  let area = 0;
  for (let i = 1; i < ys.length; i++) {
    area += (((ys[i] ?? 0) + (ys[i - 1] ?? 0)) / 2) * ((xs[i] ?? 0) - (xs[i - 1] ?? 0));
  }
  return area;
}

function numbersOf(value: NumericValue | undefined): readonly number[] {
  if (value === undefined) return [];
  return value.kind === "quantity" ? [value.value] : value.values;
}

function wrongArguments<T>(signature: string, wanted: string): Outcome<T> {
  return refuse("expression.arguments", `${signature} takes ${wanted}`);
}

function refuseEmpty<T>(name: string): Outcome<T> {
  return refuse("expression.empty", `${name} of a series without values`);
}
