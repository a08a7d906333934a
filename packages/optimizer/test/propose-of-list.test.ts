import { type Design, ProposeAnswer, Study } from "@labloop/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bestDesign, type DesignRequest, proposeDesign } from "../src/index.ts";
import { createRandom } from "../src/random/create-random.ts";
import { drawRequest, grid, gridStudy, requestOf } from "./support/draw-request.ts";

test("of a list what is proposed is on it, and not under way while another design is not", () => {
  fc.assert(
    fc.property(fc.nat(20), fc.nat(12), fc.nat(1000), fc.option(fc.nat(20)), (measured, pending, seed, remaining) => {
      const drawn = drawRequest(measured, pending, seed);
      const budget = measured + pending + 1 + (remaining ?? 0);
      const request = remaining === null ? drawn : { ...drawn, study: { ...gridStudy, budget } };
      const { parameters } = proposeDesign(request);
      expect(request.pending).not.toContainEqual(parameters);
      expect(grid).toContainEqual(parameters);
    }),
    { seed: 1, numRuns: 40 },
  );
});

test("five designs asked for one after another are five different ones", () => {
  const request = drawRequest(30, 0, 3);
  const pending: (typeof request)["pending"][number][] = [];
  for (let asked = 0; asked < 5; asked++) pending.push(proposeDesign({ ...request, pending }).parameters);
  expect(new Set(pending.map((design) => JSON.stringify(design))).size).toBe(5);
});

test.each([5, 25, 60])(
  "the order of %i readings and of what is under way changes neither the design nor what is believed",
  (measured) => {
    for (const seed of [1, 5, 9, 12]) {
      const request = drawRequest(measured, 3, seed);
      const [one, other] = [
        proposeDesign(request),
        proposeDesign({ ...request, trials: request.trials.toReversed(), pending: request.pending.toReversed() }),
      ];
      const { parameters, predicted, best } = one;
      expect(other).toMatchObject({ parameters, predicted, best, surrogate: one.surrogate });
    }
  },
);

test("where every design is under way one is proposed once more, and the reason is told", () => {
  for (const budget of [undefined, 70, 90]) {
    for (const measured of [0, 20]) {
      const drawn = drawRequest(measured, 0, 3);
      const study = budget === undefined ? gridStudy : { ...gridStudy, budget };
      const { parameters, why } = proposeDesign({ ...drawn, study, pending: grid });
      expect(grid).toContainEqual(parameters);
      expect(why).toContain("every design is being measured");
    }
  }
});

test("devices that are free while every design is under way get different ones, and none a third time before all are measured twice", () => {
  const candidates = grid.slice(0, 9);
  const lists: DesignRequest[] = [0, 4].map((measured) => ({
    ...requestOf(candidates.slice(0, measured).map((design, i) => ({ design, value: i }))),
    study: { ...gridStudy, candidates, budget: 60 },
  }));
  const front: DesignRequest = {
    study: {
      ...gridStudy,
      candidates,
      objectives: [...gridStudy.objectives, { name: "mass", unit: "g", goal: "minimise" }],
    },
    trials: candidates.slice(0, 4).map((design, i) => ({
      design,
      outcome: { status: "measured", values: { strength: i, mass: (i * i) % 5 } },
    })),
    pending: [],
    seed: 1,
  };
  for (const request of [...lists, front]) {
    const pending: Design[] = [...candidates];
    for (const times of [2, 3]) {
      for (let device = 0; device < candidates.length; device++) {
        const { parameters, why } = proposeDesign({ ...request, pending, seed: 7 });
        expect(why).toContain("every design is being measured");
        pending.push(parameters);
      }
      const counts = Map.groupBy(pending, (design) => JSON.stringify(design));
      expect([...counts.values()].map((own) => own.length)).toEqual(candidates.map(() => times));
    }
  }
});

test("minimising mirrored values proposes and favours the same designs as maximising", () => {
  const up = drawRequest(25, 2, 21);
  const [objective] = gridStudy.objectives;
  const down: DesignRequest = {
    ...up,
    study: { ...gridStudy, objectives: [{ ...objective!, goal: "minimise" }] },
    trials: up.trials.map(({ design, outcome }) => ({
      design,
      outcome: {
        status: "measured",
        values: { strength: -Number(outcome.status === "measured" && outcome.values["strength"]) },
      },
    })),
  };
  const [one, other] = [proposeDesign(up), proposeDesign(down)];
  expect(other.parameters).toEqual(one.parameters);
  expect(other.best?.parameters).toEqual(one.best?.parameters);
  expect(other.best?.value).toBeCloseTo(-(one.best?.value ?? Number.NaN), 6);
});

test("the best is the design of the highest belief and not the luckiest reading", () => {
  const [steady, lucky] = [grid[5]!, grid[40]!];
  const around = grid.filter(({ x, y }) => Math.abs(x - steady.x) + Math.abs(y - steady.y) <= 0.25);
  const far = grid.filter((_, i) => i % 7 === 0).filter((design) => !around.includes(design) && design !== lucky);
  const { best } = bestDesign(
    requestOf([
      ...around.flatMap((design) => [8.9, 9, 9.1].map((value) => ({ design, value }))),
      ...[9.6, 3, 2.5, 3.2].map((value) => ({ design: lucky, value })),
      ...far.map((design) => ({ design, value: 1 })),
    ]),
  );
  expect(around).toContainEqual(best?.parameters);
  expect(best?.observed).toEqual([8.9, 9, 9.1]);
  expect(best?.interval90[0]).toBeLessThan(best?.value ?? 0);
  expect(best?.interval90[1]).toBeGreaterThan(best?.value ?? 0);
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
])("degenerate readings are answered in words that the contract knows: %s", (_, values) => {
  for (const spread of [1, 3, 64]) {
    for (const count of [1, 2, values.length]) {
      const read = values.slice(0, count).map((value, i) => ({ design: grid[(i * 5) % spread]!, value }));
      for (const pending of [[], grid.slice(20, 34)]) {
        const answer = proposeDesign({ ...requestOf(read), pending });
        expect(ProposeAnswer.safeParse(JSON.parse(JSON.stringify(answer))).error).toBeUndefined();
      }
    }
  }
});

test("a list of one design is answered, whatever was read of it", () => {
  const study = Study.parse({
    parameters: [{ kind: "levels", name: "x", unit: "", levels: [2] }],
    objectives: [{ name: "strength", unit: "J", goal: "maximise" }],
    candidates: [{ x: 2 }],
  });
  const read = [1, 2, 3].map((value) => ({ design: { x: 2 }, value }));
  for (const known of [[], read]) {
    expect(proposeDesign({ ...requestOf(known), study }).parameters).toEqual({ x: 2 });
    expect(proposeDesign({ ...requestOf(known), study, pending: [{ x: 2 }] }).parameters).toEqual({ x: 2 });
  }
});
