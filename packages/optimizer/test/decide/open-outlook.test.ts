import fc from "fast-check";
import { expect, test } from "vitest";
import { openOutlook } from "../../src/decide/open-outlook.ts";
import { fitModel, type Model } from "../../src/model/fit-model.ts";
import { createStudy } from "../../src/study/create-study.ts";
import { drawEvidence } from "../support/draw-evidence.ts";

const places = Array.from({ length: 9 }, (_, i) => Float64Array.of(i / 8, 1 - i / 8));

/** What a model of bent readings looks ahead with. */
function looked(bend: (value: number) => number) {
  const evidence = drawEvidence(5, 14);
  const values = evidence.values.map(bend);
  const model = fitModel({ ...evidence, values }) as Model;
  const rows = Array.from(model.members[0]?.readings.means ?? [], (_, row) => row);
  return { model, beliefs: openOutlook(model, rows, places, null).beliefs, values };
}

test("ahead nothing is believed further beyond the readings than twice their range, however far a bend reaches, and all else is as a member has it", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.5, max: 4, noNaN: true }), fc.constantFrom(1, -1), (steep, sign) => {
      const { model, beliefs, values } = looked((value) => sign * Math.exp(-steep * value));
      const [low, high] = [Math.min(...values), Math.max(...values)];
      const range = high - low;
      const [least, most] = [low - 2 * range, high + 2 * range];
      const near = 1e-9 * range;
      beliefs.forEach(({ restore }, m) => {
        for (const far of [-1e9, -50, 50, 1e9]) {
          expect(restore(far)).toBeGreaterThanOrEqual(least - near);
          expect(restore(far)).toBeLessThanOrEqual(most + near);
        }
        for (let own = -40; own <= 40; own++) {
          const value = model.members[m]?.restore(own) as number;
          if (value > least + near && value < most - near) expect(restore(own)).toBe(value);
        }
      });
    }),
    { numRuns: 10 },
  );
});

test("what stopping may lose is told within twice the range of the readings beyond them, where a bend has no end", () => {
  const study = createStudy(
    {
      parameters: [{ kind: "continuous", name: "x", min: 0, max: 1 }],
      objectives: [{ name: "y", goal: "maximise" }],
    },
    { seed: 4 },
  );
  const values = [1, 1.2, 1.5, 2.2, 9, 400];
  values.forEach((y, i) => study.tell({ design: { x: i / 12 }, outcome: { status: "measured", values: { y } } }));
  const range = 399;
  expect(study.lookAhead({ confidence: 0.99 })?.regret).toBeLessThan(3 * range);
});
