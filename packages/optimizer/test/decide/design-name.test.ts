import fc from "fast-check";
import { expect, test } from "vitest";
import { designName } from "../../src/decide/design-name.ts";
import { studyOf } from "../support/open-study.ts";

const study = studyOf({
  parameters: [
    { kind: "continuous", name: "share", min: 0, max: 1 },
    { kind: "continuous", name: "heat", unit: "°C", min: 1000, max: 1100, step: 5 },
    { kind: "continuous", name: "wave", unit: "nm", min: 1200, max: 1300 },
    { kind: "continuous", name: "dose", min: 1e-6, max: 10, scale: "log" },
    { kind: "integer", name: "turns", min: 0, max: 50_000 },
    { kind: "levels", name: "gap", levels: [10, 10.125, 40] },
    { kind: "continuous", name: "fixed", min: 7, max: 7 },
    { kind: "ordinal", name: "size", levels: ["s", "m"] },
  ],
});

test("a design is named by digits that tell it from others, three of a fraction or on a logarithmic scale", () => {
  const design = {
    share: 0.123456,
    heat: 1005,
    wave: 1234.5678,
    dose: 0.00123456,
    turns: 12345,
    gap: 10.125,
    fixed: 7,
    size: "m",
  };
  expect(designName(study, design)).toBe(
    "share 0.123, heat 1005, wave 1234.6, dose 0.00123, turns 12345, gap 10.125, fixed 7, size m",
  );
  const carriedOut = { ...design, heat: 1004.98765, turns: -0, gap: 39.98765, fixed: 7.0123456 };
  expect(designName(study, carriedOut)).toMatch(/heat 1004\.99, .* turns 0, gap 39\.988, fixed 7\.01235,/);
});

test("two designs on a grid have two names", () => {
  const steps = fc.record({ min: fc.integer({ min: -2000, max: 2000 }), step: fc.constantFrom(0.125, 0.3, 1, 5, 250) });
  fc.assert(
    fc.property(steps, fc.nat({ max: 999 }), ({ min, step }, k) => {
      const grid = studyOf({ parameters: [{ kind: "continuous", name: "x", min, max: min + 1000 * step, step }] });
      const nameOf = (index: number) => designName(grid, { x: min + index * step });
      expect(nameOf(k)).not.toBe(nameOf(k + 1));
    }),
  );
});
