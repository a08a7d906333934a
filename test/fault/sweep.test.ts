import { describe, expect, test } from "vitest";
import { sweep, sweptKinds, sweptPoints } from "./sweep.ts";

/** Crashes hit every other point of the run; the rest every eighth, and every other one in `npm run test:fault -- --sweep`. */
const strideOf = (kind: string) => (kind.endsWith("Crash") ? 2 : 8);

describe("a single fault, wherever it hits, leaves no act done twice, none lost and nothing hidden", () => {
  for (const kind of sweptKinds) {
    test(kind, async () => {
      const points = await sweptPoints(strideOf(kind));
      expect(points.length).toBeGreaterThanOrEqual(kind.endsWith("Crash") ? 300 : 75);
      expect(await sweep(kind, points)).toEqual([]);
    });
  }
});
