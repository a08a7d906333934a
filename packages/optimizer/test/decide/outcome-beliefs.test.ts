import { expect, test } from "vitest";
import { outcomeBeliefs, viewQuantity } from "../../src/decide/outcome-beliefs.ts";
import { fitModel } from "../../src/model/fit-model.ts";

test.each([
  ["equal", [2, 2, 2]],
  ["equal but for the last digit of numbers next to 0", [2e-323, 2.5e-323, 2e-323]],
  ["at both ends of the range of numbers", [-1.7e308, 0, 1.7e308]],
  ["0", [0, 0, 0]],
])("what is believed where all readings are %s is finite", (_what, values) => {
  const features = values.map((_, i) => Float64Array.of(i / 2));
  const model = fitModel({ features, values, groups: Int32Array.of(0) });
  if (model === null) throw new Error("no model");
  const { means, variances } = outcomeBeliefs([viewQuantity(model)], Float64Array.of(0, 0.3, 1), 3);
  expect([...means, ...variances].every(Number.isFinite)).toBe(true);
});
