import type * as calls from "./source/kernel.ts";

/** The functions that both twins of the kernel's source offer, on addresses in bytes. */
export type KernelCalls = typeof calls;

export type BackEndKind = "wasm" | "portable";

/** One twin with a memory of its own. */
export interface BackEnd {
  readonly kind: BackEndKind;
  /** Returns the functions, bound to this memory until another back end is used. */
  use(): KernelCalls;
  /** Returns the memory as doubles; a view is worthless once `reserve` has been called again. */
  heap(): Float64Array;
  /** Makes the memory at least `bytes` long; what it holds stays. */
  reserve(bytes: number): void;
}
