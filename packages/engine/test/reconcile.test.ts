import { createRandomIds, createSeededIds } from "@labloop/clock";
import { type Reconcile, type RefusalCode, type Snapshot } from "@labloop/contracts";
import { expect, test } from "vitest";
import { createReconciler } from "../src/reconciler.ts";
import { mixingLab } from "./support/documents.ts";
import { openRig, type Rig } from "./support/rig.ts";
import { obey, resultOf, type ScriptedDevice } from "./support/scripted-device.ts";

const result = { mass: { value: 7, unit: "g" } };

async function ordered(options: Parameters<typeof openRig>[0] = {}): Promise<{ rig: Rig; commandId: string }> {
  const rig = await openRig({ isObeying: false, isDurable: true, ...options });
  await rig.until(() => rig.device.executes.length === 1);
  return { rig, commandId: rig.device.executes[0]?.commandId ?? "" };
}

/** Starts the device anew over the same journal, or over what the test made of it. */
async function restart(device: ScriptedDevice, bootId = "boot-2"): Promise<void> {
  device.bootId = bootId;
  device.bdSeq++;
  await device.say(true);
}

const phaseOf = (rig: Rig) => rig.engine.state().devices.get(rig.device.id)?.chart.value;

test("E8: nothing is sent to a device before it has answered, however long that takes", async () => {
  const rig = await openRig();
  rig.device.isAnswering = false;
  await rig.pass(600_000);
  expect(rig.sent("command")).toEqual([]);
  expect(phaseOf(rig)).toBe("reconciling");
  rig.device.isAnswering = true;
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
});

test("§8: the question is repeated with growing pauses from 1 to 15 s, under one id, until it is answered", async () => {
  const rig = await openRig();
  rig.device.isAnswering = false;
  const at: number[] = [];
  rig.onPublish = ({ payload }) => {
    if (payload.kind === "reconcile") at.push(rig.clock.now());
    return "deliver";
  };
  await rig.until(() => at.length === 8);
  const pauses = at.slice(1).map((each, index) => each - (at[index] ?? 0));
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  expect(new Set(rig.device.reconciles.map(({ rid }) => rid)).size).toBe(1);
  rig.device.isAnswering = true;
  await rig.until(() => rig.events("device.reconciled").length === 1);
  const asked = at.length;
  await rig.pass(60_000);
  expect(at).toHaveLength(asked);
});

test("§8: an answer to an older question is ignored", async () => {
  const rig = await openRig();
  const late: Snapshot[] = [];
  rig.device.answer = (snapshot) => {
    late.push(snapshot);
    return [];
  };
  await rig.until(() => late.length === 1);
  await restart(rig.device);
  await rig.until(() => late.some(({ rid }) => rid !== late[0]?.rid));
  const [old, current] = [late[0], late.at(-1)];
  if (old === undefined || current === undefined) throw new Error("two questions");
  await rig.device.bus.publish("report", rig.device.id, old);
  await rig.pass(1);
  expect(rig.events("device.reconciled")).toEqual([]);
  await rig.device.bus.publish("report", rig.device.id, current);
  await rig.pass(1);
  expect(rig.events("device.reconciled")).toMatchObject([{ rid: current.rid }]);
});

test("§8: an answer counts once all its parts are there, and parts of two answers make none", async () => {
  const rig = await openRig();
  const [ids, seen] = [createSeededIds(rig.clock, 3, "strays"), [] as Snapshot[]];
  rig.device.answer = (snapshot) => {
    seen.push(snapshot);
    return [];
  };
  await rig.until(() => seen.length === 1);
  const whole = seen[0];
  if (whole === undefined) throw new Error("no question");
  const stray = (dseq: number) => ({
    commandId: `${ids.ulid()}.1`,
    paramsHash: "0".repeat(64),
    dseq,
    state: "succeeded" as const,
    physical: "full" as const,
    tMono: 0,
    tWall: whole.issuedAt,
  });
  const first = { ...whole, parts: 2, part: 0, unlisted: [stray(1)] };
  const second = { ...whole, parts: 2, part: 1, unlisted: [stray(2)] };
  const say = async (part: Snapshot) => {
    await rig.device.bus.publish("report", rig.device.id, part);
    await rig.pass(1);
  };
  await say(first);
  await say(first);
  await say({ ...second, jseq: 5 });
  await say({ ...second, part: 7 });
  expect(rig.events("device.reconciled")).toEqual([]);
  await say(second);
  await say(first);
  expect(rig.events("device.reconciled")).toHaveLength(1);
  expect(rig.events("device.quarantined")).toHaveLength(1);
});

test("E6: a command that the device has never seen is sent again under the same id, by a journaled decision", async () => {
  const { rig, commandId } = await ordered();
  const before = rig.device.executes[0];
  // Lost on its way: the device knows nothing of it.
  obey(rig.device, rig.clock);
  const sentAt = rig.clock.now();
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
  const again = rig.device.executes[1];
  expect(again).toEqual({ ...before, issuedAt: again?.issuedAt });
  expect(Date.parse(again?.issuedAt ?? "") - sentAt).toBe(32_000);
  expect(rig.events("device.reconciled").at(-1)).toMatchObject({ renewed: [commandId] });
  expect(rig.events("step.intended")).toHaveLength(1);
  expect(rig.events("step.failed", "step.notExecuted")).toEqual([]);
});

test("E6: a command that is lost again and again is sent again and again, and never in doubt while the device answers", async () => {
  const { rig, commandId } = await ordered();
  await rig.until(() => rig.device.executes.length === 8);
  expect(new Set(rig.device.executes.map((order) => order.commandId))).toEqual(new Set([commandId]));
  expect(rig.events("step.doubted")).toEqual([]);
  obey(rig.device, rig.clock);
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
});

test("E6: what is in doubt and was never seen is cancelled, and its tombstone settles it as not executed", async () => {
  const { rig, commandId } = await ordered();
  rig.device.isDeaf = true;
  await rig.until(() => rig.events("step.doubted").length === 1);
  expect(rig.end()).toBeNull();
  rig.device.isDeaf = false;
  obey(rig.device, rig.clock);
  await rig.until(() => rig.device.cancels.length > 0);
  expect(rig.device.cancels).toEqual([commandId]);
  expect(rig.device.executes).toHaveLength(1);
  expect(rig.events("step.notExecuted")).toEqual([]);

  await rig.device.report(commandId, "cancelled", { error: "crash" });
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
  expect(rig.events("step.notExecuted")).toMatchObject([{ commandId, late: true }]);
  expect(rig.device.executes.map(({ attempt }) => attempt)).toEqual([1, 2]);
});

test("§8: a command that the device has accepted or started is watched again, and not sent again", async () => {
  for (const state of ["accepted", "started"] as const) {
    const { rig, commandId } = await ordered();
    rig.bus.drop();
    // The report falls on deaf ears; the answer to the question carries it.
    await rig.device.report(commandId, state, { physical: state === "started" ? "unknown" : "none" });
    await rig.pass(1_000);
    rig.bus.rejoin();
    await rig.until(() => rig.events("step.accepted", "step.started").length === 1);
    await rig.pass(20_000);
    expect(phaseOf(rig)).toBe("busy");
    await rig.device.report(commandId, "succeeded", { result });
    await rig.until(() => rig.end() !== null);
    expect(rig.device.executes).toHaveLength(1);
    rig.kill();
  }
});

test("§8: a final word in the answer is applied and acknowledged", async () => {
  const { rig, commandId } = await ordered();
  rig.kill();
  await rig.device.report(commandId, "succeeded", { result });
  await rig.pass(1_000);
  expect(rig.device.acks).toEqual([]);
  rig.reopen();
  await rig.until(() => rig.end() !== null);
  expect(rig.device.reconciles.at(-1)?.open).toMatchObject([{ commandId, dseq: 1 }]);
  expect(rig.end()?.kind).toBe("ended");
  await rig.until(() => rig.device.acks.length === 1);
  expect(rig.device.acks).toEqual([commandId]);
});

test("§8: a command that the device still holds and the engine has settled is acknowledged", async () => {
  const { rig, commandId } = await ordered({ lab: mixingLab(2) });
  rig.onPublish = ({ payload }) => (payload.kind === "ack" ? "lose" : "deliver");
  await rig.device.report(commandId, "succeeded", { result });
  await rig.until(() => rig.events("observation.made").length === 1);
  await rig.pass(1);
  rig.onPublish = () => "deliver";
  await restart(rig.device);
  await rig.until(() => rig.device.acks.length > 0);
  expect(rig.device.acks).toEqual([commandId]);
  expect(rig.events("step.succeeded")).toHaveLength(1);
});

test("§8: a command in the answer that nobody ordered is an orphan: the device is out of use, and the message names it", async () => {
  const rig = await openRig();
  const orphan = `${createRandomIds(rig.clock).ulid()}.1`;
  rig.device.facts.set(orphan, { commandId: orphan, state: "succeeded", physical: "full", paramsHash: null, dseq: 3 });
  await rig.until(() => rig.end() !== null);
  expect(rig.end()).toMatchObject({ kind: "stuck", reasons: [expect.stringContaining(orphan)] });
  expect(rig.events("device.quarantined")).toMatchObject([{ code: "device.orphan", device: "mixer-1" }]);
  await rig.pass(600_000);
  expect(rig.sent("command")).toEqual([]);
});

test.each<[string, (device: ScriptedDevice) => void]>([
  ["another journal", (device) => void (device.journalId = "journal-2")],
  ["an older copy of its journal", (device) => void (device.jseq = 1)],
])("E9: with %s, never seen is not believed: in doubt, not sent again, not cancelled, out of use", async (_, lose) => {
  const { rig, commandId: done } = await ordered({ lab: mixingLab(2) });
  await rig.device.report(done, "accepted");
  await rig.device.report(done, "succeeded", { result });
  await rig.until(() => rig.device.executes.length === 2 && rig.device.acks.length === 1);
  const commandId = rig.device.executes[1]?.commandId ?? "";
  rig.device.facts.clear();
  lose(rig.device);
  await restart(rig.device);
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("stuck");
  expect(rig.events("step.doubted")).toMatchObject([
    { commandId, reason: expect.stringContaining("lost its journal") },
  ]);
  expect(rig.events("device.quarantined")).toMatchObject([{ code: "device.memoryLost" }]);

  await restart(rig.device, "boot-3");
  await rig.pass(60_000);
  rig.kill();
  rig.reopen();
  await rig.pass(600_000);
  expect(rig.device.executes).toHaveLength(2);
  expect(rig.device.cancels).toEqual([]);
});

test("E9: a device that denies what it had accepted has lost its memory, whatever its record numbers say", async () => {
  const { rig, commandId } = await ordered();
  await rig.device.report(commandId, "accepted");
  await rig.pass(1);
  rig.device.facts.clear();
  rig.device.jseq += 10;
  await restart(rig.device);
  await rig.until(() => rig.events("device.quarantined").length === 1);
  expect(rig.events("device.quarantined")).toMatchObject([{ code: "device.memoryLost" }]);
  expect(rig.device.executes).toHaveLength(1);
});

test("E9: an answer that was overtaken by newer reports is no sign of lost memory", async () => {
  const { rig, commandId } = await ordered();
  const held: Snapshot[] = [];
  rig.device.answer = (snapshot) => {
    held.push(snapshot);
    return [];
  };
  await restart(rig.device);
  await rig.until(() => held.length === 1);
  await rig.device.report(commandId, "accepted");
  await rig.device.report(commandId, "started", { physical: "unknown" });
  await rig.pass(1);
  const [answer] = held;
  if (answer === undefined) throw new Error("not asked");
  expect(answer.entries).toEqual([{ commandId, state: "never-seen" }]);
  await rig.device.bus.publish("report", rig.device.id, answer);
  await rig.until(() => rig.events("device.reconciled").length === 2);
  expect(rig.events("device.quarantined", "step.doubted")).toEqual([]);
  await rig.pass(10_000);
  expect(rig.device.executes).toHaveLength(1);
});

test("§8: new command numbers lie above everything that the device has seen", async () => {
  for (const field of ["maxDseq", "watermark"] as const) {
    const rig = await openRig();
    rig.device[field] = 41;
    await rig.until(() => rig.end() !== null);
    expect(rig.events("step.intended").map(({ dseq }) => dseq)).toEqual([42]);
    rig.kill();
  }
});

test("§8: a new boot is asked again before it is used", async () => {
  const rig = await openRig({ lab: mixingLab(2) });
  await rig.until(() => rig.events("observation.made").length === 1);
  await rig.until(() => rig.device.executes.length === 2);
  rig.device.isAnswering = false;
  await restart(rig.device);
  await rig.pass(1);
  expect(phaseOf(rig)).toBe("reconciling");
  rig.device.isAnswering = true;
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
});

test("§8: a heartbeat of another boot, whose birth was missed, has the device asked again", async () => {
  const rig = await openRig({ isObeying: false });
  await rig.until(() => phaseOf(rig) === "busy");
  const asked = rig.device.reconciles.length;
  rig.device.bootId = "boot-2";
  await rig.until(() => rig.device.reconciles.length > asked);
  await rig.until(() => phaseOf(rig) === "busy");
  expect(rig.engine.state().devices.get("mixer-1")?.bootId).toBe("boot-2");
  await rig.pass(10_000);
  expect(rig.device.reconciles).toHaveLength(asked + 1);
});

test.each<RefusalCode>([
  "oversize",
  "malformed",
  "unknown-version",
  "unknown-kind",
  "wrong-device",
  "retained",
  "not-reconciled",
  "journal-unavailable",
])("E7: a refusal as %s changes nothing", async (code) => {
  const { rig, commandId } = await ordered();
  await rig.until(() => rig.events("step.sent").length > 0);
  const events = rig.journal.head().seq;
  const before = rig.engine.state();
  await rig.device.refuse(code, commandId);
  await rig.device.refuse(code);
  await rig.pass(1);
  expect(rig.engine.state()).toEqual(before);
  expect(rig.journal.head().seq).toBe(events);
});

test.each<RefusalCode>(["pruned", "id-conflict", "dseq-conflict"])(
  "E7: a refusal as %s is no outcome, but puts the command in doubt and holds the device",
  async (code) => {
    const { rig, commandId } = await ordered({ lab: mixingLab(2) });
    await rig.device.refuse(code, commandId);
    await rig.device.refuse(code, commandId);
    await rig.until(() => rig.end() !== null);
    expect(rig.end()?.kind).toBe("stuck");
    expect(rig.events("step.doubted")).toMatchObject([{ commandId, reason: expect.stringContaining(code) }]);
    expect(rig.events("device.quarantined")).toMatchObject([{ code: "device.conflict" }]);
    expect(rig.events("step.failed", "step.notExecuted", "step.succeeded")).toEqual([]);
    expect(rig.device.executes).toHaveLength(1);
  },
);

test("D2: a device that knows the id with other parameters is out of use, and the command is in doubt", async () => {
  const { rig, commandId } = await ordered();
  await rig.device.report(commandId, "accepted");
  await rig.pass(1);
  rig.device.answer = (snapshot) => [
    {
      ...snapshot,
      entries: snapshot.entries.map((entry) =>
        entry.state === "never-seen" ? entry : { ...entry, state: "succeeded", paramsHash: "f".repeat(64), result },
      ),
    },
  ];
  await restart(rig.device);
  await rig.until(() => rig.end() !== null);
  expect(rig.events("device.quarantined")).toMatchObject([{ code: "device.idConflict" }]);
  expect(rig.events("step.succeeded")).toEqual([]);
  expect(rig.events("step.doubted")).toHaveLength(1);
});

test("§9: another epoch asks about what the one before it had ordered, and its word counts", async () => {
  const { rig, commandId } = await ordered();
  rig.kill();
  rig.reopen();
  await rig.until(() => rig.events("device.reconciled").length === 2);
  await rig.until(() => rig.device.executes.length === 2);
  expect(rig.device.reconciles.map(({ epoch }) => epoch)).toEqual([1, 2]);
  expect(rig.device.executes.map((order) => [order.commandId, order.epoch])).toEqual([
    [commandId, 1],
    [commandId, 2],
  ]);
  const order = rig.device.executes[1];
  await rig.device.report(commandId, "succeeded", { result: order === undefined ? {} : resultOf(order) });
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
});

test("§6: what is asked about is cut into parts of 300, all under one id, the same at every repeat", async () => {
  const { rig } = await ordered();
  const [run] = rig.engine.state().runs.values();
  const [command] = Object.values(run?.steps ?? {});
  if (run === undefined || command === undefined) throw new Error("nothing is open");
  const many = Array.from({ length: 301 }, (_, n) => ({ ...command, commandId: `c${n}`, dseq: n + 1 }));
  const steps = Object.fromEntries(many.map((each) => [each.commandId, each]));
  const state = { ...rig.engine.state(), runs: new Map([[run.runId, { ...run, steps }]]) };
  const said: Reconcile[] = [];
  const reconciler = createReconciler({
    outlet: {
      async publish(_key, _name, payload) {
        if (payload.kind === "reconcile") said.push(payload);
      },
      shut: () => undefined,
    },
    linkClock: rig.clock,
    ids: createRandomIds(rig.clock),
    state: () => state,
    onAnswer: () => undefined,
    onUnsent: () => undefined,
    beat: () => undefined,
    blobUrl: undefined,
  });
  reconciler.ask("mixer-1");
  await rig.pass(1_500);
  reconciler.stopAll();
  expect(said.map(({ part, parts, open }) => [part, parts, open.length])).toEqual([
    [0, 2, 300],
    [1, 2, 1],
    [0, 2, 300],
    [1, 2, 1],
  ]);
  expect(new Set(said.map(({ rid }) => rid)).size).toBe(1);
  expect(said.slice(0, 2).flatMap(({ open }) => open.map(({ dseq }) => dseq))).toEqual(many.map(({ dseq }) => dseq));
});
test("E9: a device with another journal is asked under a new epoch only, so that no copy from before can run", async () => {
  const { rig, commandId } = await ordered();
  await rig.device.report(commandId, "accepted");
  await rig.pass(1);
  rig.device.facts.clear();
  rig.device.journalId = "journal-2";
  const asked = rig.device.reconciles.length;
  await restart(rig.device);
  await rig.until(() => rig.events("device.quarantined").length === 1);
  expect(rig.device.reconciles.slice(asked).map(({ epoch }) => epoch > 1)).not.toContain(false);
  expect(rig.events("engine.epochRaised").length).toBeGreaterThan(0);
});

test("D11, E9: a reconcile names the journal that the last birth has announced", async () => {
  const { rig } = await ordered();
  expect(rig.device.reconciles.map(({ journalId }) => journalId)).toEqual(["journal-1"]);
  rig.kill();
  rig.reopen();
  await restart(rig.device);
  await rig.until(() => rig.device.reconciles.length === 2);
  rig.device.facts.clear();
  rig.device.journalId = "journal-2";
  await restart(rig.device, "boot-3");
  await rig.until(() => rig.events("device.quarantined").length === 1);
  const [, second, ...others] = rig.device.reconciles.map(({ journalId }) => journalId);
  expect(second).toBe("journal-1");
  expect(new Set(others)).toEqual(new Set(["journal-2"]));
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("E8, E14: a device whose journal leaves no command number is taken out of use by name; it breaks no engine, also when released", async () => {
  const rig = await openRig({ isObeying: false, isDurable: true });
  await rig.until(() => rig.device.executes.length === 1);
  const [order] = rig.device.executes;
  rig.kill();
  rig.device.maxDseq = Number.MAX_SAFE_INTEGER;
  rig.reopen();
  await rig.pass(10_000);
  expect(rig.events("device.quarantined")).toMatchObject([{ device: "mixer-1", code: "device.numbersSpent" }]);
  await rig.device.report(order?.commandId ?? "", "failed", { physical: "none", error: "instrument" });
  await rig.pass(10_000);
  const by = { kind: "operator", name: "Ada" } as const;
  rig.engine.submit({ type: "device.release", device: "mixer-1", by, reason: "looked at it" });
  await rig.pass(60_000);
  expect(rig.end()?.kind).not.toBe("broken");
  expect(rig.events("step.intended")).toHaveLength(1);
});
