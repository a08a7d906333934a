/** Returns the rows of these indices, of row-major ones of so many features. */
export function gatherRows(rows: Float64Array, width: number, indices: readonly number[]): Float64Array {
  const gathered = new Float64Array(indices.length * width);
  indices.forEach((own, i) => gathered.set(rows.subarray(own * width, (own + 1) * width), i * width));
  return gathered;
}
