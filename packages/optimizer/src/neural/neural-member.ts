import type { Evidence } from "../model/evidence.ts";
import type { Member } from "../model/member.ts";
import type { FittedTheta } from "../model/fit-theta.ts";
import type { NeuralEnsemble } from "./ensemble.ts";
import { pooledBelief } from "./ensemble-belief.ts";
import { leftOut } from "./left-out.ts";
import { runNetwork } from "./run-network.ts";
import { learnedReadings } from "./training-set.ts";

/**
 * Returns an ensemble as a member of a model, or null when it was trained on other readings than the evidence.
 *
 * `beside` is the theta of a Gaussian process of the same evidence: it knows from repeats how much of what is left over belongs to a
 * reading and how much to the design, and by which distances designs are near each other.
 */
export function neuralMember(evidence: Evidence, ensemble: NeuralEnsemble, beside: FittedTheta): Member | null {
  const learned = learnedReadings(evidence);
  if (learned.digest !== ensemble.readings) return null;
  const { readings, outcomes } = learned;
  const { looDensity, looSkill, looSpread, looCovered, looRows, calibration, ...others } = leftOut(ensemble, learned);
  const { noiseShare } = beside;
  const roughness = others.scatters.reduce((sum, scatter) => sum + scatter, 0) / readings.count;
  const size = ensemble.networks.length;
  const beliefAt = (places: Float64Array) =>
    pooledBelief(ensemble.networks.map((network) => runNetwork(network, places)));
  const measured = believeMeasured(readings, others, noiseShare);
  let spread = identity(size);
  return {
    family: "neural-ensemble",
    shape: outcomes.shape,
    exponent: outcomes.exponent,
    theta: { lengthscales: beside.lengthscales, variance: 1, roughness, noiseShare, logPosterior: null },
    readings,
    warps: null,
    related: [],
    measured,
    looDensity,
    looSkill,
    looSpread,
    looCovered,
    looRows,
    predict(places) {
      const { means, scatters, differences } = beliefAt(places);
      const variances = scatters.map((scatter, place) => {
        const between = quadratic(spread, differences.subarray(place * size, (place + 1) * size));
        return calibration * (between + (1 - noiseShare) * scatter);
      });
      return { means, variances };
    },
    glimpse: null,
    joint(rows, places) {
      const { means, scatters, differences } = beliefAt(places);
      const [first, count] = [rows.length, rows.length + means.length];
      const together = { means: new Float64Array(count), covariance: new Float64Array(count * count) };
      // What a reading corrects at its own design says nothing of others to networks that never saw it.
      rows.forEach((row, i) => {
        together.means[i] = measured.means[row] as number;
        together.covariance[i * (count + 1)] = measured.variances[row] as number;
      });
      together.means.set(means, first);
      const own = (place: number) => differences.subarray(place * size, (place + 1) * size);
      for (let i = 0; i < means.length; i++) {
        const through = product(spread, own(i));
        for (let j = 0; j < means.length; j++) {
          together.covariance[(first + i) * count + first + j] = calibration * dot(through, own(j));
        }
        const at = (first + i) * (count + 1);
        const rough = calibration * (1 - noiseShare) * (scatters[i] as number);
        together.covariance[at] = (together.covariance[at] as number) + rough;
      }
      return { ...together, noise: noiseShare * roughness };
    },
    believe(features) {
      const { scatters, differences } = beliefAt(features);
      spread = conditioned(spread, differences, scatters[0] as number);
    },
    forget() {
      spread = identity(size);
    },
    place: (value) => outcomes.place(value),
    restore: (value) => outcomes.restore(value),
  };
}

/**
 * A measured design is believed as its reading corrects what networks say that never saw it: a normal prior of variance p about
 * their mean, a reading of variance q.
 */
function believeMeasured(
  { means: targets, replicates }: Member["readings"],
  others: Pick<ReturnType<typeof leftOut>, "means" | "between" | "scatters">,
  noiseShare: number,
): Member["measured"] {
  const variances = targets.map((_, row) => {
    const [p, q] = [prior(row), noise(row)];
    return Math.max(1e-14, (p * q) / (p + q));
  });
  const means = targets.map((target, row) => {
    const [p, q] = [prior(row), noise(row)];
    return ((others.means[row] as number) * q + target * p) / (p + q);
  });
  function prior(row: number): number {
    return (others.between[row] as number) + (1 - noiseShare) * (others.scatters[row] as number);
  }
  function noise(row: number): number {
    return (noiseShare * (others.scatters[row] as number)) / (replicates[row] as number);
  }
  return { means, variances };
}

/**
 * What a reading at one place teaches of others, the networks taken as draws of one normal: their weights on each other, `size` ×
 * `size`, the identity before any reading. The reading has the variance `noise`.
 */
function conditioned(spread: Float64Array, differences: Float64Array, noise: number): Float64Array {
  const size = differences.length;
  const through = product(spread, differences);
  const total = differences.reduce((sum, difference, i) => sum + difference * (through[i] as number), 0) + noise;
  return spread.map(
    (entry, at) => entry - ((through[Math.floor(at / size)] as number) * (through[at % size] as number)) / total,
  );
}

/** xᵀ A x, not below 0 through rounding. */
function quadratic(matrix: Float64Array, x: Float64Array): number {
  return Math.max(0, dot(product(matrix, x), x));
}

function product(matrix: Float64Array, x: Float64Array): Float64Array {
  return x.map((_, i) => dot(matrix.subarray(i * x.length, (i + 1) * x.length), x));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, own, i) => sum + own * (b[i] as number), 0);
}

function identity(size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, at) => (Math.floor(at / size) === at % size ? 1 : 0));
}
