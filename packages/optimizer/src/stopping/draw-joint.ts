import type { Random } from "../random/create-random.ts";

/** Returns a draw of values with the given means, given the lower triangular factor of their covariance, row-major, and how much wider it is to be drawn. */
export function drawJoint(means: Float64Array, factor: Float64Array, widening: number, random: Random): Float64Array {
  const count = means.length;
  const normals = Float64Array.from(means, () => random.normal());
  return means.map((mean, i) => {
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += (factor[i * count + j] as number) * (normals[j] as number);
    return mean + widening * sum;
  });
}
