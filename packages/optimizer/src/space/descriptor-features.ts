import { symmetricEigen } from "./symmetric-eigen.ts";

// More components than these are noise to a handful of experiments, but where options would be one without them.
const MOST = 8;
const VARIANCE_KEPT = 0.99;
// Of the distance of two options in the whole table: less of it is left to nothing but rounding and chance.
const TOLD_APART = 0.01;

/**
 * Returns the features of each option of a descriptor table, one row of numbers per option, none of them constant.
 *
 * Every descriptor is brought to [0, 1], then the table is turned on its principal components: so many that they hold 99 %
 * of the variance, at most eight, and more where it takes more to tell any two options apart; all are divided by the spread of
 * the first, which so covers a length of 1. Rows of the table that are equal stay so.
 */
export function descriptorFeatures(table: readonly (readonly number[])[]): Float64Array[] {
  const width = table[0]?.length ?? 0;
  const scaled = table.map((row) => Float64Array.from(row));
  for (let column = 0; column < width; column++) {
    const values = table.map((row) => row[column] as number);
    const min = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
    const max = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    // Half of each, so that a difference of the largest numbers is one too.
    const places = values.map((value) => (max > min ? (value / 2 - min / 2) / (max / 2 - min / 2) : 0));
    const mean = places.reduce((sum, value) => sum + value, 0) / places.length;
    scaled.forEach((row, i) => (row[column] = (places[i] as number) - mean));
  }
  const components = principalComponents(scaled, width);
  const first = components[0] ?? [];
  const unit = spread(first) || 1;
  return table.map((_, i) => Float64Array.from(components, (component) => (component[i] as number) / unit));
}

/** The scores of the rows on each component, strongest first. */
function principalComponents(rows: readonly Float64Array[], width: number): number[][] {
  const narrow = width <= rows.length;
  const columns = Array.from({ length: width }, (_, j) => Float64Array.from(rows, (row) => row[j] as number));
  const vectors = narrow ? columns : rows;
  const products = vectors.map((a) => Float64Array.from(vectors, (b) => dot(a, b)));
  const eigen = symmetricEigen(products);
  const total = eigen.reduce((sum, { value }) => sum + Math.max(0, value), 0);
  const components: number[][] = [];
  let kept = 0;
  for (const { value, vector } of eigen) {
    if (value <= 1e-12 * total) break;
    if ((components.length >= MOST || kept >= VARIANCE_KEPT * total) && areApart(rows, components)) break;
    kept += value;
    const scores = narrow ? rows.map((row) => dot(row, vector)) : Array.from(vector, (part) => part * Math.sqrt(value));
    components.push(upright(scores));
  }
  return components;
}

/** Whether any two rows that differ do so by their scores. */
function areApart(rows: readonly Float64Array[], components: readonly (readonly number[])[]): boolean {
  return rows.every((row, i) =>
    rows.every((other, j) => {
      if (j >= i) return true;
      const scored = components.reduce((sum, own) => sum + ((own[i] as number) - (own[j] as number)) ** 2, 0);
      const whole = row.reduce((sum, value, k) => sum + (value - (other[k] as number)) ** 2, 0);
      return scored >= TOLD_APART * TOLD_APART * whole;
    }),
  );
}

/** The sign of a component means nothing: its largest score is made positive. */
function upright(scores: readonly number[]): number[] {
  const largest = scores.reduce((most, score) => (Math.abs(score) > Math.abs(most) + 1e-9 ? score : most), 0);
  return scores.map((score) => (largest < 0 ? -score : score));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function spread(values: readonly number[]): number {
  const min = values.reduce((least, value) => Math.min(least, value), 0);
  return values.reduce((most, value) => Math.max(most, value), 0) - min;
}
