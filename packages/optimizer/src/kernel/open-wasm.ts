import type { BackEnd, KernelCalls } from "./back-end.ts";
import { kernelBase64 } from "./kernel-bytes.ts";

const PAGE = 65_536;

// A module whose one function returns a v128: it validates where the 128-bit SIMD of WebAssembly 2.0 is known.
const PROBE = "AGFzbQEAAAABBQFgAAF7AwIBAAoKAQgAQQD9D/1iCw==";

let compiled: WebAssembly.Module | undefined;

/** Returns whether this machine's engine runs the kernel's wasm module. */
export function wasmRuns(): boolean {
  return typeof WebAssembly === "object" && WebAssembly.validate(bytesOf(PROBE));
}

/** Returns the compiled twin with a memory of its own. */
export function openWasm(): BackEnd {
  compiled ??= new WebAssembly.Module(bytesOf(kernelBase64));
  const { exports } = new WebAssembly.Instance(compiled);
  const memory = exports["memory"] as WebAssembly.Memory;
  let heap = new Float64Array(memory.buffer);
  return {
    kind: "wasm",
    use: () => exports as unknown as KernelCalls,
    heap: () => heap,
    reserve(bytes) {
      if (memory.buffer.byteLength < bytes) memory.grow(Math.ceil((bytes - memory.buffer.byteLength) / PAGE));
      // Growing detaches the buffer of every earlier view.
      if (heap.buffer !== memory.buffer) heap = new Float64Array(memory.buffer);
    },
  };
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
