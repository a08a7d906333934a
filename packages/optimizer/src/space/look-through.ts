import type { DesignValue } from "@labloop/contracts";
import type { Axis } from "./axis.ts";
import { excessOf, type Frame } from "./frame.ts";
import type { Row } from "./rule.ts";

// To judge a design by every rule takes about as long as to look at so many values.
const JUDGED = 5;

/**
 * Returns every design of a grid that breaks no rule, in the order of the axes' values, or null where it would take a look at more than
 * `most` values. A value is passed over where what is left of an axis's rows cannot make up for it: the last part of a sum has
 * hardly any choice.
 */
export function lookThrough(frame: Frame, most: number): DesignValue[][] | null {
  const { axes, rules } = frame;
  if (axes.some(({ size }) => size > most)) return null;
  const grids = axes.map(valuesOf);
  const sums = rules.flatMap(({ row }) => (row === null ? [] : openSum(row, axes)));
  const found: DesignValue[][] = [];
  const values: DesignValue[] = [];
  let left = most;
  function from(index: number): boolean {
    if (index === axes.length) {
      left -= JUDGED;
      if (excessOf(frame, values) === 0) found.push([...values]);
      return true;
    }
    const grid = grids[index] as readonly DesignValue[];
    const own = sums.filter((sum) => sum.weights[index] !== 0);
    let [first, last] = [0, grid.length];
    for (const { weights, rest, made, min, max } of own) {
      const weight = weights[index] as number;
      const { least, greatest } = rest[index] as Reach;
      const ends = [(min - made - greatest) / weight, (max - made - least) / weight];
      first = Math.max(first, countBelow(grid, Math.min(...ends), false));
      last = Math.min(last, countBelow(grid, Math.max(...ends), true));
    }
    for (let at = first; at < last; at++) {
      if (--left < 0) return false;
      const value = grid[at] as DesignValue;
      values[index] = value;
      for (const sum of own) sum.made += (sum.weights[index] as number) * (value as number);
      const isThrough = from(index + 1);
      for (const sum of own) sum.made -= (sum.weights[index] as number) * (value as number);
      if (!isThrough) return false;
    }
    return true;
  }
  return from(0) ? found : null;
}

/** What the axes after one can add to a sum. */
interface Reach {
  readonly least: number;
  readonly greatest: number;
}

/** A row while values are chosen; one weight and one reach per axis of the frame. */
interface Sum {
  readonly weights: readonly number[];
  readonly rest: readonly Reach[];
  readonly min: number;
  readonly max: number;
  /** What the values chosen so far come to. */
  made: number;
}

function openSum(row: Row, axes: readonly Axis[]): Sum {
  const weights = axes.map((_, axis) =>
    row.axes.reduce((sum, own, i) => sum + (own === axis ? (row.weights[i] as number) : 0), 0),
  );
  const reaches: Reach[] = [];
  let reach: Reach = { least: 0, greatest: 0 };
  for (let axis = axes.length - 1; axis >= 0; axis--) {
    reaches[axis] = reach;
    const { min, max } = axes[axis]?.range ?? { min: 0, max: 0 };
    const ends = [(weights[axis] as number) * min, (weights[axis] as number) * max];
    reach = { least: reach.least + Math.min(...ends), greatest: reach.greatest + Math.max(...ends) };
  }
  // Sums that are made and unmade step by step gather rounding of their own; what is let through by it is judged in the end.
  return { weights, rest: reaches, min: row.min - 2 * row.tolerance, max: row.max + 2 * row.tolerance, made: 0 };
}

/** How many values of a rising grid are below a bound, or at most that. */
function countBelow(grid: readonly DesignValue[], bound: number, isIncluded: boolean): number {
  let [low, high] = [0, grid.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = grid[middle] as number;
    if (value < bound || (isIncluded && value === bound)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function valuesOf(axis: Axis): DesignValue[] {
  const values = [axis.fromUnit(0)];
  for (let next = axis.step(values[0] as DesignValue, 1); next !== values.at(-1); next = axis.step(next, 1)) {
    values.push(next);
  }
  return values;
}
