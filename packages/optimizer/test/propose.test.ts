import { ProposeAnswer, type ProposeRequest } from "@labloop/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bestPoint, propose } from "../src/index.ts";
import { createRandom } from "../src/random/create-random.ts";
import { drawRequest, grid, objective, space } from "./support/draw-request.ts";

test("equal requests give byte-equal answers that fit the contract", () => {
  for (const measured of [0, 4, 25]) {
    const request = drawRequest(measured, 3, 11);
    const answer = propose(request);
    expect(JSON.stringify(propose(structuredClone(request)))).toBe(JSON.stringify(answer));
    expect(ProposeAnswer.parse(JSON.parse(JSON.stringify(answer)))).toEqual(answer);
  }
});

test("the seed decides where space filling starts", () => {
  const points = [1, 2, 3, 4].map((seed) => JSON.stringify(propose({ ...drawRequest(0, 0, 1), seed }).parameters));
  expect(new Set(points).size).toBeGreaterThan(1);
});

test.each([25, 200])("the order of %i measurements and of pending points does not change the answer", (measured) => {
  const request = drawRequest(measured, 4, 5, 16);
  const mirrored = {
    ...request,
    measurements: request.measurements.toReversed(),
    pending: request.pending.toReversed(),
  };
  const [one, other] = [propose(request), propose(mirrored)];
  for (const answer of [one, other]) answer.best?.observed.sort((a, b) => a - b);
  expect(JSON.stringify(other)).toBe(JSON.stringify(one));
});

test("a pending point is never proposed again while another candidate is open", () => {
  fc.assert(
    fc.property(fc.nat(30), fc.nat(12), fc.nat(1000), fc.option(fc.nat(20)), (measured, pending, seed, remaining) => {
      const drawn = drawRequest(measured, pending, seed);
      const request = remaining === null ? drawn : { ...drawn, remaining };
      const { parameters } = propose(request);
      expect(request.pending).not.toContainEqual(parameters);
      expect(request.candidates).toContainEqual(parameters);
    }),
    { seed: 1, numRuns: 40 },
  );
});

test("five proposals asked one after another are five different points", () => {
  const request = drawRequest(30, 0, 3);
  for (let asked = 0; asked < 5; asked++) request.pending.push(propose(request).parameters);
  expect(new Set(request.pending.map((point) => JSON.stringify(point))).size).toBe(5);
});

test("when every candidate is pending the answer is still a candidate", () => {
  const request = { ...drawRequest(20, 0, 3), pending: grid };
  expect(grid).toContainEqual(propose(request).parameters);
  expect(grid).toContainEqual(propose({ ...request, measurements: [] }).parameters);
});

test("points measured or pending fill the space until there are two per parameter and two more", () => {
  expect(propose(drawRequest(3, 2, 7)).acquisition.name).toBe("maximin-distance");
  expect(propose(drawRequest(3, 3, 7)).acquisition.name).toBe("log-expected-improvement");
});

test("with a known budget new points come first and its last sixth re-measures", () => {
  const request = drawRequest(30, 0, 9);
  const tried = (remaining: number) => {
    const { parameters } = propose({ ...request, remaining });
    return request.measurements.some(
      (measurement) => JSON.stringify(measurement.parameters) === JSON.stringify(parameters),
    );
  };
  expect([29, 10, 5, 0].map(tried)).toEqual([false, false, true, true]);
});

test("minimising mirrored values proposes and favours the same points as maximising", () => {
  for (const measured of [2, 25]) {
    const up = drawRequest(measured, 2, 21);
    const down: ProposeRequest = {
      ...up,
      objective: { ...objective, goal: "minimise" },
      measurements: up.measurements.map(({ parameters, value }) => ({ parameters, value: -value })),
    };
    const [one, other] = [propose(up), propose(down)];
    expect(other.parameters).toEqual(one.parameters);
    expect(other.acquisition.value).toBe(one.acquisition.value);
    expect(other.best?.parameters).toEqual(one.best?.parameters);
    expect(other.best?.value).toBe(one.best && -one.best.value);
    expect(other.predicted?.mean).toBe(one.predicted ? -one.predicted.mean : undefined);
  }
});

test("the best point is the highest posterior mean and not the luckiest reading", () => {
  const [steady, lucky] = [grid[5]!, grid[40]!];
  const around = grid.filter(
    (point) => Math.abs(point["x"]! - steady["x"]!) + Math.abs(point["y"]! - steady["y"]!) <= 0.25,
  );
  const far = grid.filter((_, i) => i % 7 === 0).filter((point) => !around.includes(point) && point !== lucky);
  const measurements = [
    ...around.flatMap((parameters) => [8.9, 9, 9.1].map((value) => ({ parameters, value }))),
    ...[9.6, 3, 2.5, 3.2].map((value) => ({ parameters: lucky, value })),
    ...far.map((parameters) => ({ parameters, value: 1 })),
  ];
  const best = bestPoint({ space, objective, measurements, seed: 1 });
  expect(around).toContainEqual(best?.parameters);
  expect(best?.observed).toEqual([8.9, 9, 9.1]);
  expect(best?.interval90[0]).toBeLessThan(best?.value ?? 0);
  expect(best?.interval90[1]).toBeGreaterThan(best?.value ?? 0);
});

test("without measurements there is no best point", () => {
  expect(bestPoint({ space, objective, measurements: [], seed: 1 })).toBeNull();
});

const random = createRandom(4);
const noise = Array.from({ length: 14 }, () => random.normal());
test.each([
  ["all values are equal", noise.map(() => 5)],
  ["all values are zero", noise.map(() => 0)],
  ["values differ by rounding only", noise.map((_, i) => 0.1 + i * 1e-17)],
  ["values are huge", noise.map((value) => 1e9 + 1e9 * value)],
  ["values are at the end of the doubles", noise.map((value) => (value > 0 ? 1e308 : -1e308))],
  ["values are tiny", noise.map((value) => 1e-9 * value)],
  ["one value is an outlier", noise.map((value, i) => (i === 3 ? 1e12 : value))],
])("degenerate measurements are answered with finite numbers: %s", (_, values) => {
  for (const spread of [1, 3, 64]) {
    for (const count of [1, 2, values.length]) {
      const measurements = values.slice(0, count).map((value, i) => ({ parameters: grid[(i * 5) % spread]!, value }));
      for (const pending of [[], grid.slice(20, 24), grid.slice(20, 34)]) {
        const answer = propose({ space, objective, candidates: grid, measurements, pending, seed: 3 });
        expect(ProposeAnswer.safeParse(JSON.parse(JSON.stringify(answer))).error).toBeUndefined();
      }
    }
  }
});

test("a single candidate and a parameter without range are answered", () => {
  const flat = { parameters: [{ name: "x", unit: "", min: 2, max: 2 }] };
  const request = { space: flat, objective, candidates: [{ x: 2 }], pending: [], seed: 1 };
  const measurements = [1, 2, 3].map((value) => ({ parameters: { x: 2 }, value }));
  expect(propose({ ...request, measurements: [] }).parameters).toEqual({ x: 2 });
  expect(propose({ ...request, measurements }).parameters).toEqual({ x: 2 });
});

test("why names the expectation, the gain and the nearest measured point with their units", () => {
  expect(propose(drawRequest(25, 0, 5)).why).toMatch(
    /^expected -?[\d.]+ J ± [\d.]+, [\d.]+ (better|worse) than the best so far; nearest measured point x [\d.]+ mm, y [\d.]+ mm$|measured again/,
  );
  expect(propose(drawRequest(0, 0, 5)).why).toContain("nothing is measured yet");
});

test("a point that lacks a parameter is refused by name", () => {
  const request = drawRequest(3, 0, 5);
  expect(() => propose({ ...request, pending: [{ x: 0.5 }] })).toThrow('parameter "y"');
});
