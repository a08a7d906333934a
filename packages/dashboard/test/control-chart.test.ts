import fc from "fast-check";
import { expect, test } from "vitest";
import { chartScale } from "../src/controls/chart-scale.ts";

const bound = fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }));
const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });

test("a control chart shows every level and every value, higher ones further up", () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1 }), bound, bound, fc.boolean(), (values, min, max, isCharted) => {
      const points = values.map((each, index) => ({ number: index, at: 0, value: each, isAccepted: true, rules: [] }));
      const charted = isCharted ? { target: 5, sigma: 2 } : { target: null, sigma: null };
      const { levels, y } = chartScale({ name: "mass", unit: "g", ...charted, min, max, points });
      const shown = [...levels.map((level) => level.value), ...values];
      for (const each of shown) expect(y(each) > 0 && y(each) < 1).toBe(true);
      const [low, high] = [Math.min(...shown), Math.max(...shown)];
      if (low < high) expect(y(low)).toBeGreaterThan(y(high));
      expect(levels.filter(({ kind }) => kind === "deviation")).toHaveLength(isCharted ? 6 : 0);
    }),
    // Two values that differ by the least that a double can.
    {
      examples: [
        [[-5e-324], 0, null, false],
        [[1e6], 1e6 - 2 ** -33, null, false],
      ],
    },
  );
});
