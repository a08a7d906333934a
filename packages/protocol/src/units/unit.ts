/** The base dimensions, in the order of exponents: angle is one of its own, so that degrees never pass for pure numbers. */
export const baseDimensions = ["length", "mass", "time", "temperature", "amount", "current", "angle"] as const;

/** Exponents of the base dimensions. */
export type Dimension = readonly number[];

/** A unit of measure: the value in base units (m, kg, s, K, mol, A, rad) is `value * factor + offset`. */
export interface Unit {
  /** Its one spelling, for example `mm/min`. */
  readonly code: string;
  readonly dimension: Dimension;
  readonly factor: number;
  /** Not zero for degC and degF only. */
  readonly offset: number;
}

/** The unit of pure numbers. */
export const one: Unit = { code: "1", dimension: baseDimensions.map(() => 0), factor: 1, offset: 0 };

/** Returns whether values of one unit can be given in the other. */
export function isSameDimension(a: Unit, b: Unit): boolean {
  return a.dimension.every((exponent, i) => exponent === b.dimension[i]);
}

/** Returns whether the unit counts from a zero of its own, so that its values cannot be scaled or multiplied. */
export function isAffine(unit: Unit): boolean {
  return unit.offset !== 0;
}

/** Returns the product `a * b^power`; neither may be affine. */
export function combine(a: Unit, b: Unit, power: number): Unit {
  return {
    code: combinedCode(a.code, b.code, power),
    dimension: a.dimension.map((exponent, i) => exponent + power * (b.dimension[i] ?? 0)),
    factor: a.factor * b.factor ** power,
    offset: 0,
  };
}

/** Returns a value in another unit of the same dimension; the caller has compared dimensions. */
export function rescale(value: number, from: Unit, to: Unit): number {
  if (from.code === to.code) return value;
  if (from.offset === 0 && to.offset === 0) return rescaleDifference(value, from, to);
  return (value * from.factor + from.offset - to.offset) / to.factor;
}

/** Returns a difference of two values in another unit: offsets cancel. */
export function rescaleDifference(value: number, from: Unit, to: Unit): number {
  return from.factor >= to.factor ? value * ratioOf(from.factor, to.factor) : value / ratioOf(to.factor, from.factor);
}

/** A ratio that is whole but for the rounding of its factors is meant whole: 12.5 g are 12500 mg, not a hair more. */
function ratioOf(larger: number, smaller: number): number {
  const ratio = larger / smaller;
  const whole = Math.round(ratio);
  return Math.abs(ratio - whole) <= 4 * Number.EPSILON * ratio ? whole : ratio;
}

/** Returns the exponents in words, for example `length·time^-1`. */
export function dimensionName(dimension: Dimension): string {
  const parts = baseDimensions.flatMap((name, i) => {
    const exponent = dimension[i] ?? 0;
    if (exponent === 0) return [];
    return [exponent === 1 ? name : `${name}^${exponent}`];
  });
  return parts.length === 0 ? "a pure number" : parts.join("·");
}

/** Codes read from left to right, each `/` dividing by the next factor alone. */
function combinedCode(a: string, b: string, power: number): string {
  if (power === 0 || b === "1") return a;
  const factors = b.split(/(?=[*/])/).map((factor, i) => (i === 0 ? `*${factor}` : factor));
  const flipped = power < 0 ? factors.map((f) => (f.startsWith("*") ? `/${f.slice(1)}` : `*${f.slice(1)}`)) : factors;
  const repeated = Array.from({ length: Math.abs(power) }, () => flipped.join("")).join("");
  return a === "1" && repeated.startsWith("*") ? repeated.slice(1) : `${a}${repeated}`;
}
