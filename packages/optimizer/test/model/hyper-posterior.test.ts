import fc from "fast-check";
import { expect, test } from "vitest";
import { openKernel } from "../../src/kernel/open-kernel.ts";
import { hyperPosterior, type ProcessFrame } from "../../src/model/hyper-posterior.ts";
import { lengthscalePrior, roughnessPrior } from "../../src/model/hyper-prior.ts";
import { poolReplicates } from "../../src/model/pool-replicates.ts";
import { widestSurface } from "../../src/model/widest-surface.ts";
import { drawReadings } from "../support/draw-readings.ts";
import { textbookProcess } from "../support/textbook-process.ts";

const groups = Int32Array.of(0, 1, 2);
const SHARE = 0.4;
const drawn = drawReadings(4, 15, 12);
const readings = poolReplicates(drawn.inputs, drawn.values, 3);

function frameOf(family: ProcessFrame["family"], isLearned: boolean): ProcessFrame {
  return { groups, family, tasks: 0, widest: isLearned ? widestSurface(readings, groups, family) : null };
}

const frames = [frameOf("matern-5/2", false), frameOf("rbf", false), frameOf("matern-5/2", true), frameOf("rbf", true)];
const near = (middle: number) => fc.double({ min: middle - 0.7, max: middle + 0.7, noNaN: true });
const places = fc.tuple(near(-0.3), near(0.2), near(0.1), near(-2), near(-0.7)).map((own) => Float64Array.from(own));
const hyperOf = (place: Float64Array, { widest }: ProcessFrame) => (widest === null ? place.slice(0, 4) : place);

test("its gradient is that of its values, whether the variance of the surface is learned or not", () => {
  fc.assert(
    fc.property(fc.constantFrom(...frames), places, (frame, place) => {
      const posterior = hyperPosterior(openKernel(), readings, frame, SHARE);
      const at = hyperOf(place, frame);
      const gradient = new Float64Array(at.length);
      posterior(at, gradient);
      at.forEach((value, i) => {
        const step = 1e-5;
        const slope =
          (posterior(at.with(i, value + step), null) - posterior(at.with(i, value - step), null)) / (2 * step);
        expect(gradient[i]).toBeCloseTo(slope, 4);
      });
    }),
    { numRuns: 40, seed: 5 },
  );
});

test("two places differ in it as in the density of the readings and of the priors, worked out in plain loops", () => {
  const plain = (frame: ProcessFrame, at: Float64Array) => {
    const narrower = frame.widest === null ? 0 : (at[3 + 1] as number);
    const variance = frame.widest === null ? 1 : Math.exp(narrower + frame.widest(at, null));
    const noise = Math.exp(at[3] as number) * variance;
    const { quadratic, logDeterminant } = textbookProcess(
      {
        features: readings.inputs,
        groups,
        values: readings.means,
        noiseWeights: readings.replicates.map((own) => SHARE / own + 1 - SHARE),
        knownVariances: new Float64Array(readings.count),
        family: frame.family,
      },
      { lengthscales: at.slice(0, 3).map(Math.exp), variance, noise, jitter: variance * 1e-9 },
    );
    const repeats = readings.readings - readings.count;
    const scatter = repeats * Math.log(SHARE * noise) + readings.scatter / (SHARE * noise);
    // The constant takes one of the degrees of freedom of a variance that is learned.
    const own = 0.5 * (quadratic + logDeterminant + scatter + narrower * narrower - Math.log(variance));
    const prior = lengthscalePrior(3);
    const lengths = at.slice(0, 3).reduce((sum, value) => sum + prior.density(value), 0);
    return own - lengths - roughnessPrior.density(at[3] as number);
  };
  fc.assert(
    fc.property(fc.constantFrom(...frames), places, places, (frame, one, other) => {
      const posterior = hyperPosterior(openKernel(), readings, frame, SHARE);
      const [a, b] = [hyperOf(one, frame), hyperOf(other, frame)];
      expect(posterior(a, null) - posterior(b, null)).toBeCloseTo(plain(frame, a) - plain(frame, b), 6);
    }),
    { numRuns: 40, seed: 6 },
  );
});
