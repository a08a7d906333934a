import { type Design, Study, type Trial } from "@labloop/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ProposedDesigns } from "../../src/decide/design-request.ts";
import { proposeDesigns } from "../../src/decide/propose-designs.ts";
import { hypervolume } from "../../src/pareto/hypervolume.ts";

const mixed = Study.parse({
  parameters: [
    { kind: "continuous", name: "heat", unit: "degC", min: 20, max: 120, step: 5 },
    { kind: "continuous", name: "a", min: 0, max: 1, step: 0.1 },
    { kind: "continuous", name: "b", min: 0, max: 1, step: 0.1 },
    { kind: "continuous", name: "c", min: 0, max: 1, step: 0.1 },
    { kind: "categorical", name: "base", options: ["K3PO4", "KOAc", "Cs2CO3"] },
  ],
  constraints: [{ kind: "mixture", of: ["a", "b", "c"], atMost: 2 }],
  objectives: [{ name: "yield", unit: "%", goal: "maximise" }],
});

function yieldOf(design: Design): number {
  const heat = ((design["heat"] as number) - 80) / 50;
  return 90 - 40 * heat * heat - 60 * ((design["a"] as number) - 0.7) ** 2 - (design["base"] === "KOAc" ? 0 : 15);
}

function measured(design: Design): Trial {
  return { design, outcome: { status: "measured", values: { yield: yieldOf(design) } } };
}

function proposed(request: Parameters<typeof proposeDesigns>[0]): ProposedDesigns {
  const answer = proposeDesigns(request);
  if (Array.isArray(answer)) throw new Error(answer.map(({ message }) => message).join("; "));
  return answer;
}

function campaign(seed: number, steps: number): Trial[] {
  const trials: Trial[] = [];
  for (let step = 0; step < steps; step++) {
    const { proposals } = proposed({ study: mixed, trials, pending: [], seed: seed * 1000 + step });
    trials.push(measured(proposals[0]?.design as Design));
  }
  return trials;
}

test("thirty experiments come near the best of a space of categories, steps and a mixture, without an infeasible design", () => {
  const trials = campaign(1, 30);
  for (const { design } of trials) {
    const parts = ["a", "b", "c"].map((name) => design[name] as number);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 12);
    expect(parts.filter((part) => part !== 0).length).toBeLessThanOrEqual(2);
    expect(((design["heat"] as number) - 20) % 5).toBeCloseTo(0, 12);
  }
  const { best } = proposed({ study: mixed, trials, pending: [], seed: 5 });
  expect(yieldOf(best?.design as Design)).toBeGreaterThan(86);
});

test("the same history, pending designs and seed give the same bytes and hash; another seed another hash", () => {
  const trials = campaign(2, 8);
  const pending = [trials[0]?.design as Design];
  const ask = (seed: number) => proposed({ study: mixed, trials, pending, seed, count: 3 });
  expect(JSON.stringify(ask(7))).toBe(JSON.stringify(ask(7)));
  expect(ask(7).hash).toMatch(/^[0-9a-f]{64}$/);
  expect(ask(8).hash).not.toBe(ask(7).hash);
});

test("nothing is proposed that is pending, was infeasible or, without a budget, was measured", () => {
  const list = Array.from({ length: 12 }, (_, i): Design => ({ x: i }));
  const study = Study.parse({
    parameters: [{ kind: "integer", name: "x", min: 0, max: 11 }],
    candidates: list,
    objectives: [{ name: "y", goal: "minimise" }],
  });
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("measured", "infeasible", "pending", "free", "fault"), { minLength: 12, maxLength: 12 }),
      fc.nat(99),
      (states, seed) => {
        const having = (state: string) => list.filter((_, i) => states[i] === state);
        const { proposals } = proposed({
          study,
          trials: [
            ...having("measured").map(
              (design): Trial => ({
                design,
                outcome: { status: "measured", values: { y: (design["x"] as number) ** 2 } },
              }),
            ),
            ...having("infeasible").map((design): Trial => ({ design, outcome: { status: "infeasible" } })),
            ...having("fault").map((design): Trial => ({ design, outcome: { status: "fault" } })),
          ],
          pending: having("pending"),
          seed,
          count: 2,
        });
        const open = [...having("free"), ...having("fault")];
        if (open.length < 2) return;
        expect(proposals).toHaveLength(2);
        for (const { design, replicate } of proposals) {
          expect(open).toContainEqual(design);
          expect(replicate).toBe(false);
        }
      },
    ),
    { numRuns: 40 },
  );
});

test("two objectives: the front is found to its ends, which no random search of the same cost comes near", () => {
  const list = Array.from({ length: 400 }, (_, i): Design => ({ p: (i % 20) / 19, q: Math.floor(i / 20) / 19 }));
  const study = Study.parse({
    parameters: [
      { kind: "continuous", name: "p", min: 0, max: 1 },
      { kind: "continuous", name: "q", min: 0, max: 1 },
    ],
    candidates: list,
    objectives: [
      { name: "speed", goal: "maximise" },
      { name: "waste", goal: "minimise" },
    ],
  });
  const values = ({ p, q }: Design) => {
    const far = ((q as number) - 0.3) ** 2;
    return { speed: (p as number) - far, waste: (p as number) ** 2 + far };
  };
  const volume = (designs: readonly Design[]) =>
    hypervolume(
      designs.map((design) => [values(design).speed, -values(design).waste]),
      [-0.5, -1.5],
    );
  const trials: Trial[] = [];
  for (let step = 0; step < 25; step++) {
    const { proposals } = proposed({ study, trials, pending: [], seed: step });
    const design = proposals[0]?.design as Design;
    trials.push({ design, outcome: { status: "measured", values: values(design) } });
  }
  const everything = volume(list);
  const random = Array.from({ length: 40 }, (_, s) =>
    volume(list.filter((_own, i) => (i * 7919 + s * 104_729) % 400 < 25)),
  );
  const mean = random.reduce((sum, value) => sum + value, 0) / random.length;
  expect((everything - volume(trials.map(({ design }) => design))) / (everything - mean)).toBeLessThan(0.1);
});

test("everything that is wrong with trials and pending designs is told at once", () => {
  const answer = proposeDesigns({
    study: mixed,
    trials: [{ design: { heat: 20 }, outcome: { status: "measured", values: { yield: Number.NaN } } }],
    pending: [{ heat: "hot", a: 1, b: 0, c: 0, base: "KOAc" }],
    seed: 1,
  });
  expect(Array.isArray(answer) && answer.map(({ code }) => code)).toEqual(
    expect.arrayContaining(["design.valueMissing", "trial.notFinite"]),
  );
  expect(Array.isArray(answer) && answer.some(({ message }) => message.startsWith("pending design 1: "))).toBe(true);
});

const line = Study.parse({
  parameters: [{ kind: "continuous", name: "x", min: 0, max: 1, step: 0.01 }],
  objectives: [{ name: "gain", goal: "maximise" }],
  outcomeConstraints: [{ name: "heat", max: 0.5 }],
});

test("what must keep within bounds does: the best design is inside, though the greatest value is beyond", () => {
  const trials: Trial[] = [];
  for (let step = 0; step < 20; step++) {
    const { proposals } = proposed({ study: line, trials, pending: [], seed: step });
    const design = proposals[0]?.design as Design;
    const x = design["x"] as number;
    trials.push({ design, outcome: { status: "measured", values: { gain: x, heat: x * x } } });
  }
  const { best } = proposed({ study: line, trials, pending: [], seed: 99 });
  const x = best?.design["x"] as number;
  expect(x * x).toBeLessThanOrEqual(0.5);
  expect(x).toBeGreaterThan(0.6);
  const beyond = trials.slice(8).filter(({ design }) => (design["x"] as number) ** 2 > 0.55);
  expect(beyond.length).toBeLessThan(4);
});

test("designs that could not be made teach where not to look, though the most is promised there", () => {
  const study = Study.parse({
    parameters: ["x", "y"].map((name) => ({ kind: "continuous", name, min: 0, max: 1 })),
    objectives: [{ name: "gain", goal: "maximise" }],
  });
  const gainOf = ({ x, y }: Design) => (x as number) - ((y as number) - 0.3) ** 2;
  let failed = 0;
  for (const seed of [1, 2, 3, 4]) {
    const trials: Trial[] = [];
    for (let step = 0; step < 30; step++) {
      const { proposals } = proposed({ study, trials, pending: [], seed: 1000 * seed + step });
      const design = proposals[0]?.design as Design;
      const fails = (design["x"] as number) + 0.3 * (design["y"] as number) > 0.7;
      if (fails && step >= 15) failed++;
      trials.push({
        design,
        outcome: fails ? { status: "infeasible" } : { status: "measured", values: { gain: gainOf(design) } },
      });
    }
    // The greatest gain that can be made is 0.6325.
    const { best } = proposed({ study, trials, pending: [], seed });
    expect(gainOf(best?.design as Design)).toBeGreaterThan(0.55);
  }
  expect(failed / 60).toBeLessThan(0.65);
});
