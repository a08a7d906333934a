// Doubles by byte address. This is the plain twin; memory.simd.ts takes its place in the wasm build.
const ROOM_BELOW: usize = 64;

let heap: Float64Array = new Float64Array(0);

/** Makes `memory` the one that every function of the plain twin reads and writes until the next call. */
export function bindHeap(memory: Float64Array): void {
  heap = memory;
}

/** Returns the bound memory, for loops that index it directly. */
export function boundHeap(): Float64Array {
  return heap;
}

/** Returns the first address that callers may use. */
export function firstFree(): usize {
  return ROOM_BELOW;
}

/** Returns the double at an address, a multiple of 8. */
export function read(address: usize): f64 {
  return heap[address >>> 3] as number;
}

/** Writes the double at an address, a multiple of 8. */
export function write(address: usize, value: f64): void {
  heap[address >>> 3] = value;
}

/** Sets `count` doubles to 0. */
export function clear(address: usize, count: i32): void {
  heap.fill(0, address >>> 3, (address >>> 3) + count);
}
