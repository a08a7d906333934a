// The AssemblyScript names that the kernel's sources use, for tsc, which takes every number type for `number`.
type i32 = number;
type usize = number;
type f64 = number;
interface v128 {
  readonly lanes: unique symbol;
}

declare const __heap_base: usize;
declare function load<T>(address: usize): number;
declare function store<T>(address: usize, value: number): void;

declare namespace memory {
  function data<T>(values: readonly number[], align: number): usize;
  function fill(address: usize, value: number, bytes: usize): void;
}

declare namespace v128 {
  function load(address: usize, offset?: usize): v128;
  function load64_zero(address: usize): v128;
  function load64_splat(address: usize): v128;
  function store(address: usize, value: v128): void;
  function shuffle<T>(a: v128, b: v128, first: number, second: number): v128;
}

declare namespace f64x2 {
  function splat(value: number): v128;
  function extract_lane(value: v128, lane: number): number;
  function add(a: v128, b: v128): v128;
  function sub(a: v128, b: v128): v128;
  function mul(a: v128, b: v128): v128;
  function pmin(a: v128, b: v128): v128;
  function nearest(a: v128): v128;
  function sqrt(a: v128): v128;
  function neg(a: v128): v128;
}

declare namespace i64x2 {
  function shl(a: v128, bits: number): v128;
}
