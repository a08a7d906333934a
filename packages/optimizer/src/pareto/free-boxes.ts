import { aboveReference, covers } from "./covers.ts";

/** A box without its upper faces; upper bounds may be Infinity. */
export interface Box {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

interface OpenBox extends Box {
  /** Where the box ends in the coordinate that is swept. */
  readonly top: number;
}

/**
 * Returns disjoint boxes that fill what is above the reference and not dominated by any point, larger being better.
 *
 * What a new outcome adds to the hypervolume is then the sum over boxes of the product of its reach into each. Points that are
 * dominated, repeated or not above the reference change nothing. With k points on the front: k + 1 boxes for two coordinates,
 * at most 2k + 1 for three, order k² for four. The last coordinate is swept from above; a box is closed only when a point cuts
 * into it (after R. Lacour, K. Klamroth, C. M. Fonseca, Computers & Operations Research 79 (2017) 347–360).
 */
export function freeBoxes(points: readonly ArrayLike<number>[], reference: ArrayLike<number>): Box[] {
  return sweep(aboveReference(points, reference), reference, reference.length);
}

/** The boxes in the first `width` coordinates. */
function sweep(points: readonly ArrayLike<number>[], reference: ArrayLike<number>, width: number): Box[] {
  const last = width - 1;
  const floor = reference[last] as number;
  if (last === 0) {
    const most = points.reduce((highest, point) => Math.max(highest, point[0] as number), floor);
    return [{ lower: [most], upper: [Number.POSITIVE_INFINITY] }];
  }
  const sorted = [...points].sort((a, b) => (b[last] as number) - (a[last] as number));
  const closed: Box[] = [];
  let front: ArrayLike<number>[] = [];
  let open = sweep([], reference, last).map((box) => ({ ...box, top: Number.POSITIVE_INFINITY }));
  for (const point of sorted) {
    if (front.some((other) => covers(other, point, last))) continue;
    front = front.filter((other) => !covers(point, other, last));
    front.push(point);
    const height = point[last] as number;
    const here = sweep(front, reference, last);
    const kept: OpenBox[] = [];
    for (const box of open) {
      if (here.some((other) => sameBox(other, box))) kept.push(box);
      else if (box.top > height) closed.push(closeBox(box, height));
    }
    const fresh = here.filter((box) => !kept.some((other) => sameBox(other, box)));
    open = [...kept, ...fresh.map((box) => ({ ...box, top: height }))];
  }
  return [...closed, ...open.filter(({ top }) => top > floor).map((box) => closeBox(box, floor))];
}

function closeBox({ lower, upper, top }: OpenBox, bottom: number): Box {
  return { lower: [...lower, bottom], upper: [...upper, top] };
}

function sameBox(a: Box, b: Box): boolean {
  return a.lower.every((bound, j) => bound === b.lower[j]) && a.upper.every((bound, j) => bound === b.upper[j]);
}
