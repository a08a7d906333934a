import { expect, test } from "vitest";
import { allChecks, groupIds, groups } from "../../src/conformance/index.ts";
import { counterSubject, countingBoth, countingFinished, stamp, suiteOf } from "./counter-suite.ts";
import { liesOnlyAfterStopAndRestart, mutants } from "./mutants.ts";

test("a driver that keeps the contract is gold once its trace is recorded and it has been soaked", async () => {
  const none = await suiteOf(counterSubject(), { only: ["C9"] });
  expect(none.results).toMatchObject([{ id: "C9.1", verdict: "not-run" }]);
  const first = await suiteOf(counterSubject(), { only: ["C9"], isRecording: true });
  expect(first.results).toMatchObject([{ id: "C9.1", verdict: "passed", figures: { recorded: 1 } }]);
  const result = await suiteOf(counterSubject(), { soak: 10_000, recorded: first.trace });
  expect(result.results.filter(({ verdict }) => verdict === "failed")).toEqual([]);
  expect(result.results.filter(({ verdict }) => verdict !== "passed")).toMatchObject([
    { id: "C5.7", verdict: "not-applicable" },
  ]);
  expect(result.standing).toEqual({ level: "gold", next: null });
  const soak = result.results.find(({ id }) => id === "C10.1");
  expect(soak?.figures).toEqual({ commands: 10_000, succeeded: 10_000 });
});

test.each(mutants)("a driver that $what fails $check, with a fix and a seed", async ({ check, subject }) => {
  const { results, standing } = await suiteOf(subject(), { only: [check] });
  expect(results).toMatchObject([{ id: check, verdict: "failed", fix: expect.stringMatching(/\w/), seed: 1 }]);
  expect(standing.level).toBe("none");
});

test("a driver that lies only after a stop and a restart is found by the checks that do both, and by no other", async () => {
  const { results } = await suiteOf(liesOnlyAfterStopAndRestart(), { only: ["C3", "C4", "C5", "C6", "C7"] });
  expect(results.filter(({ verdict }) => verdict === "failed").map(({ id }) => id)).toEqual(["C7.6", "C7.7"]);
});

test("a count of finished acts is not taken for one of begun acts: nothing is judged by it, and it is said what is expected", async () => {
  const { results } = await suiteOf(counterSubject({ plant: countingFinished }), { only: ["C7.3", "C7.5"] });
  const expected = {
    verdict: "not-run",
    detail: expect.stringMatching(/counted only when it was over.*as it begins.*begun and finished/),
  };
  expect(results).toMatchObject([expected, expected]);
});

test("a driver whose stop stops, on a plant that counts what came to its end, says nothing untrue", async () => {
  const { results } = await suiteOf(counterSubject({ plant: countingBoth }), { only: ["C7.5"] });
  expect(results).toMatchObject([{ id: "C7.5", verdict: "passed" }]);
});

test("a level asks for every check of its groups: what was not run earns nothing", async () => {
  const { standing } = await suiteOf(counterSubject(), { only: ["C1", "C2"] });
  expect(standing).toEqual({ level: "none", next: { level: "bronze", needs: ["C3"] } });
});

test("ids of checks are unique, in order, and each group has some", () => {
  const ids = allChecks.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...new Set(ids.map((id) => id.split(".")[0]))]).toEqual(groupIds);
  expect(groupIds).toEqual(Object.keys(groups));
});

test("the same seed brings the same verdicts and figures", async () => {
  const plain = async () => {
    const { results } = await suiteOf(counterSubject(), { only: ["C2", "C4", "C7"], seed: 7 });
    return results.map((result) => ({ ...result, tookMs: 0 }));
  };
  expect(await plain()).toEqual(await plain());
});

test("a check that failed tells what the driver has thrown, in its own words", async () => {
  const { press } = stamp.operations;
  const watch = () => Promise.reject(new Error("no such register"));
  const subject = counterSubject({ definition: { ...stamp, operations: { press: { ...press!, watch } } } });
  const { results } = await suiteOf(subject, { only: ["C5.1"] });
  expect(results).toMatchObject([{ verdict: "failed", detail: expect.stringContaining("no such register") }]);
});
