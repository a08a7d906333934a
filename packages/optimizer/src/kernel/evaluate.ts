import { log } from "../special-functions/log.ts";
import { powerOfTwo } from "../special-functions/power-of-two.ts";
import type { Likelihood, LikelihoodSlopes, Theta } from "./kernel-types.ts";
import { factorise, inverseLengthsOf, type Session } from "./session.ts";

// Products of pivots stay inside the doubles: one more pivot is between 2^-537 and 2^512.
const LARGE = powerOfTwo(400);
const SMALL = powerOfTwo(-400);

/** Returns the likelihood of the rows held with its slopes, or null when the covariance is not positive definite. */
export function evaluateSlopes(session: Session, theta: Theta): LikelihoodSlopes | null {
  const { layout, rows: n, features: f, groups, groupCount } = session;
  const likelihood = valueOf(session, theta, session.layout.slopes);
  if (likelihood === null) return null;
  const calls = session.backEnd.use();
  const heap = session.backEnd.heap();
  const { rowBytes, alpha, matrix, upper, slopes, sums } = layout;
  calls.invertTransposed(matrix, upper, n, rowBytes);
  calls.multiplyUpper(upper, layout.centred, alpha, n, rowBytes);
  calls.inverseFromUpper(upper, matrix, n, rowBytes);

  const quadraticSlopes = new Float64Array(groupCount + 1);
  const traceSlopes = new Float64Array(groupCount + 1);
  let quadratic = 0;
  let trace = 0;
  for (let i = 0; i < n; i++) {
    const weight = session.noiseWeights[i] as number;
    const own = heap[(alpha >>> 3) + i] as number;
    quadratic += weight * own * own;
    trace += weight * (heap[((matrix + i * rowBytes) >>> 3) + i] as number);
  }
  quadraticSlopes[groupCount] = theta.noise * quadratic;
  traceSlopes[groupCount] = theta.noise * trace;

  calls.lengthscaleSlopes(layout.scaled, rowBytes, f, n, alpha, matrix, slopes, rowBytes, sums);
  for (let m = 0; m < f; m++) {
    const group = groups[m] as number;
    quadraticSlopes[group] = (quadraticSlopes[group] as number) + 2 * (heap[(sums >>> 3) + 2 * m] as number);
    traceSlopes[group] = (traceSlopes[group] as number) + 2 * (heap[(sums >>> 3) + 2 * m + 1] as number);
  }
  const finite = quadraticSlopes.every(Number.isFinite) && traceSlopes.every(Number.isFinite);
  return finite ? { ...likelihood, quadraticSlopes, traceSlopes } : null;
}

/** Returns the likelihood of the rows held, or null when the covariance is not positive definite. */
export function evaluateValue(session: Session, theta: Theta): Likelihood | null {
  return valueOf(session, theta, 0);
}

function valueOf(session: Session, theta: Theta, slopes: number): Likelihood | null {
  const { layout } = session;
  // It stands where the covariance is to be.
  session.kept = null;
  const inverse = inverseLengthsOf(session, theta);
  if (!factorise(session, session.backEnd.use(), theta, inverse, layout.scaled, slopes)) return null;
  return whiten(session, layout.whitenedValues, layout.whitenedOnes, layout.centred);
}

/** Writes L⁻¹y, L⁻¹1 and L⁻¹(y - mean) from the factor in `matrix`; returns the likelihood, null where it is not finite. */
export function whiten(session: Session, values: number, ones: number, centred: number): Likelihood | null {
  const { layout, rows: n } = session;
  const { matrix, rowBytes } = layout;
  const calls = session.backEnd.use();
  const heap = session.backEnd.heap();
  calls.solveLower(matrix, layout.values, values, n, rowBytes);
  calls.solveLower(matrix, layout.ones, ones, n, rowBytes);
  const { mean, oneKinvOne } = leastSquaresMean(heap, values, ones, n);
  const quadratic = centre(heap, values, ones, mean, n, centred);
  const logDeterminant = 2 * logOfPivots(heap, matrix, n, rowBytes);
  const finite = [mean, quadratic, logDeterminant, oneKinvOne].every(Number.isFinite);
  return finite ? { mean, quadratic, logDeterminant, oneKinvOne } : null;
}

/** Returns 1ᵀK⁻¹y / 1ᵀK⁻¹1 and its denominator, from L⁻¹y and L⁻¹1. */
export function leastSquaresMean(
  heap: Float64Array,
  values: number,
  ones: number,
  n: number,
): { readonly mean: number; readonly oneKinvOne: number } {
  let oneKinvOne = 0;
  let oneKinvY = 0;
  for (let i = 0; i < n; i++) {
    const one = heap[(ones >>> 3) + i] as number;
    oneKinvOne += one * one;
    oneKinvY += one * (heap[(values >>> 3) + i] as number);
  }
  return { mean: oneKinvY / oneKinvOne, oneKinvOne };
}

/** Writes L⁻¹(y - mean) and returns the sum of its squares. */
export function centre(
  heap: Float64Array,
  values: number,
  ones: number,
  mean: number,
  n: number,
  centred: number,
): number {
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const entry = (heap[(values >>> 3) + i] as number) - mean * (heap[(ones >>> 3) + i] as number);
    heap[(centred >>> 3) + i] = entry;
    squares += entry * entry;
  }
  return squares;
}

/** Σ ln of the diagonal, from one product with its own exponent instead of a logarithm for each. */
function logOfPivots(heap: Float64Array, matrix: number, n: number, rowBytes: number): number {
  let product = 1;
  let exponent = 0;
  for (let i = 0; i < n; i++) {
    product *= heap[((matrix + i * rowBytes) >>> 3) + i] as number;
    if (product > LARGE) {
      product *= SMALL;
      exponent += 400;
    } else if (product < SMALL) {
      product *= LARGE;
      exponent -= 400;
    }
  }
  return log(product) + exponent * Math.LN2;
}
