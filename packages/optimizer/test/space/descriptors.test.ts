import fc from "fast-check";
import { expect, test } from "vitest";
import { descriptorFeatures } from "../../src/space/descriptor-features.ts";
import { createStudy } from "../../src/study/create-study.ts";

const identity = (size: number) =>
  Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_x, j) => +(i === j)));
const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.sqrt(Array.from(a).reduce((sum, own, k) => sum + (own - (b[k] as number)) ** 2, 0));

test("options that differ in some descriptor have different features, however many it takes", () => {
  const table = fc.integer({ min: 1, max: 14 }).chain((width) =>
    fc.array(fc.array(fc.constantFrom(0, 0, 0, 1, 2), { minLength: width, maxLength: width }), {
      minLength: 2,
      maxLength: 24,
    }),
  );
  fc.assert(
    fc.property(fc.oneof(table, fc.integer({ min: 2, max: 24 }).map(identity)), (rows) => {
      const features = descriptorFeatures(rows);
      rows.forEach((row, i) => {
        for (let j = 0; j < i; j++) {
          if (row.join() === rows[j]!.join()) continue;
          expect(distance(features[i]!, features[j]!)).toBeGreaterThan(1e-3);
        }
      });
    }),
  );
});

test("of twelve options that have nothing in common the one that read best is recommended", () => {
  const options = Array.from({ length: 12 }, (_, i) => `q${i}`);
  const descriptors = Object.fromEntries(options.map((option, i) => [option, identity(12)[i]!]));
  const study = createStudy(
    {
      parameters: [{ kind: "categorical", name: "k", options, encoding: "descriptors", descriptors }],
      objectives: [{ name: "y", goal: "maximise" }],
    },
    { seed: 1 },
  );
  study.tell(
    ...options.map((k, i) => ({
      design: { k },
      outcome: { status: "measured" as const, values: { y: i === 1 ? 100 : i === 0 ? 0 : 20 + i } },
    })),
  );
  expect(study.best()?.design).toEqual({ k: "q1" });
});
