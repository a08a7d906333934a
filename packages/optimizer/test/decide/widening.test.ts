import { expect, test } from "vitest";
import { expectedAt } from "../../src/decide/describe-model.ts";
import { student95, widening } from "../../src/decide/widening.ts";
import type { Member } from "../../src/model/member.ts";
import { fitModel } from "../../src/model/fit-model.ts";
import { openSpace } from "../../src/space/open-space.ts";
import type { Space } from "../../src/space/space.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { readDesigns, studyOf } from "../support/crossed-barrel.ts";

test("Student's quantile is the tabulated one", () => {
  const tabulated = { 1: 6.3138, 2: 2.92, 3: 2.3534, 4: 2.1318, 7: 1.8946, 20: 1.7247, 120: 1.6577 };
  for (const [freedom, quantile] of Object.entries(tabulated)) {
    expect(Math.abs(student95(Number(freedom)) / quantile - 1)).toBeLessThan(0.003);
  }
});

test("intervals are never narrower than the process says, and widest where the least was read", () => {
  const member = (count: number, looSpread: number) =>
    ({ readings: { count }, looSpread, theta: { lengthscales: new Float64Array(4) } }) as unknown as Member;
  const widths = [2, 3, 5, 9, 20, 200].map((count) => widening(member(count, 1)));
  expect(widths).toEqual(widths.toSorted((a, b) => b - a));
  expect(Math.min(...widths)).toBeGreaterThanOrEqual(1);
  expect(widening(member(20, 4))).toBeGreaterThan(widening(member(20, 1)));
});

test("after 3, 8 and 20 random readings at least seven in ten of crossed barrel lie within what is called 90 %", () => {
  const designs = readDesigns();
  const space = openSpace(studyOf(designs)) as Space;
  const scaled = designs.map(({ point }) => space.encode(point));
  const { groups } = space;
  const random = createRandom(5);
  for (const count of [3, 8, 20]) {
    let within = 0;
    let asked = 0;
    for (let trial = 0; trial < 60; trial++) {
      const drawn = () => Math.floor(random.uniform() * designs.length);
      const rows = [...new Set(Array.from({ length: count }, drawn))];
      const values = rows.map((row) => designs[row]!.replicates[0]!);
      const model = fitModel({ features: rows.map((row) => scaled[row]!), groups, values })!;
      for (let k = 0; k < 10; k++) {
        const { replicates } = designs[drawn()]!;
        const row = designs.findIndex((design) => design.replicates === replicates);
        const [low, high] = expectedAt(model, scaled[row]!).interval90;
        const truth = replicates.reduce((sum, value) => sum + value, 0) / replicates.length;
        asked++;
        if (truth >= low && truth <= high) within++;
      }
    }
    expect(within / asked).toBeGreaterThan(0.7);
  }
});
