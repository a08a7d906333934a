/** A function to minimise: returns its value and writes its gradient; a value that is not finite marks a forbidden place. */
export type BoundedFunction = (x: Float64Array, gradient: Float64Array) => number;

/** Where the search ended; `value` is not finite only when it already was at the start. */
export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
}

const MEMORY = 6;
const SUFFICIENT_DECREASE = 1e-4;

/**
 * Returns a local minimum inside the box `lower <= x <= upper`, starting from `start` clipped to it.
 *
 * Projected L-BFGS: two-loop recursion (J. Nocedal and S. J. Wright, "Numerical Optimization", 2006, algorithm 7.4) on
 * the coordinates that are free to move, and backtracking along the projected arc (D. P. Bertsekas, SIAM J. Control Optim. 20
 * (1982) 221–246). It ends when a step gains less than `tolerance` or after `limit` steps; it never throws.
 */
export function minimiseBounded(
  objective: BoundedFunction,
  start: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
  tolerance: number,
  limit: number,
): Minimum {
  const n = start.length;
  let x = Float64Array.from(start, (value, i) => clip(value, lower[i] as number, upper[i] as number));
  let gradient = new Float64Array(n);
  let value = objective(x, gradient);
  const steps: Float64Array[] = [];
  const turns: Float64Array[] = [];

  for (let iteration = 0; iteration < limit && Number.isFinite(value); iteration++) {
    const blocked = (i: number) =>
      ((x[i] as number) <= (lower[i] as number) && (gradient[i] as number) > 0) ||
      ((x[i] as number) >= (upper[i] as number) && (gradient[i] as number) < 0);
    const steepest = gradient.map((slope, i) => (blocked(i) ? 0 : slope));
    let direction = quasiNewtonDirection(steepest, steps, turns);
    direction.forEach((_, i) => {
      if (blocked(i)) direction[i] = 0;
    });
    if (!(dot(direction, steepest) < 0)) {
      steps.length = 0;
      turns.length = 0;
      direction = steepest.map((slope) => -slope);
    }
    // Without curvature yet, the first trial moves no coordinate by more than one.
    const longest = direction.reduce((most, move) => Math.max(most, Math.abs(move)), 0);
    if (!(longest > 0)) break;
    let length = steps.length === 0 ? Math.min(1, 1 / longest) : 1;

    let accepted = false;
    for (let trial = 0; trial < 25 && !accepted; trial++, length *= 0.5) {
      const next = x.map((at, i) =>
        clip(at + length * (direction[i] as number), lower[i] as number, upper[i] as number),
      );
      const nextGradient = new Float64Array(n);
      const nextValue = objective(next, nextGradient);
      const moved = next.map((at, i) => at - (x[i] as number));
      if (!(nextValue <= value + SUFFICIENT_DECREASE * dot(moved, gradient))) continue;
      accepted = true;
      const turned = nextGradient.map((slope, i) => slope - (gradient[i] as number));
      if (dot(moved, turned) > 1e-10 * dot(turned, turned)) {
        steps.push(moved);
        turns.push(turned);
        if (steps.length > MEMORY) {
          steps.shift();
          turns.shift();
        }
      }
      const gain = value - nextValue;
      x = next;
      gradient = nextGradient;
      value = nextValue;
      if (gain < tolerance) return { x, value };
    }
    if (!accepted) break;
  }
  return { x, value };
}

function quasiNewtonDirection(
  gradient: Float64Array,
  steps: readonly Float64Array[],
  turns: readonly Float64Array[],
): Float64Array {
  const direction = gradient.map((slope) => -slope);
  const scales: number[] = [];
  for (let k = steps.length - 1; k >= 0; k--) {
    const [step, turn] = [steps[k] as Float64Array, turns[k] as Float64Array];
    const scale = dot(step, direction) / dot(step, turn);
    scales[k] = scale;
    addScaled(direction, -scale, turn);
  }
  const [step, turn] = [steps.at(-1), turns.at(-1)];
  if (step !== undefined && turn !== undefined) {
    const curvature = dot(step, turn) / dot(turn, turn);
    for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] as number) * curvature;
  }
  for (let k = 0; k < steps.length; k++) {
    const [step, turn] = [steps[k] as Float64Array, turns[k] as Float64Array];
    addScaled(direction, (scales[k] as number) - dot(turn, direction) / dot(step, turn), step);
  }
  return direction;
}

function addScaled(target: Float64Array, scale: number, source: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + scale * (source[i] as number);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function clip(value: number, lower: number, upper: number): number {
  return Math.min(Math.max(value, lower), upper);
}
