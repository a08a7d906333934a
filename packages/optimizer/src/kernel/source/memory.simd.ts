// Doubles by byte address: the wasm twin of memory.ts.

export function firstFree(): usize {
  // The table of correlation.simd.ts lies below.
  return (__heap_base + 63) & ~63;
}

export function read(address: usize): f64 {
  return load<f64>(address);
}

export function write(address: usize, value: f64): void {
  store<f64>(address, value);
}

export function clear(address: usize, count: i32): void {
  memory.fill(address, 0, count << 3);
}
