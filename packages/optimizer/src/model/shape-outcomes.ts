import { exp, expm1 } from "../special-functions/exp.ts";
import { log, log1p } from "../special-functions/log.ts";
import { spreadOf, type Standardised, standardise } from "./standardise.ts";

/** How the readings are bent before a Gaussian process sees them. */
export type OutcomeShape = "identity" | "yeo-johnson" | "box-cox";

/** Readings bent and standardised, and the way back. */
export interface ShapedOutcomes {
  readonly shape: OutcomeShape;
  /** The exponent of the family; 1 leaves the readings as they are. */
  readonly exponent: number;
  readonly values: readonly number[];
  /** Mean over the readings of the logarithm of d(shaped) / d(standardised reading), so that densities can be compared. */
  readonly logSlope: number;
  /** The same of each reading. */
  readonly logSlopes: readonly number[];
  /** Returns a value in the unit of the readings as a shaped one; monotone, infinite where the bend does not reach. */
  place(value: number): number;
  /** Returns a shaped value in the unit of the readings; monotone. */
  restore(value: number): number;
}

// Exponents tried. A quadratic pull towards 1 keeps a few readings from choosing an extreme one.
const EXPONENTS = Array.from({ length: 41 }, (_, i) => (i - 10) / 10);
const PULL = 1;
// Fewer readings say nothing about the shape of their distribution.
const FEWEST = 4;

/**
 * Returns the readings bent by the member of the family that makes them most likely normal, then standardised; null when the
 * family does not apply: Box–Cox to readings of both signs, all equal, or so far apart that one over their geometric mean is no double; either
 * family to fewer than four readings.
 *
 * Yeo–Johnson works on the standardised readings, Box–Cox on the magnitude of readings that share a sign, divided by its
 * geometric mean. The exponent maximises the profile likelihood (I.-K. Yeo and R. A. Johnson, Biometrika 87 (2000) 954–959;
 * G. E. P. Box and D. R. Cox, J. R. Stat. Soc. B 26 (1964) 211–252) less `PULL` × (exponent - 1)².
 */
export function shapeOutcomes(readings: readonly number[], shape: OutcomeShape): ShapedOutcomes | null {
  const plain = standardise(readings);
  if (shape === "identity") {
    const logSlopes = plain.values.map(() => 0);
    return {
      shape,
      exponent: 1,
      values: plain.values,
      logSlope: 0,
      logSlopes,
      place: (value) => plain.place(value),
      restore: (value) => plain.restore(value),
    };
  }
  const bend = readings.length < FEWEST ? null : shape === "box-cox" ? boxCox(readings, plain) : yeoJohnson(plain);
  if (bend === null) return null;
  const sorted = Float64Array.from(bend.source).sort();
  const stretches = sorted.map((value) => bend.logStretch(value));
  const meanLogSlope = stretches.reduce((sum, stretch) => sum + stretch, 0) / sorted.length;
  const bent = new Float64Array(sorted.length);

  let best = { exponent: 1, score: Number.NEGATIVE_INFINITY };
  for (const exponent of EXPONENTS) {
    for (let i = 0; i < bent.length; i++) {
      bent[i] = bend.apply(sorted[i] as number, stretches[i] as number, exponent);
    }
    const score =
      sorted.length * ((exponent - 1) * meanLogSlope - log(spreadOf(bent))) - PULL * (exponent - 1) * (exponent - 1);
    if (score > best.score) best = { exponent, score };
  }
  const { exponent } = best;
  const shaped = standardise(bend.source.map((value) => bend.apply(value, bend.logStretch(value), exponent)));
  const unit = bend.logUnit - log(shaped.restoreSpread(1));
  return {
    shape,
    exponent,
    values: shaped.values,
    logSlope: (exponent - 1) * meanLogSlope + unit,
    logSlopes: bend.source.map((value) => (exponent - 1) * bend.logStretch(value) + unit),
    place: (value) => {
      const source = bend.prepare(value);
      const bent = Number.isFinite(source) ? bend.apply(source, bend.logStretch(source), exponent) : source;
      return shaped.place(bent);
    },
    restore: (value) => bend.restore(shaped.restore(value), exponent),
  };
}

/** A family of monotone bends of numbers prepared from the readings. */
interface Bend {
  readonly source: readonly number[];
  /** Returns a value in the unit of the readings prepared like them; infinite where `apply` does not reach. */
  prepare(value: number): number;
  /** `stretch` is the value's `logStretch`: the logarithm in both is taken once for all exponents. */
  apply(value: number, stretch: number, exponent: number): number;
  /** ln of the slope of `apply` at exponent e is (e - 1) times this. */
  logStretch(value: number): number;
  /** ln d(source) / d(standardised reading). */
  readonly logUnit: number;
  /** Returns a bent value in the unit of the readings. */
  restore(bent: number, exponent: number): number;
}

function yeoJohnson(plain: Standardised): Bend {
  const half = (logged: number, exponent: number) => (exponent === 0 ? logged : expm1(exponent * logged) / exponent);
  const back = (size: number, exponent: number) =>
    exponent === 0 ? expm1(size) : expm1(log1p(floor(exponent * size)) / exponent);
  return {
    source: plain.values,
    prepare: (value) => plain.place(value),
    apply: (value, stretch, exponent) => (value >= 0 ? half(stretch, exponent) : -half(-stretch, 2 - exponent)),
    logStretch: (value) => (value >= 0 ? log1p(value) : -log1p(-value)),
    logUnit: 0,
    restore: (bent, exponent) => plain.restore(bent >= 0 ? back(bent, exponent) : -back(-bent, 2 - exponent)),
  };
}

function boxCox(readings: readonly number[], plain: Standardised): Bend | null {
  const sign = readings.every((value) => value > 0) ? 1 : readings.every((value) => value < 0) ? -1 : 0;
  // Of equal readings a logarithm leaves nothing but rounding, which would be taken for their spread.
  if (sign === 0 || plain.values.every((value) => value === 0)) return null;
  const logs = readings.map((value) => log(sign * value)).sort((a, b) => a - b);
  const middle = logs.reduce((sum, value) => sum + value, 0) / logs.length;
  const unit = exp(middle);
  const source = readings.map((value) => value / unit);
  if (!source.every((value) => value !== 0 && Number.isFinite(value))) return null;
  return {
    source,
    prepare: (value) => (sign * value > 0 ? value / unit : -sign * Number.POSITIVE_INFINITY),
    apply: (_, stretch, exponent) => sign * (exponent === 0 ? stretch : expm1(exponent * stretch) / exponent),
    logStretch: (value) => log(sign * value),
    logUnit: log(plain.restoreSpread(1)) - middle,
    restore: (bent, exponent) => {
      const size = sign * bent;
      return sign * unit * exp(exponent === 0 ? size : log1p(floor(exponent * size)) / exponent);
    },
  };
}

/** A prediction can lie beyond the end of what a bend reaches; it is held just inside. */
function floor(value: number): number {
  return Math.max(value, -1 + 1e-12);
}
