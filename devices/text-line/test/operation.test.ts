import { createVirtualClock } from "@labloop/clock";
import type { Values } from "@labloop/contracts";
import { textDevice } from "@labloop/device-text-line/text-device";
import { createStreamPair } from "@labloop/driver";
import { expect, test } from "vitest";

const log = { debug() {}, info() {}, warn() {}, error() {} };
const dose = {
  title: "Dose",
  duration: { typicalMs: 1_000, maxMs: 10_000 },
  params: { volume: { type: "quantity", unit: "uL", minimum: 1, maximum: 100 } },
  do: [{ tell: "DOSE {volume}" }],
} as const;
const counter = {
  counter: { ask: "N?", answer: "^(?<count>.*)$" },
  rises: "begin",
  running: { ask: "R?", answer: "^1$" },
};
const says = {
  says: { ask: "LAST?", happened: "^DONE {volume:mL:%.2f}$", notHappened: "^NONE$", running: "^BUSY$" },
};
const params: Values = { volume: { value: 50, unit: "uL" } };

/** A pump that answers a line with what `answers` has for it, and hears the others in silence. */
async function open(answers: Record<string, string>, operation: object, device: object = {}) {
  const clock = createVirtualClock(Date.UTC(2026, 0, 5));
  const definition = textDevice({
    kind: "pump",
    capability: "pump",
    title: { en: "Pump" },
    manual: "none",
    identify: { ask: "ID?", answer: "^PUMP$" },
    ...device,
    operations: { dose: { ...dose, ...operation } },
  } as Parameters<typeof textDevice>[0]);
  const [near, far] = createStreamPair(clock);
  const heard: string[] = [];
  const reply = (line: string) => far.write(Buffer.from(`${line}\n`));
  far.onData((bytes) => {
    for (const line of String(bytes).trimEnd().split("\n")) {
      heard.push(line);
      const answer = line === "ID?" ? "PUMP" : answers[line];
      if (answer !== undefined) reply(answer);
    }
  });
  const watching = new AbortController();
  const base = { deviceId: "pump", labClock: clock, linkClock: clock, log };
  const context = {
    ...base,
    commandId: "command-1",
    signal: watching.signal,
    progress() {},
    partial() {},
    answer: () => new Promise<never>(() => {}),
  };
  const settled = async <T>(act: Promise<T>): Promise<T> => {
    let isOver = false;
    const over = () => void (isOver = true);
    act.then(over, over);
    await clock.run(() => isOver);
    return act;
  };
  const session = await settled(definition.connect(near, {}, base));
  const { baseline, start, probe, stop } = definition.operations["dose"]!;
  return {
    definition,
    session,
    context,
    heard,
    reply,
    settled,
    abort: () => watching.abort(new Error("E-STOP")),
    pass: () => settled(new Promise<void>((resolve) => void clock.at(clock.now() + 1, resolve))),
    baseline: () => baseline(session, params, context),
    start: () => start(session, params, {}, context),
    probe: (before: Parameters<typeof probe>[2]) => settled(probe(session, params, before, context)),
    stop: () => stop!(session, context),
  };
}

test.each([
  ["the same count", { "N?": "7", "R?": "0" }, "not-happened"],
  ["one more", { "N?": "8", "R?": "0" }, "happened"],
  ["one more, and it runs", { "N?": "8", "R?": "1" }, "running"],
  ["two more: somebody else acted as well", { "N?": "9", "R?": "0" }, "unknown"],
  ["fewer: it was reset", { "N?": "0", "R?": "0" }, "unknown"],
])("a counter that says %s", async (_what, answers, outcome) => {
  const { probe } = await open(answers, { probe: counter });
  expect(await probe({ count: 7 })).toMatchObject({ outcome, decisive: outcome !== "unknown" });
});

const late = { ...counter, rises: "end" };

test.each([
  ["the same count while it runs", { "N?": "7", "R?": "1" }, "running"],
  ["the same count at rest: it may have been stopped", { "N?": "7", "R?": "0" }, "unknown"],
  ["one more", { "N?": "8", "R?": "0" }, "happened"],
  ["one more, and something runs again", { "N?": "8", "R?": "1" }, "unknown"],
])("a counter of finished acts that says %s never lets an act be done twice", async (_what, answers, outcome) => {
  const { probe } = await open(answers, { probe: late });
  expect(await probe({ count: 7 })).toMatchObject({ outcome, decisive: outcome !== "unknown" });
});

test.each([
  ["7", { state: "failed", physical: "partial", error: { code: "text.notCounted" } }],
  ["8", { state: "succeeded" }],
])(
  "an act that is over with %s on a counter of finished acts, 7 before, has ended as that says",
  async (now, ending) => {
    const until = { ask: "END?", done: "^END$" };
    const { definition, session, context, settled } = await open(
      { "N?": now, "R?": "0", "END?": "END" },
      { probe: late, until },
    );
    const { watch } = definition.operations["dose"]!;
    expect(await settled(watch(session, params, { count: 7 }, context))).toMatchObject(ending);
  },
);

test.each([
  ["ERR 2 range", { physical: "none", error: { code: "text.tooMuch", class: "infeasible" } }],
  ["ERR 3 busy", { physical: "none", error: { code: "text.busyNow", class: "instrument" } }],
])(
  "an order that is answered %s has ended as the declaration says, and the wire stays open",
  async (answer, ending) => {
    const faults = {
      tooMuch: { answer: "^ERR 2", message: "more than it takes", class: "infeasible" },
      busyNow: { answer: "^ERR 3", message: "somebody uses it" },
    };
    const asked = { do: [{ ask: "DOSE {volume}", answer: "^OK$", faults }], probe: counter };
    const { definition, session, context, settled } = await open({ "DOSE 50": answer, "N?": "7", "R?": "0" }, asked);
    const { start, watch, probe } = definition.operations["dose"]!;
    await settled(Promise.resolve(start(session, params, { count: 7 }, context)));
    expect(await settled(watch(session, params, { count: 7 }, context))).toMatchObject({ state: "failed", ...ending });
    expect(await settled(probe(session, params, { count: 7 }, context))).toMatchObject({ outcome: "not-happened" });
  },
);

test("an answer that no fault declares is left to the evidence", async () => {
  const asked = { do: [{ ask: "DOSE {volume}", answer: "^OK$" }], probe: counter };
  const { start, settled } = await open({ "DOSE 50": "HUH", "N?": "7", "R?": "0" }, asked);
  await expect(settled(Promise.resolve(start()))).rejects.toMatchObject({ code: "text.refused" });
});

test("what a format has rounded on its way is what counts as executed", async () => {
  const rounded = { do: [{ tell: "DOSE {volume:%d}" }], probe: counter };
  const { definition, session, context, settled } = await open({ "N?": "8", "R?": "0" }, rounded);
  const { watch } = definition.operations["dose"]!;
  const asked: Values = { volume: { value: 3.85, unit: "uL" } };
  expect(await settled(watch(session, asked, { count: 7 }, context))).toMatchObject({
    executed: { volume: { value: 4, unit: "uL" } },
  });
});

test("a counter that says nothing, or a pump that still runs, lets no act begin", async () => {
  const empty = await open({ "N?": "", "R?": "0" }, { probe: counter });
  await expect(empty.settled(empty.baseline())).rejects.toMatchObject({ code: "text.unreadable" });
  const busy = await open({ "N?": "7", "R?": "1" }, { probe: counter });
  await expect(busy.settled(busy.baseline())).rejects.toMatchObject({ code: "text.busy" });
  const idle = await open({ "N?": "7", "R?": "0" }, { probe: counter });
  expect(await idle.settled(idle.baseline())).toEqual({ count: 7 });
});

test.each([
  ["DONE 0.05", "happened"],
  ["DONE 0.04", "unknown"],
  ["NONE", "not-happened"],
  ["BUSY", "running"],
])("an instrument that says %s of its last act: %s", async (answer, outcome) => {
  const { probe } = await open({ "LAST?": answer }, { probe: says });
  expect(await probe({})).toMatchObject({ outcome, evidence: { answer } });
});

test.each([
  ["END", "happened"],
  ["GOES", "running"],
  ["CUT", "partial"],
])("one more on the counter, of an act of which it says %s: %s", async (answer, outcome) => {
  const until = { ask: "END?", done: "^END$", failed: "^CUT$" };
  const { probe } = await open({ "N?": "8", "R?": "0", "END?": answer }, { probe: counter, until });
  expect(await probe({ count: 7 })).toMatchObject({ outcome, decisive: true });
});

test("a stop and a halt go past a question that waits, and each answer reaches who asked for it", async () => {
  const lines = [{ ask: "STOP", answer: "^OK$" }, "BEEP"];
  const { definition, session, context, heard, reply, settled, pass, baseline, stop } = await open(
    {},
    { probe: says, stop: lines },
    { halt: lines },
  );
  const waiting = baseline();
  await pass();
  const stopping = stop();
  await pass();
  expect(heard).toEqual(["ID?", "LAST?", "STOP", "BEEP"]);
  reply("NONE");
  reply("OK");
  expect(await settled(waiting)).toEqual({ answer: "NONE" });
  expect(await settled(stopping)).toMatchObject({ state: "failed", physical: "partial" });
  const halting = definition.halt!(session, context);
  reply("WHAT");
  await expect(settled(halting)).rejects.toMatchObject({ code: "text.refused" });
});

test("an E-STOP that comes while the act waits for its turn on the wire keeps it from being sent", async () => {
  const { heard, reply, settled, pass, abort, baseline, start } = await open({}, { probe: says });
  const waiting = baseline();
  await pass();
  const refused = expect(start()).rejects.toThrow("E-STOP");
  await pass();
  abort();
  reply("NONE");
  await settled(waiting);
  await pass();
  await refused;
  expect(heard).toEqual(["ID?", "LAST?"]);
});

test("telemetry tells numbers, and what is none, or means none in SCPI, is null", async () => {
  const telemetry = {
    everyMs: 1_000,
    channels: Object.fromEntries(
      ["flow", "empty", "infinite", "other"].map((name) => [
        name,
        { unit: "uL/s", ask: `${name}?`, answer: "^(?<value>[^x]*)$" },
      ]),
    ),
  };
  const answers = { "flow?": " 1.5", "empty?": "", "infinite?": "9.91E37", "other?": "x" };
  const { definition, session, context, settled } = await open(answers, { probe: says }, { telemetry });
  expect(await settled(definition.telemetry!.read(session, context))).toEqual({
    flow: 1.5,
    empty: null,
    infinite: null,
    other: null,
  });
});
