const SQRT5 = Math.sqrt(5);

/**
 * Returns the Matérn-5/2 correlation (1 + √5·r + 5r²/3)·exp(-√5·r) at squared scaled distance r², in (0, 1].
 *
 * C. E. Rasmussen and C. K. I. Williams, "Gaussian Processes for Machine Learning", 2006, equation 4.17.
 */
export function matern52(squaredDistance: number): number {
  const root = SQRT5 * Math.sqrt(squaredDistance);
  return (1 + root + (5 / 3) * squaredDistance) * Math.exp(-root);
}
