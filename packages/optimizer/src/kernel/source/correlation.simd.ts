// Rows of correlations: the wasm twin of correlation.ts, which explains the constants.

// Every constant twice, once a lane: loading them from memory is a quarter faster than v128.const.
const TABLE: usize = memory.data<f64>(
  [
    1.4426950408889634, 1.4426950408889634, 6.93145751953125e-1, 6.93145751953125e-1, 1.4286068203094173e-6,
    1.4286068203094173e-6, 1.6059043836821613e-10, 1.6059043836821613e-10, 2.08767569878681e-9, 2.08767569878681e-9,
    2.505210838544172e-8, 2.505210838544172e-8, 2.755731922398589e-7, 2.755731922398589e-7, 2.7557319223985893e-6,
    2.7557319223985893e-6, 2.48015873015873e-5, 2.48015873015873e-5, 0.0001984126984126984, 0.0001984126984126984,
    0.001388888888888889, 0.001388888888888889, 0.008333333333333333, 0.008333333333333333, 0.041666666666666664,
    0.041666666666666664, 0.16666666666666666, 0.16666666666666666, 0.5, 0.5, 1.0, 1.0, 1.0, 1.0, 6755399441056767.0,
    6755399441056767.0,
  ],
  16,
);

function multiplyAdd(a: v128, b: v128, sum: v128): v128 {
  return f64x2.add(f64x2.mul(a, b), sum);
}

function exponential(x: v128): v128 {
  const t = TABLE;
  const k = f64x2.nearest(f64x2.mul(x, v128.load(t)));
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(k, v128.load(t, 16))), f64x2.mul(k, v128.load(t, 32)));
  let p = v128.load(t, 48);
  p = multiplyAdd(p, r, v128.load(t, 64));
  p = multiplyAdd(p, r, v128.load(t, 80));
  p = multiplyAdd(p, r, v128.load(t, 96));
  p = multiplyAdd(p, r, v128.load(t, 112));
  p = multiplyAdd(p, r, v128.load(t, 128));
  p = multiplyAdd(p, r, v128.load(t, 144));
  p = multiplyAdd(p, r, v128.load(t, 160));
  p = multiplyAdd(p, r, v128.load(t, 176));
  p = multiplyAdd(p, r, v128.load(t, 192));
  p = multiplyAdd(p, r, v128.load(t, 208));
  p = multiplyAdd(p, r, v128.load(t, 224));
  p = multiplyAdd(p, r, v128.load(t, 240));
  p = multiplyAdd(p, r, v128.load(t, 256));
  // k + 1023 sits in the low bits of the mantissa of k + 1.5·2⁵² + 1023: shifted up it is the power of two.
  return f64x2.mul(p, i64x2.shl(f64x2.add(k, v128.load(t, 272)), 52));
}

export function squaredDistances(
  points: usize,
  pointBytes: usize,
  features: i32,
  x: usize,
  xBytes: usize,
  count: i32,
  squares: usize,
): void {
  for (let j = 0; j < count; j += 2) {
    let sum = f64x2.splat(0);
    let p = points + (j << 3);
    let q = x;
    for (let m = 0; m < features; m++) {
      const t = f64x2.sub(v128.load(p), v128.load64_splat(q));
      sum = multiplyAdd(t, t, sum);
      p += pointBytes;
      q += xBytes;
    }
    v128.store(squares, sum);
    squares += 16;
  }
}

export function correlate(family: i32, squares: usize, slopes: usize, count: i32): void {
  const one = f64x2.splat(1);
  const farthest = f64x2.splat(700);
  if (family === 0) {
    const root5 = f64x2.splat(2.23606797749979);
    const third = f64x2.splat(1.0 / 3);
    const fiveThirds = f64x2.splat(5.0 / 3);
    for (; count > 0; count -= 2) {
      const r = f64x2.pmin(farthest, f64x2.mul(f64x2.sqrt(v128.load(squares)), root5));
      const decay = exponential(f64x2.neg(r));
      const linear = f64x2.add(one, r);
      v128.store(squares, f64x2.mul(multiplyAdd(f64x2.mul(r, r), third, linear), decay));
      squares += 16;
      if (slopes !== 0) {
        v128.store(slopes, f64x2.mul(f64x2.mul(linear, decay), fiveThirds));
        slopes += 16;
      }
    }
  } else {
    const farthestSquare = f64x2.splat(1400);
    const half = f64x2.splat(-0.5);
    for (; count > 0; count -= 2) {
      const decay = exponential(f64x2.mul(f64x2.pmin(farthestSquare, v128.load(squares)), half));
      v128.store(squares, decay);
      squares += 16;
      if (slopes !== 0) {
        v128.store(slopes, decay);
        slopes += 16;
      }
    }
  }
}
