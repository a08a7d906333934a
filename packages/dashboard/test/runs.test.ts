import { expect, test } from "vitest";
import { createAnnouncer } from "../src/page/announcer.ts";
import { labNow } from "../src/page/lab-now.ts";
import { nameIds } from "../src/runs/name-ids.ts";
import { railOf } from "../src/runs/run-rail.ts";
import { createHandClock } from "./support/hand-clock.ts";
import { campaign, run, step } from "./support/rows.ts";

test("a rail has the past, the now and the next, with the earliest times of what comes", () => {
  const steps = [step("print", { phase: "succeeded", endedAt: 50 }), step("weigh", { startedAt: 60, typicalMs: 10 })];
  const rail = railOf(run(1, { steps }), 65);
  expect(rail.map(({ tense, expectedAt }) => [tense, expectedAt])).toEqual([
    ["past", null],
    ["now", null],
    ["next", 70],
  ]);
});

test("a step that takes longer than usual pushes what follows, not into the past", () => {
  const rail = railOf(run(1, { steps: [step("print", { startedAt: 0 })] }), 5_000);
  expect(rail.map(({ expectedAt }) => expectedAt)).toEqual([null, 5_000, 5_010]);
});

test("a failed attempt leaves its step to come, and every attempt is kept", () => {
  const steps = [
    step("print", { phase: "failed", endedAt: 5, commandId: "a.1" }),
    step("print", { phase: "inDoubt", commandId: "a.2", attempt: 2 }),
  ];
  expect(railOf(run(1, { steps: steps.slice(0, 1) }), 0)[0]).toMatchObject({ tense: "next", isDoubted: false });
  expect(railOf(run(1, { steps }), 0)[0]).toMatchObject({ tense: "now", isDoubted: true, attempts: steps });
});

test("what a run that has ended did not come to never happened", () => {
  const steps = [step("print", { phase: "failed", endedAt: 5 })];
  const rail = railOf(run(1, { steps, phase: "failed", endedAt: 6 }), 10);
  expect(rail.map(({ tense }) => tense)).toEqual(["past", "never", "never"]);
});

test("a run that fails goes on to be cleared away: what failed is past, what is left out never happens", () => {
  const steps = [step("print", { phase: "failed", endedAt: 5 }), step("crush", { commandId: "b.1" })];
  const failing = run(1, { steps: steps.slice(0, 1), reason: "it broke" });
  expect(railOf(failing, 10).map(({ tense, isFailed }) => [tense, isFailed])).toEqual([
    ["past", true],
    ["next", false],
    ["next", false],
  ]);
  expect(railOf(failing, 10).every(({ expectedAt }) => expectedAt === null)).toBe(true);
  expect(railOf({ ...failing, steps }, 10).map(({ tense }) => tense)).toEqual(["past", "never", "now"]);
});

test("ids in a server's sentence become names, unknown ones stay", () => {
  const [known, other] = ["01KDW07NC0Z9VJYRCQKPJ37VG2", "01KDW09A3GEGX1F3B9ZTKM86PT"];
  const nameOf = (id: string) => (id === known ? { text: "run 7", runId: known } : undefined);
  const pieces = nameIds(`crush waits: run ${known} has it; ${other}.1: lost`, nameOf);
  expect(pieces.map(({ text }) => text).join("")).toBe(`crush waits: run 7 has it; ${other}.1: lost`);
  expect(pieces.filter(({ runId }) => runId !== null)).toEqual([{ text: "run 7", runId: known }]);
});

const pulse = { at: 1_000, pulse: { labAt: 50_000, heartbeats: {}, progress: {}, waiting: [] } };

test("the lab's time runs on at the lab's speed from the last pulse, and stands still while the page is stale", () => {
  const scaled = campaign({ clock: { kind: "scaled", scale: 60, labAt: 0, wallAt: 0 } });
  expect(labNow({ campaign: scaled, pulse, now: 1_500, frozenAt: null })).toBe(80_000);
  expect(labNow({ campaign: scaled, pulse, now: 9_000, frozenAt: 1_500 })).toBe(80_000);
  expect(labNow({ campaign: scaled, pulse, now: 900, frozenAt: null })).toBe(50_000);
});

test("virtual time is not carried on between pulses, and before the first there is only the end of a campaign", () => {
  const virtual = campaign({ clock: { kind: "virtual", scale: 1, labAt: 0, wallAt: 0 }, startedAt: 7 });
  expect(labNow({ campaign: virtual, pulse, now: 9_000, frozenAt: null })).toBe(50_000);
  // The start is no time that the lab has now: before the first pulse none is shown.
  expect(labNow({ campaign: virtual, pulse: null, now: 9_000, frozenAt: null })).toBeNull();
  expect(labNow({ campaign: { ...virtual, endedAt: 60 }, pulse: null, now: 9_000, frozenAt: null })).toBe(60);
  expect(labNow({ campaign: null, pulse: null, now: 9_000, frozenAt: null })).toBeNull();
});

test("announcements come one in five seconds at most, and of those that wait the newest", () => {
  const clock = createHandClock();
  const { text, say } = createAnnouncer(clock);
  say("one");
  say("two");
  say("three");
  expect(text.value).toBe("one");
  clock.pass(4_999);
  expect(text.value).toBe("one");
  clock.pass(1);
  expect(text.value).toBe("three");
  clock.pass(5_000);
  say("four");
  expect(text.value).toBe("four");
});
