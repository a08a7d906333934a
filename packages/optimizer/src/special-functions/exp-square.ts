import { exp } from "./exp.ts";

/**
 * Returns exp(factor·x²) to a few units in the last place, factor being ±1 or ±½.
 *
 * The rounding of x² alone would be magnified by x²: here x is split at a sixteenth, whose square is exact (W. J. Cody,
 * CALERF).
 */
export function expSquare(x: number, factor: number): number {
  const square = factor * x * x;
  if (!(square < 710)) return exp(square);
  if (square < -746) return 0;
  const coarse = Math.trunc(x * 16) / 16;
  return exp(factor * coarse * coarse) * exp(factor * (x - coarse) * (x + coarse));
}
