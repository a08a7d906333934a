import type { StudyDraft, Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import { findOutlier } from "../../src/decide/find-outlier.ts";
import { fitModel, type Model } from "../../src/model/fit-model.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { createStudy } from "../../src/study/create-study.ts";
import { drawEvidence } from "../support/draw-evidence.ts";

const study: StudyDraft = {
  parameters: [
    { kind: "continuous", name: "heat", unit: "°C", min: 20, max: 120 },
    { kind: "continuous", name: "time", unit: "h", min: 1, max: 9 },
  ],
  objectives: [{ name: "loss", unit: "mg", goal: "minimise" }],
};

/** Readings of a smooth loss with a little noise; that at `slipped` is ten times what it was. `purity` is read too where it is wanted. */
function readings(count: number, slipped: number | null, purity = false): Trial[] {
  const random = createRandom(3);
  return Array.from({ length: count }, (_, i) => {
    const [heat, time] = [20 + 100 * random.uniform(), 1 + 8 * random.uniform()];
    const loss = 30 + (heat - 80) ** 2 / 100 + 2 * time + 0.3 * random.normal();
    return {
      design: { heat, time },
      outcome: {
        status: "measured",
        values: { loss: i === slipped ? 10 * loss : loss, ...(purity ? { purity: (i % 5) + heat } : {}) },
      },
    };
  });
}

function outliersOf(draft: StudyDraft, trials: readonly Trial[]) {
  const open = createStudy(draft, { seed: 1 });
  open.tell(...trials);
  return (open.propose(1).proposals[0]?.explanation ?? []).filter(({ aspect }) => aspect === "outlier");
}

test("a slip of the decimal point is told by its design, its value, and what the others foretell", () => {
  for (const slipped of [0, 5, 13]) {
    const trials = readings(24, slipped);
    const [told, ...others] = outliersOf(study, trials);
    expect(others).toEqual([]);
    const { value, foretold, chance } = (told as { numbers: Record<string, number> }).numbers;
    expect(told?.numbers).toMatchObject({ design: trials[slipped]?.design });
    expect(value).toBeGreaterThan(300);
    expect(foretold).toBeGreaterThan(10);
    expect(foretold).toBeLessThan(120);
    expect(chance).toBeLessThan(1e-3);
    expect(told?.why).toMatch(/^what was read at heat .*, time .*, .* mg, is far above the .* mg that the other/);
  }
});

test("a reading that was a bound alone is not told as if it had been read", () => {
  const trials = readings(24, 5).map((trial, i): Trial => {
    if (i !== 5) return trial;
    return { ...trial, outcome: { status: "measured", values: { loss: { above: 600 } } } };
  });
  const [told] = outliersOf(study, trials);
  expect(told?.numbers).toMatchObject({ design: trials[5]?.design });
  expect(told?.why).toMatch(/, a bound believed to mean \d+ mg, is far above/);
});

test("of several objectives the one that slipped is named", () => {
  const several: StudyDraft = { ...study, objectives: [...study.objectives, { name: "purity", goal: "maximise" }] };
  expect(outliersOf(several, readings(24, 4, true)).map(({ objective }) => objective)).toEqual(["loss"]);
});

test("nothing is said of readings that agree, nor of too few to tell", () => {
  expect(outliersOf(study, readings(24, null))).toEqual([]);
  expect(outliersOf(study, readings(11, 5))).toEqual([]);
});

test("of noise one reading in a hundred or fewer is called an outlier, however many readings there are", () => {
  let told = 0;
  for (let seed = 0; seed < 120; seed++) {
    const random = createRandom(seed);
    const evidence = drawEvidence(seed, 12 + (seed % 30));
    const model = fitModel({ ...evidence, values: evidence.values.map(() => random.normal()) }) as Model;
    told += findOutlier(model) === null ? 0 : 1;
  }
  expect(told).toBeLessThanOrEqual(2);
});
