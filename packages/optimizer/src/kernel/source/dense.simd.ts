// The inner loops of dense algebra: the wasm twin of dense.ts, with two lanes. The loops bump their pointers and unroll by two
// by hand, because Binaryen does neither.

function multiplyAdd(a: v128, b: v128, sum: v128): v128 {
  return f64x2.add(sum, f64x2.mul(a, b));
}

function sumOfLanes(value: v128): f64 {
  return f64x2.extract_lane(value, 0) + f64x2.extract_lane(value, 1);
}

function put(address: usize, a: v128, b: v128, sign: i32): void {
  let value = f64x2.add(v128.shuffle<f64>(a, b, 0, 2), v128.shuffle<f64>(a, b, 1, 3));
  if (sign < 0) value = f64x2.sub(v128.load(address), value);
  else if (sign > 0) value = f64x2.add(v128.load(address), value);
  v128.store(address, value);
}

export function dot(a: usize, b: usize, count: i32): f64 {
  let lanes = f64x2.splat(0);
  let lanesNext = f64x2.splat(0);
  const end = a + ((count & ~3) << 3);
  while (a < end) {
    lanes = multiplyAdd(v128.load(a), v128.load(b), lanes);
    lanesNext = multiplyAdd(v128.load(a, 16), v128.load(b, 16), lanesNext);
    a += 32;
    b += 32;
  }
  let sum = sumOfLanes(f64x2.add(lanes, lanesNext));
  for (let rest = count & 3; rest > 0; rest--) {
    sum += load<f64>(a) * load<f64>(b);
    a += 8;
    b += 8;
  }
  return sum;
}

export function tile(
  a: usize,
  aBytes: usize,
  b: usize,
  bBytes: usize,
  count: i32,
  c: usize,
  cBytes: usize,
  sign: i32,
): void {
  let a1 = a + aBytes;
  let a2 = a1 + aBytes;
  let a3 = a2 + aBytes;
  let b1 = b + bBytes;
  let c00 = f64x2.splat(0);
  let c01 = f64x2.splat(0);
  let c10 = f64x2.splat(0);
  let c11 = f64x2.splat(0);
  let c20 = f64x2.splat(0);
  let c21 = f64x2.splat(0);
  let c30 = f64x2.splat(0);
  let c31 = f64x2.splat(0);
  const end = a + ((count & ~3) << 3);
  while (a < end) {
    const x0 = v128.load(b);
    const x1 = v128.load(b1);
    let y = v128.load(a);
    c00 = multiplyAdd(y, x0, c00);
    c01 = multiplyAdd(y, x1, c01);
    y = v128.load(a1);
    c10 = multiplyAdd(y, x0, c10);
    c11 = multiplyAdd(y, x1, c11);
    y = v128.load(a2);
    c20 = multiplyAdd(y, x0, c20);
    c21 = multiplyAdd(y, x1, c21);
    y = v128.load(a3);
    c30 = multiplyAdd(y, x0, c30);
    c31 = multiplyAdd(y, x1, c31);
    const z0 = v128.load(b, 16);
    const z1 = v128.load(b1, 16);
    y = v128.load(a, 16);
    c00 = multiplyAdd(y, z0, c00);
    c01 = multiplyAdd(y, z1, c01);
    y = v128.load(a1, 16);
    c10 = multiplyAdd(y, z0, c10);
    c11 = multiplyAdd(y, z1, c11);
    y = v128.load(a2, 16);
    c20 = multiplyAdd(y, z0, c20);
    c21 = multiplyAdd(y, z1, c21);
    y = v128.load(a3, 16);
    c30 = multiplyAdd(y, z0, c30);
    c31 = multiplyAdd(y, z1, c31);
    a += 32;
    a1 += 32;
    a2 += 32;
    a3 += 32;
    b += 32;
    b1 += 32;
  }
  if (count & 2) {
    const x0 = v128.load(b);
    const x1 = v128.load(b1);
    let y = v128.load(a);
    c00 = multiplyAdd(y, x0, c00);
    c01 = multiplyAdd(y, x1, c01);
    y = v128.load(a1);
    c10 = multiplyAdd(y, x0, c10);
    c11 = multiplyAdd(y, x1, c11);
    y = v128.load(a2);
    c20 = multiplyAdd(y, x0, c20);
    c21 = multiplyAdd(y, x1, c21);
    y = v128.load(a3);
    c30 = multiplyAdd(y, x0, c30);
    c31 = multiplyAdd(y, x1, c31);
    a += 16;
    a1 += 16;
    a2 += 16;
    a3 += 16;
    b += 16;
    b1 += 16;
  }
  if (count & 1) {
    const x0 = v128.load64_zero(b);
    const x1 = v128.load64_zero(b1);
    let y = v128.load64_zero(a);
    c00 = multiplyAdd(y, x0, c00);
    c01 = multiplyAdd(y, x1, c01);
    y = v128.load64_zero(a1);
    c10 = multiplyAdd(y, x0, c10);
    c11 = multiplyAdd(y, x1, c11);
    y = v128.load64_zero(a2);
    c20 = multiplyAdd(y, x0, c20);
    c21 = multiplyAdd(y, x1, c21);
    y = v128.load64_zero(a3);
    c30 = multiplyAdd(y, x0, c30);
    c31 = multiplyAdd(y, x1, c31);
  }
  put(c, c00, c01, sign);
  c += cBytes;
  put(c, c10, c11, sign);
  c += cBytes;
  put(c, c20, c21, sign);
  c += cBytes;
  put(c, c30, c31, sign);
}

export function addScaled(from: usize, factor: f64, to: usize, count: i32): void {
  const factors = f64x2.splat(factor);
  for (; count > 1; count -= 2) {
    v128.store(to, multiplyAdd(v128.load(from), factors, v128.load(to)));
    from += 16;
    to += 16;
  }
  if (count > 0) store<f64>(to, load<f64>(to) + load<f64>(from) * factor);
}

export function multiply(a: usize, b: usize, product: usize, count: i32): void {
  for (; count > 1; count -= 2) {
    v128.store(product, f64x2.mul(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
    product += 16;
  }
  if (count > 0) store<f64>(product, load<f64>(a) * load<f64>(b));
}

export function addSquares(from: usize, to: usize, count: i32): void {
  for (; count > 1; count -= 2) {
    const value = v128.load(from);
    v128.store(to, multiplyAdd(value, value, v128.load(to)));
    from += 16;
    to += 16;
  }
  if (count > 0) store<f64>(to, load<f64>(to) + load<f64>(from) * load<f64>(from));
}

export function scale(from: usize, factor: f64, to: usize, count: i32): void {
  const factors = f64x2.splat(factor);
  for (; count > 1; count -= 2) {
    v128.store(to, f64x2.mul(v128.load(from), factors));
    from += 16;
    to += 16;
  }
  if (count > 0) store<f64>(to, load<f64>(from) * factor);
}

export function addWeightedSquares(x: usize, centre: f64, a: usize, b: usize, count: i32, sums: usize): void {
  const centres = f64x2.splat(centre);
  let sumA = f64x2.splat(0);
  let sumB = f64x2.splat(0);
  for (; count > 0; count -= 2) {
    const t = f64x2.sub(v128.load(x), centres);
    const square = f64x2.mul(t, t);
    sumA = multiplyAdd(square, v128.load(a), sumA);
    sumB = multiplyAdd(square, v128.load(b), sumB);
    x += 16;
    a += 16;
    b += 16;
  }
  put(sums, sumA, sumB, 1);
}
