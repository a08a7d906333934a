import fc from "fast-check";
import { expect, test } from "vitest";
import { frontStandings, meanReading } from "../src/index.ts";

const believed = { value: 1, interval90: [0, 2] as [number, number], observed: [1] };
const read = (speed: number, delivered: number) => ({
  parameters: { speed },
  values: { turns: { value: 9 }, delivered: { value: delivered } },
});
const bounds = { delivered: { min: 4.75, max: 5.25 } };

test("of each experiment it is told where its design stands to the front, by the mean of its readings and by what is believed", () => {
  const experiments = [
    read(10, 5),
    read(20, 5.2),
    // One reading of a design outside and one within: their mean is outside.
    read(30, 5.2),
    read(30, 5.6),
    read(40, 5.24),
    { parameters: { speed: 50 }, values: null },
    // One reading outside, but the mean is within.
    read(10, 5.3),
    read(60, 9),
  ];
  const standings = frontStandings(experiments, {
    front: [{ parameters: { speed: 10 }, chance: 0.93, values: { turns: believed } }],
    doubted: [{ parameters: { speed: 40 }, chance: 0.38 }],
    judged: 6,
    bounds,
  });
  expect(standings).toEqual([
    { at: "front", chance: 0.93 },
    { at: "beaten" },
    { at: "outside", means: { delivered: 5.4 }, readings: 2 },
    { at: "outside", means: { delivered: 5.4 }, readings: 2 },
    { at: "doubted", chance: 0.38 },
    null,
    { at: "front", chance: 0.93 },
    { at: "unjudged" },
  ]);
});

test("readings that all lie on a bound are not outside it by what adding them up rounds", () => {
  expect((0.1 + 0.1 + 0.1) / 3).toBeGreaterThan(0.1);
  expect(meanReading([0.1, 0.1, 0.1])).toBe(0.1);
  const finite = fc.array(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(finite, (readings) => {
      const mean = meanReading(readings);
      expect(mean).toBeGreaterThanOrEqual(Math.min(...readings));
      expect(mean).toBeLessThanOrEqual(Math.max(...readings));
    }),
  );
});
