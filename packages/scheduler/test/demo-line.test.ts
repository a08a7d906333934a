import { placeSteps } from "@labloop/scheduler";
import fc from "fast-check";
import { expect, it } from "vitest";
import { demoLab, demoPlan, run } from "./builders.ts";
import { type Carried, doubleBookings, simulateLab } from "./simulate-lab.ts";

const minute = 60_000;
const fixed: Record<string, number> = {
  move1: 45_000,
  use1: 10_000,
  move2: 45_000,
  use2: 3 * minute,
  clear: 45_000,
};

it("keeps five printers at least 90 % busy over 60 runs, books nothing twice and finishes every run", () => {
  const prints = fc.array(fc.integer({ min: 35 * minute, max: 75 * minute }), { minLength: 60, maxLength: 60 });
  fc.assert(
    fc.property(prints, (printMs) => {
      const queue = printMs.map((_, index) =>
        run(`run-${String(index).padStart(2, "0")}`, demoPlan, { queuedAt: index }),
      );
      const durations = new Map(queue.map(({ runId }, index) => [runId, printMs[index]!]));
      const history = simulateLab(
        demoLab,
        queue,
        placeSteps,
        ({ runId }, { key }) => fixed[key] ?? durations.get(runId)!,
      );

      expect(history.left).toEqual([]);
      expect(history.carried).toHaveLength(60 * demoPlan.steps.length);
      expect(doubleBookings(history)).toEqual([]);
      expect(utilisation(history.carried.filter(({ step }) => step.key === "make"))).toBeGreaterThanOrEqual(0.9);
    }),
    { numRuns: 5 },
  );
});

/** Share of the printers' time that is printing, between the first start and the last. */
function utilisation(prints: readonly Carried[]): number {
  const starts = prints.map(({ startAt }) => startAt);
  const from = Math.min(...starts);
  const to = Math.max(...starts);
  const busyMs = prints.reduce((sum, { startAt, endAt }) => sum + Math.min(endAt, to) - startAt, 0);
  return busyMs / (5 * (to - from));
}
