import { expect, test } from "vitest";
import { capsOf } from "../../src/index.ts";
import { type Bench, createBench, idOf } from "../support/bench.ts";
import { counterDevice } from "../support/counter.ts";

const done = { as: "done", result: { count: 1 } } as const;

async function asked(): Promise<Bench> {
  const bench = createBench();
  await bench.ready();
  await bench.execute(1, { op: "byHand" });
  await bench.pass(300);
  return bench;
}
const record = (bench: Bench) => bench.journal().get(idOf(1));

test("a device that asks people says so, with the words of its forms", () => {
  const caps = capsOf(counterDevice, { serial: null, firmware: null, heartbeatMs: 1_000 });
  expect(caps.contract.features).toContain("answers");
  expect(caps.operations["byHand"]?.asks?.instructions.en).toContain("lever");
});

test("a step that was asked of a person waits for as long as it takes, and ends as they say", async () => {
  const bench = await asked();
  await bench.pass(3_600_000);
  expect(record(bench)?.state).toBe("started");
  await bench.answer(1, done);
  await bench.pass(100);
  expect(bench.last("control-result")).toMatchObject({ rid: `${idOf(1)}/answer`, ok: true });
  expect(record(bench)).toMatchObject({ state: "succeeded", result: { count: 1 }, evidence: { answeredBy: "Ada" } });
});

test("what was done instead of what was asked is what was executed", async () => {
  const bench = await asked();
  const executed = { ...record(bench)?.order?.params, tag: "other" };
  await bench.answer(1, { ...done, executed });
  await bench.pass(100);
  expect(record(bench)).toMatchObject({ state: "succeeded", executed });
});

test("a driver that restarts asks on: the answer that comes then, again and again, counts once", async () => {
  const bench = await asked();
  bench.device().kill();
  await bench.ready();
  await bench.pass(1_000);
  expect(record(bench)?.state).toBe("started");
  for (let i = 0; i < 3; i++) await bench.answer(1, done);
  await bench.pass(100);
  expect(record(bench)?.state).toBe("succeeded");
  expect(bench.heard.filter((message) => message.kind === "report" && message.state === "succeeded")).toHaveLength(1);
});

test.each([
  ["a result that is not as announced", 1, { as: "done", result: { count: "many" } }, "device.answerInvalid"],
  ["a step that does not run", 2, done, "device.notRunning"],
] as const)("%s is refused, and the step waits on", async (_what, n, answer, code) => {
  const bench = await asked();
  await bench.answer(n, answer);
  await bench.pass(100);
  expect(bench.last("control-result")).toMatchObject({ ok: false, error: { code } });
  expect(record(bench)?.state).toBe("started");
});

test("an act that no person does takes no answers", async () => {
  const bench = createBench();
  await bench.ready();
  await bench.execute(1, { op: "patient" });
  await bench.pass(300);
  await bench.answer(1, done);
  await bench.pass(10);
  expect(bench.last("control-result")).toMatchObject({ ok: false, error: { code: "device.asksNobody" } });
});

test("D12: an answer from an engine below the fence is refused", async () => {
  const bench = await asked();
  await bench.ask("fence", undefined, 5);
  await bench.answer(1, done, 4);
  await bench.pass(100);
  expect(bench.refusals()).toContain("stale-epoch");
  expect(record(bench)?.state).toBe("started");
});
