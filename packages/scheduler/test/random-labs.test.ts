import { isSafe, type LabState, placeSteps, type RunState } from "@labloop/scheduler";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { device, routePlan, run } from "./builders.ts";
import { placeBlindly } from "./place-blindly.ts";
import { scenarios } from "./random-lab.ts";
import { doubleBookings, simulateLab } from "./simulate-lab.ts";

/** Lab, queued runs and a duration for every step, so that steps end in any order. */
const histories = fc.record({
  scenario: scenarios,
  durations: fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 200, maxLength: 200 }),
});

function simulate({ scenario: { lab, runs }, durations }: HistoryInput, policy = placeSteps) {
  let drawn = 0;
  return simulateLab(lab, runs, policy, () => durations[drawn++ % durations.length] ?? 1);
}

type HistoryInput = typeof histories extends fc.Arbitrary<infer T> ? T : never;

describe("random labs, protocols and durations", () => {
  it("no device is ever booked by two runs, and every run finishes: nothing gets stuck", () => {
    fc.assert(
      fc.property(histories, (input) => {
        const history = simulate(input);
        expect(history.left).toEqual([]);
        expect(doubleBookings(history)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("the same holds while devices are away and runs are held for a time", () => {
    fc.assert(
      fc.property(histories, fc.infiniteStream(fc.nat({ max: 3 })), (input, trouble) => {
        const isTroubled = () => trouble.next().value === 0;
        const history = simulate(input, (lab, runs, now) => {
          const devices = lab.devices.map((one) => ({ ...one, isAvailable: one.isAvailable && !isTroubled() }));
          const decision = placeSteps(
            { devices },
            runs.map((one) => ({ ...one, isHeld: isTroubled() })),
            now,
          );
          const isQuiet = decision.placements.length === 0 && runs.every(({ open }) => open === null);
          return isQuiet ? placeSteps(lab, runs, now) : decision;
        });
        expect(history.left).toEqual([]);
        expect(doubleBookings(history)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it("no grant ever leaves a state from which the runs in flight could not all finish", () => {
    fc.assert(
      fc.property(histories, (input) => {
        simulate(input, (lab, runs, now) => {
          expect(isSafe(lab, runs)).toBe(true);
          return placeSteps(lab, runs, now);
        });
      }),
      { numRuns: 100 },
    );
  });

  it("equal inputs give equal decisions, in whatever order devices, runs, operations and done steps are listed", () => {
    fc.assert(
      fc.property(histories, fc.infiniteStream(fc.nat()), ({ scenario, durations }, order) => {
        const shuffled = <T>(list: readonly T[]): T[] =>
          list
            .map((value) => ({ value, rank: order.next().value }))
            .toSorted((a, b) => a.rank - b.rank)
            .map(({ value }) => value);
        simulate({ scenario, durations }, (lab, runs, now) => {
          const decision = placeSteps(lab, runs, now);
          const devices = shuffled(lab.devices).map((one) => ({ ...one, operations: shuffled(one.operations) }));
          const others = shuffled(runs).map((one) => ({ ...one, done: shuffled(one.done) }));
          expect(placeSteps({ devices }, others, now)).toEqual(decision);
          return decision;
        });
      }),
      { numRuns: 100 },
    );
  });

  it("each run is placed, has an open step, or is told in words why it waits", () => {
    fc.assert(
      fc.property(histories, (input) => {
        simulate(input, (lab, runs, now) => {
          const decision = placeSteps(lab, runs, now);
          const told = [
            ...decision.placements.map(({ runId }) => runId),
            ...decision.waiting.map(({ runId }) => runId),
            ...runs.filter(({ open }) => open !== null).map(({ runId }) => runId),
          ];
          expect(told.toSorted(byText)).toEqual(runs.map(({ runId }) => runId).toSorted(byText));
          for (const { why, message, stepKey, devices, runs: blocking } of decision.waiting) {
            expect(message.startsWith(`${stepKey} waits`)).toBe(true);
            expect(["occupied", "unavailable", "unsafe"]).toContain(why);
            expect(devices).not.toEqual([]);
            for (const name of [...devices, ...blocking]) expect(message).toContain(name);
          }
          return decision;
        });
      }),
      { numRuns: 100 },
    );
  });
});

describe("the checks above", () => {
  const roles = { oven: "oven", arm: "arm", reader: "reader" };
  const swap = routePlan(roles, ["oven", "reader", "oven"]);
  const lab: LabState = { devices: [device("oven-1", "oven"), device("reader-1", "reader"), device("arm-1", "arm")] };
  const runs = [run("run-a", swap), run("run-b", swap, { queuedAt: 1 })];

  it("would notice a stuck lab: without the look-ahead two runs wait for each other's device for ever", () => {
    const blind = simulateLab(lab, runs, placeBlindly, () => 1);
    expect(blind.left.map(({ runId }) => runId)).toEqual(["run-a", "run-b"]);
    expect(doubleBookings(blind)).toEqual([]);
    expect(simulateLab(lab, runs, placeSteps, () => 1).left).toEqual([]);
  });

  it("would notice a double booking", () => {
    const alone = (one: RunState) => simulateLab(lab, [one], placeSteps, () => 1).carried;
    const both = { carried: runs.flatMap(alone), left: [] };
    expect(doubleBookings(both)).toContain("oven-1: run-a and run-b");
  });

  it("isSafe says no to every random state that is stuck", () => {
    let stuck = 0;
    fc.assert(
      fc.property(histories, (input) => {
        const { left } = simulate(input, placeBlindly);
        if (left.length === 0) return;
        stuck += 1;
        expect(isSafe(input.scenario.lab, left)).toBe(false);
      }),
      { numRuns: 300, seed: 7 },
    );
    expect(stuck).toBeGreaterThan(10);
  });
});

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}
