import type { DesignValue } from "@labloop/contracts";
import type { Random } from "../random/create-random.ts";
import type { Axis } from "./axis.ts";
import { drawSupport, shuffle } from "./draw-support.ts";
import { excessOf, type Frame, keyOf, marksOf, roundEach, snapEach } from "./frame.ts";
import { mendRows } from "./mend-rows.ts";
import { nearValues } from "./near-values.ts";
import { openPolytope, type Polytope } from "./polytope.ts";
import { snapValues } from "./snap-values.ts";
import type { Values } from "./rule.ts";
import { openSobol } from "./sobol.ts";

// A grid of no more designs is looked through as a whole; a larger one where draws miss what rules leave of it.
const ENUMERATED = 20_000;
const MOST_ENUMERATED = 200_000;
// So many draws in a row that bring nothing new end a search: what is left is rarer than 1 in 500 or so.
const PATIENCE = 2000;
const RADII = [0.2, 0.05, 0.01];

/**
 * Returns up to `count` different designs that can be set and break no rule, spread over the space: a small grid is looked
 * through; else axes without a rule follow a scrambled Sobol sequence, and those under a row walk within it. What an expression
 * refuses is drawn again; where it refuses nearly all, more is looked for around what was found, and then in the whole of a grid of
 * middle size. Fewer than `count` come back where the space seems to hold no more.
 */
export function drawValues(frame: Frame, count: number, random: Random): DesignValue[][] {
  const cells = frame.axes.reduce((product, { size }) => product * size, 1);
  if (cells <= ENUMERATED) return shuffle(enumerate(frame), random).slice(0, count);
  const found = new Map<string, DesignValue[]>();
  const sequence = openSobol(frame.axes.length, random);
  const polytopes = new Map<string, Polytope | null>();
  let nearest: { values: DesignValue[]; excess: number } | null = null;
  for (let idle = 0; found.size < count && idle < PATIENCE; idle++) {
    const values = drawOne(frame, sequence(), polytopes, random);
    const excess = excessOf(frame, values);
    if (excess === 0) {
      const key = keyOf(marksOf(frame, values));
      if (!found.has(key)) idle = 0;
      found.set(key, values);
    } else if (nearest === null || excess < nearest.excess) nearest = { values, excess };
  }
  if (found.size === 0 && nearest !== null) {
    const values = descend(frame, nearest, random);
    if (values !== null) found.set(keyOf(marksOf(frame, values)), values);
  }
  spread(frame, found, count, random);
  if (found.size < count && cells <= MOST_ENUMERATED) {
    const left = enumerated(frame).filter((values) => !found.has(keyOf(marksOf(frame, values))));
    return [...found.values(), ...shuffle(left, random).slice(0, count - found.size)];
  }
  return [...found.values()];
}

// Looking through a grid takes a second at most, and finds the same each time.
const grids = new WeakMap<Frame, DesignValue[][]>();

function enumerated(frame: Frame): DesignValue[][] {
  const known = grids.get(frame) ?? enumerate(frame);
  grids.set(frame, known);
  return known;
}

function enumerate(frame: Frame): DesignValue[][] {
  let designs: DesignValue[][] = [[]];
  for (const axis of frame.axes) {
    const values = valuesOf(axis);
    designs = designs.flatMap((design) => values.map((value) => [...design, value]));
  }
  return designs.filter((values) => excessOf(frame, values) === 0);
}

function valuesOf(axis: Axis): DesignValue[] {
  const values = [axis.fromUnit(0)];
  for (let next = axis.step(values[0] as DesignValue, 1); next !== values.at(-1); next = axis.step(next, 1)) {
    values.push(next);
  }
  return values;
}

function drawOne(
  frame: Frame,
  point: Float64Array,
  polytopes: Map<string, Polytope | null>,
  random: Random,
): DesignValue[] {
  const { axes, rules } = frame;
  if (rules.length === 0) return axes.map((axis, index) => axis.fromUnit(point[index] as number));
  const { zero, nonZero } = drawSupport(frame, random);
  const wanted = axes.map((axis, index) => (zero.has(index) ? 0 : axis.fromUnit(point[index] as number)));
  for (const index of nonZero) wanted[index] = awayFromZero(axes[index] as Axis, wanted[index] as DesignValue);
  const rows = rules.flatMap(({ row }) => row ?? []);
  if (rows.length === 0) return snapEach(frame, wanted);

  const tied = [...new Set(rows.flatMap((row) => row.axes))].filter((index) => !zero.has(index)).sort((a, b) => a - b);
  const key = tied.join();
  if (!polytopes.has(key)) {
    const own = rows.map((row) => {
      const kept = row.axes.flatMap((axis, i) => (zero.has(axis) ? [] : [{ axis: tied.indexOf(axis), i }]));
      return { ...row, axes: kept.map(({ axis }) => axis), weights: kept.map(({ i }) => row.weights[i] as number) };
    });
    polytopes.set(
      key,
      openPolytope(
        tied.map((index) => axes[index] as Axis),
        own,
      ),
    );
  }
  const place = polytopes.get(key)?.next(random);
  if (place === undefined) return snapEach(frame, wanted);
  tied.forEach((index, i) => (wanted[index] = place[i] as number));
  const ruled = { axes, rules: rules.filter(({ row, support }) => row !== null || support !== null) };
  // Where rows share all their parts, what rounding takes from one row no single part can give back.
  return (
    mendRows(ruled, wanted, roundEach(frame, wanted), zero) ??
    mendRows(ruled, wanted, snapEach(frame, wanted), zero) ??
    snapValues(frame, wanted)
  );
}

function awayFromZero(axis: Axis, value: DesignValue): DesignValue {
  if (value !== 0) return value;
  const up = axis.step(0, 1);
  return up === 0 ? axis.step(0, -1) : up;
}

/** Walks from a design that breaks rules to one that breaks none, taking only steps that break less; null where it gets stuck. */
function descend(frame: Frame, from: { values: DesignValue[]; excess: number }, random: Random): DesignValue[] | null {
  let { values, excess } = from;
  for (let step = 0; step < PATIENCE && excess > 0; step++) {
    const radius = RADII[step % RADII.length] as number;
    const next = nearValues(frame, values, radius, random);
    const nextExcess = excessOf(frame, next);
    if (nextExcess < excess) ({ values, excess } = { values: next, excess: nextExcess });
  }
  return excess > 0 ? null : values;
}

function spread(frame: Frame, found: Map<string, DesignValue[]>, count: number, random: Random): void {
  const starts: Values[] = [...found.values()];
  for (let idle = 0; starts.length > 0 && found.size < count && idle < PATIENCE; idle++) {
    const start = starts[Math.floor(random.uniform() * starts.length)] as Values;
    const next = nearValues(frame, start, RADII[idle % RADII.length] as number, random);
    const key = keyOf(marksOf(frame, next));
    if (found.has(key) || excessOf(frame, next) > 0) continue;
    idle = 0;
    found.set(key, next);
    starts.push(next);
  }
}
