/** Returns the address of element (row, column) of a row-major matrix whose rows lie `rowBytes` apart. */
export function at(matrix: usize, row: i32, column: i32, rowBytes: usize): usize {
  return matrix + row * rowBytes + (column << 3);
}

/** Returns the smaller of two. */
export function least(a: i32, b: i32): i32 {
  return a < b ? a : b;
}
