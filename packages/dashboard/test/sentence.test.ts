import { expect, test } from "vitest";
import { createFormat } from "../src/i18n/format.ts";
import { piecesOf } from "../src/i18n/stressed.ts";
import { type Situation, situationSentences } from "../src/status/sentence.ts";
import { campaign, device, experiment, failure, run, step } from "./support/rows.ts";

const best = {
  parameters: { n: 8, theta: 75 },
  value: 41.2,
  interval90: [38.1, 44.3] as [number, number],
  observed: [41],
};

function said(change: Partial<Situation>, language: "en" | "ja" = "en"): string {
  const situation = { campaign: campaign(), experiments: [], runs: [], devices: [], estop: null, ...change };
  return situationSentences(situation, createFormat(language, "UTC"))
    .map((sentence) =>
      piecesOf(sentence)
        .map(({ text }) => text)
        .join("")
        .replaceAll("\u00a0", " "),
    )
    .join(" ");
}

const doing = (name: string, stepKey: string) =>
  device(name, {
    phase: "busy",
    doing: { runId: "run-1", run: 1, step: stepKey, commandId: name, startedAt: 0, typicalMs: 1 },
  });

test("a running campaign says how far it is, what is under way, and the best so far", () => {
  const devices = [doing("printer-1", "print"), doing("printer-2", "print"), doing("tester", "crush")];
  const runs = [run(1), run(2), run(3), run(4, { phase: "done", endedAt: 5 })];
  expect(said({ campaign: campaign({ done: 23, best }), runs, devices })).toBe(
    "23 of 60 experiments are in and 3 runs are under way (crush and print × 2). " +
      "The best design so far is expected to give 41.2 J (90 %: 38.1 to 44.3), at n 8, theta 75°.",
  );
});

test("where the best design was carried out as another one than asked for, the page says as what", () => {
  const asked = { ...best, parameters: { n: 8, theta: 75.2 }, requested: { theta: 75, n: 8 } };
  expect(said({ campaign: campaign({ done: 23, best: asked }) })).toMatch(
    /at n 8, theta 75\.2°\. It was asked for as n 8, theta 75°\.$/,
  );
  expect(said({ campaign: campaign({ done: 23, best: asked }) }, "ja")).toMatch(
    /指示した条件は n 8, theta 75° です。$/,
  );
});

test("results that the best does not rest on are told beside it, and that an aborted campaign judges them no more", () => {
  const experiments = [1, 2, 3, 4].map((number) => experiment(number)).concat(failure(5));
  const change = { done: 4, failed: 1, best, judged: 2 };
  expect(said({ campaign: campaign({ ...change, phase: "paused", reason: "lunch" }), experiments })).toMatch(
    /at n 8, theta 75°\. 2 newer results are not in this yet: they are judged with the next proposal, or at the end\.$/,
  );
  expect(said({ campaign: campaign({ ...change, judged: 3 }), experiments })).toMatch(/ 1 newer result is not in this/);
  expect(said({ campaign: campaign({ ...change, judged: 4 }), experiments })).toMatch(/at n 8, theta 75°\.$/);
  expect(said({ campaign: campaign({ ...change, phase: "stopping", reason: "smoke" }), experiments })).toMatch(
    / 2 newer results are not in this yet\.$/,
  );
  expect(said({ campaign: campaign({ ...change, phase: "aborted", reason: "smoke" }), experiments })).toMatch(
    / 2 newer results are not in this: the campaign was aborted before they were judged\.$/,
  );
});

test("a step in doubt comes before everything but an emergency stop", () => {
  const runs = [run(1, { phase: "held", steps: [step("print", { phase: "inDoubt" })] })];
  expect(said({ runs })).toMatch(/^1 step is in doubt and waits for a person\. /);
  const held = [
    run(1, { phase: "held", steps: [step("print", { phase: "inDoubt", commandId: "printer-1" })] }),
    run(2),
  ];
  const working = said({ runs: held, devices: [doing("printer-1", "print"), doing("tester", "crush")] });
  expect(working).toContain("2 runs are under way (crush).");
  const estop = { active: true, stopId: 1, reason: "x", by: { kind: "operator", name: "a" } as const, devices: {} };
  expect(said({ runs, estop })).toMatch(/^Emergency stop is active/);
  expect(said({ runs, estop: { ...estop, active: false } })).not.toContain("Emergency");
});

test.each([
  [{ phase: "ready" }, "crossed-barrel is ready and about to start."],
  [{ phase: "paused", reason: "lunch" }, "Paused: lunch. Nothing new is started. No experiment has given a value yet."],
  [
    { phase: "stopping", reason: "enough" },
    "Stopping: enough and the end is being recorded. No experiment has given a value yet.",
  ],
  [
    { phase: "finished", done: 60, endedAt: 3_660_000, best },
    "Finished: 60 experiments in 1 h 1 min of lab time. The best design is expected to give 41.2 J (90 %: 38.1 to 44.3), at n 8, theta 75°.",
  ],
  [{ phase: "finished", done: 1, budget: 1, endedAt: 3_660_000 }, "Finished: 1 experiment in 1 h 1 min of lab time."],
  [
    { phase: "finished", reason: "the lab needs a person", failed: 61, endedAt: 3_660_000 },
    "Finished early: 0 experiments in 1 h 1 min of lab time (the lab needs a person). No experiment has given a value.",
  ],
  [{ done: 1, budget: 1 }, "1 of 1 experiment is in and nothing is under way just now."],
  [{ phase: "aborted", reason: "smoke", done: 3, endedAt: 1 }, "Aborted: smoke. 3 experiments had given a value."],
] as const)("%o is told as it is", (change, text) => {
  expect(said({ campaign: campaign(change as Partial<ReturnType<typeof campaign>>) })).toBe(text);
});

test("without a campaign the page says how to start one, and nothing else", () => {
  expect(said({ campaign: null })).toBe("Nothing has been started yet: npm start runs the demo campaign.");
});

test("it is told in Japanese, too", () => {
  expect(
    said({ campaign: campaign({ done: 23, best }), runs: [run(1)], devices: [doing("printer-1", "print")] }, "ja"),
  ).toBe(
    "実験 60 件中 23 件の結果が出ました、1 件が進行中です（print）。 " +
      "これまでで最良の設計の予測値は 41.2 J（90 %：38.1 ～ 44.3）、条件は n 8, theta 75° です。",
  );
});
