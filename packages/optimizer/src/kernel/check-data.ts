import type { AppendedRow, KernelData, Theta } from "./kernel-types.ts";

/** Throws a RangeError where data have unequal lengths, no row, a negative variance, or a number that is not finite. */
export function checkData({ features, groups, values, noiseWeights, knownVariances }: KernelData): void {
  const n = values.length;
  const f = groups.length;
  if (n === 0) throw new RangeError("there must be at least one row");
  if (f === 0) throw new RangeError("there must be at least one feature");
  checkLength("features", features, n * f);
  checkLength("noiseWeights", noiseWeights, n);
  checkLength("knownVariances", knownVariances, n);
  checkPlaces(features, f);
  for (let i = 0; i < n; i++) {
    // Data are loaded a hundred times an ask: a name is made where it is told.
    if (Number.isFinite(values[i]) && isVariance(noiseWeights[i]) && isVariance(knownVariances[i])) continue;
    checkNumber(`the value of row ${i}`, values[i]);
    checkVariance(`the noise weight of row ${i}`, noiseWeights[i]);
    checkVariance(`the known variance of row ${i}`, knownVariances[i]);
  }
  const used = new Set(groups);
  for (let group = 0; group < used.size; group++) {
    if (!used.has(group)) throw new RangeError(`groups must be numbered from 0 without gaps; ${group} is missing`);
  }
}

/** Throws a RangeError where a coordinate of row-major places is not finite, or the last place is not whole. */
export function checkPlaces(places: Float64Array, features: number): void {
  if (places.length % features !== 0) throw new RangeError(`places must have ${features} features each`);
  for (let i = 0; i < places.length; i++) {
    if (Number.isFinite(places[i])) continue;
    throw new RangeError(`feature ${i % features} of row ${Math.floor(i / features)} is ${places[i]}`);
  }
}

/** Throws a RangeError where an appended row is not finite, has a negative variance or the wrong number of features. */
export function checkAppended({ features, value, noiseVariance }: AppendedRow, count: number, row: number): void {
  checkLength(`features of row ${row}`, features, count);
  for (let m = 0; m < count; m++) checkNumber(`feature ${m} of row ${row}`, features[m]);
  checkNumber(`the value of row ${row}`, value);
  checkVariance(`the noise variance of row ${row}`, noiseVariance);
}

/** Throws a RangeError where hyperparameters are not finite or out of range. */
export function checkTheta({ lengthscales, noise, jitter = 0 }: Theta, groups: number): void {
  checkLength("lengthscales", lengthscales, groups);
  for (let group = 0; group < groups; group++) {
    checkNumber(`lengthscale ${group}`, lengthscales[group]);
    if (!((lengthscales[group] as number) > 0)) throw new RangeError(`lengthscale ${group} must be greater than 0`);
  }
  checkVariance("the noise", noise);
  checkVariance("the jitter", jitter);
}

/** Throws a RangeError where an array has not the length it should have. */
export function checkLength(name: string, array: ArrayLike<number>, length: number): void {
  if (array.length !== length) throw new RangeError(`${name} must have ${length} entries and has ${array.length}`);
}

function checkNumber(name: string, value: number | undefined): void {
  if (!Number.isFinite(value)) throw new RangeError(`${name} is ${value}`);
}

function isVariance(value: number | undefined): boolean {
  return Number.isFinite(value) && (value as number) >= 0;
}

function checkVariance(name: string, value: number | undefined): void {
  checkNumber(name, value);
  if ((value as number) < 0) throw new RangeError(`${name} is negative: ${value}`);
}
