import { createVirtualClock } from "@labloop/clock";
import { expect, test } from "vitest";
import type { Rises } from "../../src/declare/judge-counter.ts";
import { toOperation } from "../../src/declare/to-operation.ts";
import type { InstrumentState, OperationContext } from "../../src/index.ts";

const rest = (count: number, isWhole?: boolean): InstrumentState => ({
  isBusy: false,
  count,
  ...(isWhole === undefined ? {} : { isWhole }),
});
const busy = (count: number): InstrumentState => ({ isBusy: true, count });

/** An act on an instrument that says one state after the other, the last one for ever; its counter stood at 7. */
function scripted(rises: Rises, says: readonly InstrumentState[]) {
  const clock = createVirtualClock(0);
  const left = [...says];
  const operation = toOperation<null>("act", {
    title: "Act",
    params: {},
    result: {},
    duration: { typicalMs: 5_000, maxMs: 60_000 },
    start: async () => null,
    stop: async () => null,
    probe: { rises, state: async () => (left.length > 1 ? left.shift() : left[0]) ?? rest(0) },
  });
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  const context: OperationContext = {
    deviceId: "d",
    commandId: "c",
    labClock: clock,
    linkClock: clock,
    log: quiet,
    signal: new AbortController().signal,
    progress() {},
    partial() {},
    answer: () => new Promise(() => {}),
  };
  const baseline = { count: 7 };
  const soon = async <T>(promise: Promise<T>): Promise<T> => {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    promise.then(over, over);
    await clock.run(() => isOver);
    return promise;
  };
  return {
    baseline: () => soon(operation.baseline(null, {}, context)),
    watch: () => soon(operation.watch(null, {}, baseline, context)),
    probe: () => soon(operation.probe(null, {}, baseline, context)),
    watchAndStop() {
      void operation.watch(null, {}, baseline, context).catch(() => {});
      return soon(operation.stop?.(null, context) ?? Promise.reject(new Error("no stop")));
    },
  };
}

test.each<[string, Rises, InstrumentState[], string]>([
  ["runs and is counted at its end", "end", [busy(7), busy(7), rest(8)], "succeeded"],
  ["is over before the first look", "end", [rest(8)], "succeeded"],
  ["is counted between two questions of one look", "end", [busy(7), rest(7), rest(8)], "succeeded"],
  ["is shown only a while after it was taken", "end", [rest(7), rest(7), rest(7), busy(7), rest(8)], "succeeded"],
  ["is stopped at the panel and not counted", "end", [busy(7), rest(7)], "device.stopped"],
  ["is stopped at the panel, as the instrument says", "begin", [busy(8), rest(8, false)], "device.stopped"],
  ["comes to its own end, as the instrument says", "begin", [busy(8), rest(8, true)], "succeeded"],
])("an act that %s ends so (rises at its %s)", async (_what, rises, says, end) => {
  const ending = await scripted(rises, says).watch();
  expect(ending.state === "failed" ? ending.error.code : ending.state).toBe(end);
});

test.each<[string, Rises, InstrumentState[]]>([
  ["others have acted as well", "end", [busy(7), rest(9)]],
  ["it was taken, and never begun", "begin", [rest(7)]],
])("no end is made up when %s: evidence is looked for", async (_what, rises, says) => {
  await expect(scripted(rises, says).watch()).rejects.toMatchObject({ code: "device.otherCount" });
});

test.each<[string, Rises, InstrumentState[], object]>([
  ["a counter of finished acts that stands still: it may have begun", "end", [rest(7)], { outcome: "unknown" }],
  ["a counter of begun acts that stands still", "begin", [rest(7)], { outcome: "not-happened", decisive: true }],
  ["an act that goes on", "end", [busy(7)], { outcome: "running" }],
  ["one that was counted at its end", "end", [rest(8)], { outcome: "happened", isWhole: true }],
  ["one that was counted as it began", "begin", [rest(8)], { outcome: "happened", isWhole: false }],
  ["one that the instrument calls cut short", "begin", [rest(8, false)], { outcome: "partial", decisive: true }],
  ["one that is counted between two questions", "end", [busy(7), busy(8), rest(8)], { outcome: "happened" }],
])("the probe finds %s", async (_what, rises, says, found) => {
  expect(await scripted(rises, says).probe()).toMatchObject(found);
});

test("nothing is begun on an instrument that is at work", async () => {
  await expect(scripted("end", [busy(7)]).baseline()).rejects.toMatchObject({ code: "device.busy" });
  expect(await scripted("end", [rest(7)]).baseline()).toEqual({ isBusy: false, count: 7 });
});

test.each<[string, Rises, InstrumentState[], string]>([
  ["in its midst", "end", [busy(7), busy(7), busy(7), rest(7)], "partial"],
  ["after its end", "end", [busy(7), rest(8)], "full"],
  ["after its end, as far as a counter of begun acts tells", "begin", [busy(8), rest(8)], "partial"],
])("an act that is stopped %s failed with so much moved", async (_what, rises, says, physical) => {
  expect(await scripted(rises, says).watchAndStop()).toMatchObject({ state: "failed", physical });
});
