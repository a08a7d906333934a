import type { Random } from "../random/create-random.ts";
import type { Axis } from "./axis.ts";
import { dot } from "./dot.ts";
import type { Row } from "./rule.ts";
import { isThin, joinThin, slabOf } from "./slab.ts";

/** The places within bounds and rows, and a random walk among them. */
export interface Polytope {
  /** Returns the next place of the walk, one number per axis given; the same array is never returned twice. */
  next(random: Random): Float64Array;
}

/** `normal · z ≤ offset` in the unit cube, and the part of the normal along which z can move. */
interface HalfSpace {
  readonly normal: Float64Array;
  readonly offset: number;
  readonly free: Float64Array;
}

/** `normal · z = offset`, the normals being of length 1 and at right angles. */
interface Plane {
  readonly normal: Float64Array;
  readonly offset: number;
}

const SWEEPS = 400;
const SLACK = 1e-10;

/**
 * Returns the walk within the bounds of numeric axes and rows over them, null where nothing was found within.
 *
 * Equalities are kept by moving in their null space. Of a sum between bounds near to each other the place between them is a
 * coordinate of its own, 0 to 1, which makes it an equality too. A first place is found by relaxation (S. Agmon, Canad. J. Math. 6
 * (1954) 382–392) well within the bounds if it can be; from there it is hit and run (R. L. Smith, Oper. Res. 32 (1984) 1296–1308),
 * whose places become uniform. Rows index `axes`.
 */
export function openPolytope(axes: readonly Axis[], rows: readonly Row[]): Polytope | null {
  const lows = axes.map(({ range }) => range?.min ?? 0);
  const spans = axes.map(({ range }) => (range === null ? 0 : range.max - range.min));
  const slabs = joinThin(rows.map((row) => slabOf(row, lows, spans)));
  const size = axes.length + slabs.filter(isThin).length;
  const planes: Plane[] = [];
  const bounds: { normal: Float64Array; offset: number }[] = [];
  let between = axes.length;
  for (const slab of slabs) {
    const { min, max, tolerance } = slab;
    const normal = new Float64Array(size);
    normal.set(slab.normal);
    if (max - min <= 2 * tolerance) {
      if (max < min - 2 * tolerance || !addPlane(planes, normal, (min + max) / 2, tolerance)) return null;
    } else if (isThin(slab)) {
      normal[between++] = min - max;
      if (!addPlane(planes, normal, min, tolerance)) return null;
    } else {
      if (max < Number.POSITIVE_INFINITY) bounds.push({ normal, offset: max });
      if (min > Number.NEGATIVE_INFINITY) bounds.push({ normal: normal.map((part) => -part), offset: -min });
    }
  }
  for (let axis = 0; axis < size; axis++) {
    bounds.push({ normal: unit(size, axis, 1), offset: 1 }, { normal: unit(size, axis, -1), offset: 0 });
  }
  const halfSpaces = bounds.flatMap(({ normal, offset }) => {
    const length = Math.sqrt(dot(normal, normal));
    if (length === 0) return offset < -SLACK ? null : [];
    const scaled = normal.map((part) => part / length);
    return [{ normal: scaled, offset: offset / length, free: withoutPlanes(planes, scaled) }];
  });
  if (halfSpaces.includes(null)) return null;
  const sides = halfSpaces.filter((side) => side !== null);
  const place = findPlace(size, planes, sides);
  if (place === null) return null;

  function walk(random: Random): void {
    const direction = withoutPlanes(
      planes,
      Float64Array.from({ length: size }, () => random.normal()),
    );
    const share = random.uniform();
    const length = Math.sqrt(dot(direction, direction));
    if (!(length > 1e-9)) return;
    let from = Number.NEGATIVE_INFINITY;
    let to = Number.POSITIVE_INFINITY;
    for (const { normal, offset } of sides) {
      const rate = dot(normal, direction);
      if (Math.abs(rate) < 1e-12 * length) continue;
      const reach = Math.max(0, offset - dot(normal, place as Float64Array)) / rate;
      if (rate > 0) to = Math.min(to, reach);
      else from = Math.max(from, reach);
    }
    if (!(to > from) || !Number.isFinite(to - from)) return;
    move(place as Float64Array, direction, from + share * (to - from));
    ontoPlanes(planes, place as Float64Array);
  }
  return {
    next(random) {
      for (let step = 0; step < 2 + size; step++) walk(random);
      return Float64Array.from(
        axes,
        (_, axis) => (lows[axis] as number) + (spans[axis] as number) * Math.min(1, Math.max(0, place[axis] as number)),
      );
    },
  };
}

/** Adds an equality at right angles to those before; false where it contradicts them. */
function addPlane(planes: Plane[], normal: Float64Array, offset: number, tolerance: number): boolean {
  const rest = Float64Array.from(normal);
  let level = offset;
  for (const plane of planes) {
    const share = dot(rest, plane.normal);
    move(rest, plane.normal, -share);
    level -= share * plane.offset;
  }
  const length = Math.sqrt(dot(rest, rest));
  if (length <= 1e-9 * Math.sqrt(dot(normal, normal)) || length === 0) return Math.abs(level) <= 2 * tolerance;
  planes.push({ normal: rest.map((part) => part / length), offset: level / length });
  return true;
}

function findPlace(size: number, planes: readonly Plane[], sides: readonly HalfSpace[]): Float64Array | null {
  for (const margin of [0.05, 0.01, 1e-3, 1e-5, 0]) {
    const place = new Float64Array(size).fill(0.5);
    ontoPlanes(planes, place);
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      let worst = 0;
      for (const { normal, offset, free } of sides) {
        const over = dot(normal, place) - offset;
        worst = Math.max(worst, over + margin / 2);
        const power = dot(free, free);
        if (over + margin > 0 && power > 1e-12) move(place, free, -(over + margin) / power);
      }
      if (worst <= SLACK) {
        ontoPlanes(planes, place);
        return place;
      }
    }
  }
  return null;
}

function ontoPlanes(planes: readonly Plane[], place: Float64Array): void {
  for (const { normal, offset } of planes) move(place, normal, offset - dot(normal, place));
}

function withoutPlanes(planes: readonly Plane[], vector: Float64Array): Float64Array {
  const rest = Float64Array.from(vector);
  for (const { normal } of planes) move(rest, normal, -dot(rest, normal));
  return rest;
}

function move(place: Float64Array, direction: Float64Array, by: number): void {
  for (let i = 0; i < place.length; i++) place[i] = (place[i] as number) + by * (direction[i] as number);
}

function unit(size: number, axis: number, value: number): Float64Array {
  const vector = new Float64Array(size);
  vector[axis] = value;
  return vector;
}
