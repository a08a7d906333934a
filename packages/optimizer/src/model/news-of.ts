import { exp } from "../special-functions/exp.ts";

// Root mean square over features, of their range: how far the part of a value that belongs to one design reaches.
const REACH = 0.03;
// In squared reaches: so far away nothing of it is left.
const FAR = 20;

/**
 * Returns, per place, row-major, the share from 0 to 1 of a design's own deviation that is still unknown there: 1 - exp(-r²), r the distance to the nearest
 * known place in units of 0.03 of the range of each feature.
 *
 * What a smooth surface leaves over is no new lottery a step away: if each design had a deviation of its own whatever lies beside it, the best
 * place to look would be beside the best, and beside that again.
 */
export function newsOf(places: Float64Array, known: readonly Float64Array[], width: number): Float64Array {
  const reach = REACH * REACH * width;
  const news = new Float64Array(width === 0 ? 0 : places.length / width);
  for (let i = 0; i < news.length; i++) {
    let least = FAR * reach;
    for (const rows of known) {
      for (let start = 0; start < rows.length; start += width) {
        let square = 0;
        // Most are far in their first features already.
        for (let k = 0; k < width && square < least; k++) {
          const difference = (places[i * width + k] as number) - (rows[start + k] as number);
          square += difference * difference;
        }
        if (square < least) least = square;
      }
    }
    news[i] = 1 - exp(-least / reach);
  }
  return news;
}
