/** Returns the indices of so many of the greatest scores, the greatest first; of equals the first. */
export function firstOf(scores: Float64Array, count: number): number[] {
  return [...scores.keys()].sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b).slice(0, count);
}
