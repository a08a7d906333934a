/** Returns the rows of these indices, of row-major ones of so many features. */
export function gatherRows(rows: Float64Array, width: number, indices: readonly number[]): Float64Array {
  const gathered = new Float64Array(indices.length * width);
  let at = 0;
  for (let i = 0; i < indices.length; i++) {
    const start = (indices[i] as number) * width;
    for (let k = 0; k < width; k++) gathered[at++] = rows[start + k] as number;
  }
  return gathered;
}
