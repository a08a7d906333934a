import type { Point, SearchSpace } from "@labloop/contracts";

/** Returns the parameter values of a point in the order of the space; throws when one is missing or not finite. */
function pointValues(space: SearchSpace, point: Point): number[] {
  return space.parameters.map(({ name }) => {
    const value = point[name];
    if (value === undefined || !Number.isFinite(value)) {
      throw new Error(`the point has no finite value for parameter "${name}"`);
    }
    return value;
  });
}

/** Returns the design vector of a point: each parameter's range mapped to [0, 1], or to 0 when the range is empty. */
export function designVector(space: SearchSpace, point: Point): Float64Array {
  const values = pointValues(space, point);
  return Float64Array.from(space.parameters, ({ min, max }, i) =>
    max > min ? ((values[i] as number) - min) / (max - min) : 0,
  );
}

/** Returns a text that two points of a space share exactly when all their parameters are equal. */
export function pointKey(space: SearchSpace, point: Point): string {
  return pointValues(space, point).join();
}

/** Returns the Euclidean distance between two design vectors of one length. */
export function vectorDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    sum += difference * difference;
  }
  return Math.sqrt(sum);
}

/** Returns a negative number when `a` comes before `b` in lexicographic order, 0 when they are equal. */
export function compareVectors(a: Float64Array, b: Float64Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number);
  return 0;
}
