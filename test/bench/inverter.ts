import type { BackEnd } from "../../packages/optimizer/src/kernel/back-end.ts";

/** Returns a round of factor and inverse of one n by n covariance, on the functions below the kernel's interface. */
export function inverter(backEnd: BackEnd, n: number): () => void {
  const calls = backEnd.use();
  const rowBytes = ((n + 3) & ~1) * 8;
  const scratch = calls.firstFree();
  const matrix = scratch + 64;
  const upper = matrix + n * rowBytes;
  backEnd.reserve(upper + n * rowBytes);
  return () => {
    const bound = backEnd.use();
    const heap = backEnd.heap();
    for (let i = 0; i < n; i++) {
      const row = (matrix + i * rowBytes) >> 3;
      heap.fill(0.5, row, row + i);
      heap[row + i] = 1.1;
    }
    bound.cholesky(matrix, n, rowBytes, scratch);
    bound.invertTransposed(matrix, upper, n, rowBytes);
    bound.inverseFromUpper(upper, matrix, n, rowBytes);
  };
}
