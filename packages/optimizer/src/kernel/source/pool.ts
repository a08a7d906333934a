import { at } from "./address.ts";
import { correlate, squaredDistances } from "./correlation.ts";
import { dot } from "./dense.ts";
import { read, write } from "./memory.ts";

/**
 * Appends one entry to the row L⁻¹k of each of `count` places, for a point that became row n of the factor.
 *
 * `places` holds one scaled feature a row; `row` is row n of L before its diagonal entry, `pivot`. Then updates the sums of
 * the places' rows: their squares, and their products with L⁻¹y and L⁻¹1, whose new entries are given.
 */
export function appendToRows(
  places: usize,
  featureBytes: usize,
  features: i32,
  family: i32,
  point: usize,
  count: i32,
  row: usize,
  n: i32,
  pivot: f64,
  value: f64,
  one: f64,
  rows: usize,
  rowBytes: usize,
  squares: usize,
  values: usize,
  ones: usize,
  correlations: usize,
  slopes: usize,
): void {
  squaredDistances(places, featureBytes, features, point, 8, count, correlations);
  correlate(family, correlations, slopes, count);
  for (let b = 0; b < count; b++) {
    const offset: usize = b << 3;
    const own = at(rows, b, 0, rowBytes);
    const entry: f64 = (read(correlations + offset) - dot(own, row, n)) / pivot;
    write(own + (n << 3), entry);
    write(squares + offset, read(squares + offset) + entry * entry);
    write(values + offset, read(values + offset) + entry * value);
    write(ones + offset, read(ones + offset) + entry * one);
  }
}
