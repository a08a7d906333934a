import type { BackEnd } from "./back-end.ts";
import * as calls from "./source/kernel.ts";
import { bindHeap } from "./source/memory.ts";

/** Returns the plain twin with a memory of its own: it runs anywhere, three to five times slower than wasm. */
export function openPortable(): BackEnd {
  let heap = new Float64Array(0);
  return {
    kind: "portable",
    use() {
      bindHeap(heap);
      return calls;
    },
    heap: () => heap,
    reserve(bytes) {
      if (heap.byteLength >= bytes) return;
      const grown = new Float64Array(Math.ceil(bytes / 8));
      grown.set(heap);
      heap = grown;
    },
  };
}
