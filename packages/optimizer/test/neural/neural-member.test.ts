import { beforeAll, expect, test } from "vitest";
import type { Member } from "../../src/model/member.ts";
import { fitModel } from "../../src/model/fit-model.ts";
import { neuralMember } from "../../src/neural/neural-member.ts";
import type { TensorFlow } from "../../src/neural/tensorflow/tensorflow.ts";
import { drawEvidence } from "../support/draw-evidence.ts";
import { drawRidges } from "../support/draw-ridges.ts";
import { openBackEnd, trainOn } from "../support/train-on.ts";

let tf: TensorFlow;
beforeAll(async () => {
  tf = await openBackEnd("wasm");
});

test("networks win by left-out density on a folded surface with many readings, and then rule", () => {
  const evidence = drawRidges(1, 300);
  const model = fitModel({ ...evidence, learned: trainOn(tf, evidence, 1, { steps: 300 }) });
  expect(model?.neural?.member.looDensity).toBeGreaterThan(model?.neural?.rivalDensity ?? Number.POSITIVE_INFINITY);
  expect(model?.members.map(({ family }) => family)).toEqual(["neural-ensemble"]);
});

test("networks lose where a Gaussian process is better, and the model is then what it is without them", () => {
  const evidence = drawEvidence(2, 60, 0.01);
  const model = fitModel({ ...evidence, learned: trainOn(tf, evidence, 1, { steps: 100 }) });
  expect(model?.neural?.member.looDensity).toBeLessThan(model?.neural?.rivalDensity ?? Number.NEGATIVE_INFINITY);
  const alone = fitModel(evidence);
  expect(model?.weights).toEqual(alone?.weights);
  expect(model?.members.map(({ looDensity }) => looDensity)).toEqual(
    alone?.members.map(({ looDensity }) => looDensity),
  );
});

test("networks trained on other readings are not believed", () => {
  const learned = trainOn(tf, drawEvidence(3, 30), 1, { steps: 3 });
  const model = fitModel({ ...drawEvidence(4, 30), learned });
  expect(model?.neural).toBeUndefined();
});

test("networks whose weights are no numbers leave the model what it is without them", () => {
  const evidence = drawEvidence(3, 30);
  const { networks, ...learned } = trainOn(tf, evidence, 1, { steps: 3 });
  networks[0]?.weights[0]?.fill(Number.NaN);
  const { members, weights, neural } = fitModel({ ...evidence, learned: { ...learned, networks } }) ?? {};
  expect(neural).toBeUndefined();
  expect(weights).toEqual(fitModel(evidence)?.weights);
  expect(members?.every(({ family }) => family !== "neural-ensemble")).toBe(true);
});

test("what is predicted of readings left out is calibrated, and its density is the normal one of what is predicted", () => {
  const evidence = drawRidges(5, 60);
  const member = memberOf(trainOn(tf, evidence, 2, { steps: 60 }), evidence);
  expect(member.looSpread).toBeCloseTo(1, 1);
  expect(member.looSkill).toBeLessThan(1);
});

test("a believed reading changes no mean, lets no variance grow, most shrinks its own, and is forgotten to the bit", () => {
  const evidence = drawEvidence(6, 40);
  const member = memberOf(trainOn(tf, evidence, 3, { steps: 60 }), evidence);
  const places = Float64Array.of(0.1, 0.9, 0.5, 0.5, 0.95, 0.05);
  const before = member.predict(places);
  member.believe(places.slice(0, 2));
  const after = member.predict(places);
  expect(after.means).toEqual(before.means);
  const shrunk = after.variances.map((variance, i) => variance / (before.variances[i] ?? Number.NaN));
  for (const share of shrunk) expect(share).toBeLessThanOrEqual(1);
  expect(shrunk[0]).toBeLessThan(1);
  expect(Math.min(...shrunk)).toBe(shrunk[0]);
  member.forget();
  expect(member.predict(places)).toEqual(before);
});

test("a measured design is believed between its reading and what networks say that never saw it, more surely than either", () => {
  const evidence = drawEvidence(7, 40);
  const { measured } = memberOf(trainOn(tf, evidence, 4, { steps: 60 }), evidence);
  expect([...measured.means, ...measured.variances].every(Number.isFinite)).toBe(true);
  expect(Math.min(...measured.variances)).toBeGreaterThan(0);
});

test("designs not measured are believed together as each alone, believed readings included, and go together", () => {
  const evidence = drawEvidence(8, 40);
  const member = memberOf(trainOn(tf, evidence, 5, { steps: 60 }), evidence);
  const places = Float64Array.of(0.1, 0.9, 0.11, 0.9, 0.95, 0.05);
  const expectAgreement = () => {
    const alone = member.predict(places);
    const { means, covariance } = member.joint([3], places);
    expect([...means]).toEqual([member.measured.means[3], ...alone.means]);
    [...alone.variances].forEach((variance, i) => expect(covariance[(i + 1) * 5]).toBeCloseTo(variance, 12));
    return covariance[1 * 4 + 2] as number;
  };
  const rough = member.theta.roughness;
  // Neighbours share all that networks differ in there, and each has a deviation of its own besides.
  const shared = expectAgreement();
  const { variances } = member.predict(places);
  expect(shared).toBeGreaterThan(0);
  expect(shared).toBeLessThan(variances[0] as number);
  expect(variances[0]).toBeLessThan(shared + rough);
  member.believe(places.slice(0, 2));
  expect(expectAgreement()).toBeLessThan(shared);
});

test("a reading corrects what networks say by its noise, which is the less the more repeats there are of it", () => {
  const once = drawEvidence(9, 40);
  const again = [0, 0, 0, 0];
  const evidence = {
    ...once,
    features: [...once.features, ...again.map((index) => once.features[index] as Float64Array)],
    values: [...once.values, ...again.map((index) => once.values[index] as number)],
  };
  const { readings, measured, looRows } = memberOf(trainOn(tf, evidence, 6, { steps: 60 }), evidence);
  readings.means.forEach((target, row) => {
    // A prior of variance p and a mean reading of variance q: pq / (p + q), and q / (p + q) of the way back to the prior.
    const share = (target - (measured.means[row] as number)) / (looRows.errors[row] as number);
    const p = (measured.variances[row] as number) / share;
    const q = (p * share) / (1 - share);
    // Half of what scatters is noise here, and all of it was foretold with the rest.
    expect(((looRows.variances[row] as number) - p) / q).toBeCloseTo(readings.counts[row] as number, 6);
  });
});

function memberOf(learned: ReturnType<typeof trainOn>, evidence: ReturnType<typeof drawEvidence>): Member {
  const theta = {
    lengthscales: new Float64Array(evidence.groups.length).fill(1),
    variance: 1,
    roughness: 0.1,
    noiseShare: 0.5,
    logPosterior: null,
  };
  const member = neuralMember(evidence, learned, theta);
  if (member === null) throw new Error("the ensemble does not belong to the evidence");
  return member;
}
