import type { DesignValue, StudyParameter } from "@labloop/contracts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";
import type { Axis, Complaint } from "./axis.ts";
import { openRounding } from "./open-rounding.ts";

type NumericParameter = Extract<StudyParameter, { kind: "continuous" | "integer" | "levels" }>;

/** The values that a parameter can be set to, in rising order. */
interface Grid {
  readonly size: number;
  at(index: number): number;
  nearest(value: number): number;
}

// Values of a grid that are computed once: writing a number in decimals is slow, and candidates are snapped by the thousand.
const MOST_KEPT = 1024;
// In ranges. What was measured may lie anywhere, and squares of distances in shortest lengthscales are to be doubles: so far away all is as far.
const FARTHEST = 1e150;

/**
 * Returns the axis of a parameter that holds numbers. Its one feature is the place between the bounds, on the scale declared;
 * of a part of a mixture it is the fraction of `total`. What can only be set to one value has none: nothing can be learned of it.
 */
export function numericAxis(parameter: NumericParameter, total: number | null): Axis {
  const { name, unit } = parameter;
  const { min, max } = boundsOf(parameter);
  const grid = gridOf(parameter);
  const logarithmic = parameter.kind === "continuous" && parameter.scale === "log";
  const lowest = logarithmic ? log(min) : min;
  const span = (logarithmic ? log(max) : max) - lowest;
  const rounding = openRounding(span, logarithmic);
  const place = (value: number) => (span > 0 ? ((logarithmic ? log(value) : value) - lowest) / span : 0);
  // A range of one number has no width of its own: what is a little beside it is so in shares of the number.
  const beside = (value: number) => (value - min) / (Math.abs(min) || 1);
  const featureOf = total !== null ? (value: number) => value / total : span > 0 ? place : beside;
  const width = span > 0 && grid?.size !== 1 ? 1 : 0;
  const clamp = (value: number) => Math.min(max, Math.max(min, value));
  const snapNumber = (value: number) => (grid === null ? clamp(value) : grid.at(grid.nearest(value))) + 0;
  // What rounding may do to a number that is this large, as long as that is little of the range and of a step.
  const slack = Math.min(
    1e-9 * Math.max(Math.abs(min), Math.abs(max)),
    1e-3 * (stepOf(parameter) ?? (max - min || Math.abs(max))),
  );
  const tell = (value: number) => `"${name}" is ${value}${unit === "1" ? "" : ` ${unit}`}`;

  function refuse(value: DesignValue): Complaint | null {
    if (typeof value !== "number" || !Number.isFinite(value)) {
      return {
        code: "design.notANumber",
        message: `"${name}" is ${typeof value === "number" ? value : JSON.stringify(value)}, not a finite number`,
      };
    }
    if (logarithmic && value <= 0) {
      return { code: "design.notPositive", message: `${tell(value)}, which has no place on a logarithmic scale` };
    }
    return null;
  }
  function check(value: DesignValue): Complaint | null {
    const refused = refuse(value);
    if (refused !== null || typeof value !== "number") return refused;
    if (value < min - slack) return { code: "design.outOfBounds", message: `${tell(value)}, below ${min}` };
    if (value > max + slack) return { code: "design.outOfBounds", message: `${tell(value)}, above ${max}` };
    const set = snapNumber(value);
    if (Math.abs(value - set) <= slack) return null;
    return { code: "design.offGrid", message: `${tell(value)}, which cannot be set; the nearest that can is ${set}` };
  }
  return {
    name,
    width,
    apart: false,
    ordered: true,
    extent: 1,
    size: grid?.size ?? Number.POSITIVE_INFINITY,
    range: { min, max, featureOf },
    encode(value, features, at) {
      if (width > 0) features[at] = Math.min(FARTHEST, Math.max(-FARTHEST, featureOf(numberOf(value))));
    },
    snap: (value) => (typeof value === "number" && Number.isFinite(value) ? snapNumber(value) : value),
    round: (value) => (grid === null ? clamp(rounding.round(numberOf(value))) : snapNumber(numberOf(value))) + 0,
    mark: (value) => (grid === null && typeof value === "number" ? rounding.mark(value) : value),
    refuse,
    check,
    fromUnit(unitPlace) {
      if (grid !== null && !logarithmic) return grid.at(Math.min(grid.size - 1, Math.floor(unitPlace * grid.size)));
      const value = lowest + span * unitPlace;
      if (grid !== null) return snapNumber(exp(value));
      return clamp(rounding.round(logarithmic ? exp(value) : value)) + 0;
    },
    toUnit(value) {
      const unitPlace =
        grid === null || logarithmic ? place(numberOf(value)) : (grid.nearest(numberOf(value)) + 0.5) / grid.size;
      return Math.min(1, Math.max(0, unitPlace));
    },
    step(value, direction) {
      if (grid === null) return value;
      const index = grid.nearest(numberOf(value)) + direction;
      return index < 0 || index >= grid.size ? value : grid.at(index);
    },
  };
}

function boundsOf(parameter: NumericParameter): { min: number; max: number } {
  if (parameter.kind !== "levels") return parameter;
  return { min: parameter.levels[0] ?? 0, max: parameter.levels.at(-1) ?? 0 };
}

function stepOf(parameter: NumericParameter): number | undefined {
  if (parameter.kind === "levels") return undefined;
  return parameter.kind === "integer" ? 1 : parameter.step;
}

function gridOf(parameter: NumericParameter): Grid | null {
  if (parameter.kind === "levels") {
    const { levels } = parameter;
    return {
      size: levels.length,
      at: (index) => levels[index] as number,
      nearest: (value) =>
        levels.reduce(
          (best, level, i) => (Math.abs(level - value) < Math.abs((levels[best] as number) - value) ? i : best),
          0,
        ),
    };
  }
  const { min, max } = parameter;
  const step = stepOf(parameter);
  if (step === undefined) return null;
  const size = Math.floor((max - min) / step + 1e-9) + 1;
  // A start that is dust beside a step is a start all the same, and of a logarithm 0 is none.
  const compute = (index: number) =>
    parameter.kind === "integer" ? min + index : Math.min(max, Math.max(min, tidy(min + index * step, step)));
  const values = Array.from({ length: Math.min(size, MOST_KEPT) }, (_, index) => compute(index));
  return {
    size,
    at: (index) => values[index] ?? compute(index),
    nearest: (value) => Math.min(size - 1, Math.max(0, Math.round((value - min) / step))),
  };
}

/**
 * min + k × step without the dust of binary fractions, 0.3 and not 0.30000000000000004; a start of many digits, as a time has, keeps
 * them where the steps need them.
 */
function tidy(value: number, step: number): number {
  const dust = 1e-9 * step;
  if (Math.abs(value) < dust) return 0;
  const short = Number(value.toPrecision(12));
  if (Math.abs(short - value) <= dust) return short;
  const long = Number(value.toPrecision(15));
  return Math.abs(long - value) <= dust ? long : value;
}

function numberOf(value: DesignValue): number {
  if (typeof value !== "number") throw new TypeError(`${JSON.stringify(value)} is not a number`);
  return value;
}
