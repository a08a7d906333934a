// Measures the CPU time of one proposal over 600 candidates in four dimensions, with four of them being measured, and
// compares it with the arithmetic of one fit and one prediction in the same run. Run: node test/bench/optimizer-proposal.ts [rounds]
import type { Design } from "@labloop/contracts";
import { type DesignRequest, proposeDesign } from "@labloop/optimizer";
import { tell } from "./figure.ts";

const rounds = Number(process.argv[2] ?? 30);
const warmUp = 10;
const names = ["a", "b", "c", "d"];
const levels = [5, 5, 6, 4];
const candidates: Design[] = Array.from({ length: 600 }, (_, index) => {
  let rest = index;
  return Object.fromEntries(
    names.map((name, i) => {
      const level = rest % levels[i]!;
      rest = Math.floor(rest / levels[i]!);
      return [name, level / (levels[i]! - 1)];
    }),
  );
});

function request(measured: number, seed: number): DesignRequest {
  const shuffled = candidates.map((_, i) => candidates[(i * 271 + seed * 37) % candidates.length]!);
  return {
    study: {
      parameters: names.map((name) => ({ kind: "continuous", name, unit: "", min: 0, max: 1, scale: "linear" })),
      objectives: [{ name: "y", unit: "", goal: "maximise" }],
      constraints: [],
      outcomeConstraints: [],
      candidates,
    },
    trials: shuffled.slice(0, measured).map((design, i) => {
      const [a, b, c, d] = names.map((name) => Number(design[name])) as [number, number, number, number];
      const y = Math.sin(5 * a) * b + c * d + 0.2 * Math.sin(997 * i);
      return { design, outcome: { status: "measured", values: { y } } };
    }),
    pending: shuffled.slice(measured, measured + 4),
    seed,
  };
}

/** What no Gaussian process does without: the Cholesky factor of n by n covariances, and one solve with it a candidate. */
function fitOnce(n: number): void {
  const factor = Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (_, j) => (i === j ? n : 0.5)));
  const reduced = (row: Float64Array, known: Float64Array, upTo: number) => {
    let rest = row[upTo]!;
    for (let k = 0; k < upTo; k++) rest -= row[k]! * known[k]!;
    return rest;
  };
  for (const [i, row] of factor.entries()) {
    for (let j = 0; j < i; j++) row[j] = reduced(row, factor[j]!, j) / factor[j]![j]!;
    row[i] = Math.sqrt(reduced(row, row, i));
  }
  for (let candidate = 0; candidate < candidates.length; candidate++) {
    const solution = new Float64Array(n).fill(0.5);
    for (const [i, row] of factor.entries()) {
      let rest = solution[i]!;
      for (let k = 0; k < i; k++) rest -= row[k]! * solution[k]!;
      solution[i] = rest / row[i]!;
    }
  }
}

/** Returns the CPU time of one round, in ms, once the code is warm. */
function cpuMs(round: (n: number) => void): number {
  for (let n = 0; n < warmUp; n++) round(n);
  const before = process.cpuUsage();
  for (let n = warmUp; n < warmUp + rounds; n++) round(n);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / rounds;
}

// Short as they are, the first of them would be measured before Node has compiled them.
for (let n = 0; n < 50; n++) fitOnce(60);
for (const measured of [20, 60, 200]) {
  const requests = Array.from({ length: warmUp + rounds }, (_, seed) => request(measured, seed));
  const ms = cpuMs((n) => void proposeDesign(requests[n]!));
  const least = cpuMs(() => fitOnce(measured));
  tell({
    name: `proposal after ${measured}`,
    figure: `${ms.toFixed(1)} ms CPU`,
    ratio: `${(ms / least).toFixed(1)} x one fit`,
    how: `mean of ${rounds}, 600 candidates in 4 dimensions, 4 pending; one fit and prediction without any search takes ${least.toFixed(2)} ms`,
  });
}
