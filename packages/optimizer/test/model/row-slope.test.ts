import { expect, test } from "vitest";
import { openKernel } from "../../src/kernel/open-kernel.ts";
import type { Evidence } from "../../src/model/evidence.ts";
import { fitLonely } from "../../src/model/fit-lonely.ts";
import { fitMember, fitPart } from "../../src/model/fit-member.ts";
import { fitRelated } from "../../src/model/fit-related.ts";
import type { Member } from "../../src/model/member.ts";
import { rowSlope } from "../../src/model/row-slope.ts";
import type { OutcomeShape } from "../../src/model/shape-outcomes.ts";
import { spreadOf } from "../../src/model/standardise.ts";
import { learnedReadings } from "../../src/neural/training-set.ts";
import { drawEvidence } from "../support/draw-evidence.ts";

const SHAPES: readonly OutcomeShape[] = ["identity", "yeo-johnson", "box-cox"];

/** Readings that are far from normal; the best was read six times. */
function skewed(count: number): Evidence {
  const drawn = drawEvidence(9, count);
  const values = drawn.values.map((value) => Math.exp(3 * value));
  const best = values.indexOf(Math.max(...values));
  const again = Array.from({ length: 5 }, () => best);
  return {
    ...drawn,
    features: [...drawn.features, ...again.map((index) => drawn.features[index] as Float64Array)],
    values: [...values, ...again.map((index) => values[index] as number)],
  };
}

/** Mean log density of the rows left out, in standardised units of the readings, the slope of the bend by differences. */
function densityOf(member: Member, values: readonly number[]): number {
  const { looRows, readings } = member;
  let sum = 0;
  readings.means.forEach((mean, row) => {
    const [error, variance] = [looRows.errors[row] as number, looRows.variances[row] as number];
    const value = member.restore(mean);
    const step = 1e-5 * Math.abs(value);
    const slope = (member.place(value + step) - member.place(value - step)) / (2 * step);
    sum += Math.log(slope) - 0.5 * (Math.log(2 * Math.PI * variance) + (error * error) / variance);
  });
  return sum / readings.count + Math.log(spreadOf(values));
}

test.each(SHAPES)("the left-out density of repeated designs is told in the unit of the readings, %s", (shape) => {
  const evidence = skewed(14);
  const member = fitMember(openKernel(), evidence, "matern-5/2", shape) as Member;
  expect(member.looDensity).toBeCloseTo(densityOf(member, evidence.values), 6);
});

test.each(SHAPES)(
  "the left-out density of a part of the designs, and of all, is told in the unit of the readings, %s",
  (shape) => {
    const evidence = skewed(40);
    const size = { fitted: 12, seen: 16 };
    const found = fitPart(openKernel(), evidence, "matern-5/2", shape, { from: null, warps: null }, size);
    const members = [found?.part, found?.complete(openKernel())] as Member[];
    expect(members.map(({ readings }) => readings.count)).toEqual([16, 40]);
    for (const member of members) expect(member.looDensity).toBeCloseTo(densityOf(member, evidence.values), 6);
  },
);

test("so is that of what leans on loneliness, and of what draws on related campaigns", () => {
  const evidence = { ...skewed(14), loneliness: ([x]: Float64Array) => x ?? 0 };
  const others = [fitMember(openKernel(), evidence, "matern-5/2", "box-cox")] as Member[];
  const lonely = fitLonely(evidence, openKernel, others) as Member;
  expect(lonely.looDensity).toBeCloseTo(densityOf(lonely, evidence.values), 6);
  const { features, values } = skewed(20);
  const drawing = fitRelated({ ...evidence, related: [{ task: "before", features, values }] }, openKernel);
  expect(drawing.map(({ shape }) => shape)).toEqual(SHAPES);
  for (const member of drawing) expect(member.looDensity).toBeCloseTo(densityOf(member, evidence.values), 6);
});

test("the slope of rows is the mean over designs and not over readings, whatever the order of the readings", () => {
  const evidence = skewed(14);
  const { outcomes, readings, logSlope } = learnedReadings(evidence);
  expect(outcomes.exponent).not.toBe(1);
  const own = outcomes.logSlopes.slice(0, 14).reduce((sum, one) => sum + one, 0) / 14;
  expect(logSlope).toBeCloseTo(own, 12);
  expect(Math.abs(own - outcomes.logSlope)).toBeGreaterThan(0.01);
  const turned = { ...outcomes, logSlopes: outcomes.logSlopes.toReversed() };
  expect(rowSlope(turned, evidence.features.toReversed(), readings)).toBe(logSlope);
});
