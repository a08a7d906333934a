import { LabError, type OperatorCommand, topicOf, wholeLab } from "@labloop/contracts";
import type { Journal } from "@labloop/journal";
import { describe, expect, test } from "vitest";
import { castingLab, mixingLab } from "./support/documents.ts";
import { openRig } from "./support/rig.ts";
import {
  by,
  raise,
  clear,
  resume,
  stop,
  said,
  openStoppable,
  isRunning,
  stops,
  stoppedRig,
} from "./support/stoppable.ts";

describe("S1: an E-STOP", () => {
  test("is recorded, said at once and kept by the broker, and pauses the campaign with its reason", async () => {
    const rig = await openStoppable({ lab: mixingLab(3) });
    await rig.until(isRunning(rig));
    expect(rig.engine.submit(raise)).toEqual({ ok: true, seq: rig.journal.head().seq - 1 });
    const [call] = rig.sent("estop");
    expect(call?.payload).toMatchObject({ stopId: 1, active: true, scope: "lab", reason: "smoke", by });
    expect(call?.recorded).toBe(rig.journal.head().seq);
    expect(rig.engine.state().campaign?.chart).toMatchObject({ value: "paused", context: { reason: "E-STOP: smoke" } });
    const late = rig.broker.connect({ clientId: "dev-late" });
    const heard: boolean[] = [];
    late.subscribe({ key: "estop", name: wholeLab, onDelivery: ({ payload }) => void heard.push(payload.active) });
    await rig.pass(10);
    expect(heard).toEqual([true]);
  });

  test("lets nothing be dispatched while it stands, and nothing be ordered but its clearing", async () => {
    const rig = await stoppedRig({ lab: castingLab(4, 2) });
    const { length: executes } = rig.sent("command");
    for (const type of ["campaign.resume", "campaign.stop", "campaign.abort", "campaign.pause"] as const)
      expect(rig.engine.submit({ type, by, reason: "x" } as OperatorCommand)).toEqual(said("E-STOP stands"));
    await rig.pass(600_000);
    expect(rig.sent("command")).toHaveLength(executes);
    expect(rig.end()).toBeNull();
  });

  test("is numbered above every stop that was ever heard of", async () => {
    const rig = await openStoppable({ lab: mixingLab(2) });
    const other = rig.broker.connect({ clientId: "eng-other-1" });
    await rig.until(isRunning(rig));
    const at = new Date(rig.clock.now()).toISOString();
    const old = { v: 1, kind: "estop", stopId: 7, active: false, scope: "lab", reason: "before", by, at } as const;
    await other.publish("estop", wholeLab, old);
    await rig.pass(10);
    expect(rig.events("estop.raised")).toEqual([]);
    rig.engine.submit(raise);
    rig.engine.submit(raise);
    expect(rig.events("estop.raised").map(({ stopId }) => stopId)).toEqual([8, 9]);
  });

  test("is said again and again until the broker has it, then no more, and after every connect", async () => {
    const rig = await openStoppable({ lab: mixingLab(2) });
    await rig.until(isRunning(rig));
    rig.onPublish = ({ key }) => (key === "estop" ? "lose" : "deliver");
    rig.engine.submit(raise);
    await rig.pass(3_500);
    expect(stops(rig)).toHaveLength(4);
    rig.onPublish = () => "deliver";
    await rig.pass(60_000);
    expect(stops(rig)).toHaveLength(5);
    rig.bus.drop();
    rig.bus.rejoin();
    await rig.pass(60_000);
    expect(stops(rig)).toEqual(Array.from({ length: 6 }, () => [1, true]));
  });

  test("waits for a broker that is away", async () => {
    const rig = await openStoppable({ lab: mixingLab(2) });
    await rig.until(isRunning(rig));
    rig.bus.drop();
    expect(rig.engine.submit(raise)).toMatchObject({ ok: true });
    await rig.pass(5_000);
    expect(rig.sent("estop")).toEqual([]);
    rig.bus.rejoin();
    await rig.pass(100);
    expect(rig.events("estop.acknowledged")).toHaveLength(1);
  });

  test("is not refused because the journal cannot be written, nor because the lease is lost, and says so", async () => {
    for (const code of ["journal.notWritable", "journal.leaseLost"]) {
      let isFailing = false;
      const fail = () => {
        throw new LabError(code, "no room is left");
      };
      const wrapJournal = (journal: Journal): Journal => ({
        ...journal,
        lease: { ...journal.lease, epoch: journal.lease.epoch, isHeld: () => !isFailing, renew: fail },
        append: (events, at) => (isFailing ? fail() : journal.append(events, at)),
      });
      const rig = await openStoppable({ lab: mixingLab(2), wrapJournal });
      await rig.until(isRunning(rig));
      isFailing = true;
      expect(rig.engine.submit(raise)).toEqual(said("told to stop, but the stop is not in the journal"));
      await rig.pass(100);
      expect(stops(rig)).toEqual([[1, true]]);
      expect(rig.end()?.kind).toBe("broken");
      // Even the engine that has broken can stop the lab once more.
      expect(rig.engine.submit(raise)).toEqual(said("told to stop"));
      expect(stops(rig).at(-1)).toEqual([2, true]);
    }
  });

  test("names who has answered, and after one second who has not; a late answer counts", async () => {
    const rig = await openStoppable({ lab: castingLab(3, 2) });
    await rig.until(isRunning(rig));
    const [deaf] = rig.devices.values();
    if (deaf === undefined) throw new Error("no device");
    deaf.isDeaf = true;
    rig.engine.submit(raise);
    await rig.pass(999);
    const answered = [...rig.devices.keys()].filter((id) => id !== deaf.id);
    const names = () => rig.events("estop.acknowledged").map(({ device }) => device);
    expect(names().sort()).toEqual(answered.sort());
    expect(rig.events("estop.acknowledged")[0]).toMatchObject({ stopId: 1, tookMs: 12 });
    expect(rig.events("estop.unanswered")).toEqual([]);
    await rig.pass(2);
    expect(rig.events("estop.unanswered")).toEqual([{ type: "estop.unanswered", device: deaf.id, stopId: 1 }]);
    expect(rig.engine.submit(clear)).toEqual(said(`${deaf.id} has not answered`));
    deaf.isDeaf = false;
    rig.bus.drop();
    rig.bus.rejoin();
    await rig.pass(100);
    expect(names()).toContain(deaf.id);
    expect(rig.engine.state().estop?.devices[deaf.id]).toBe("stopped");
  });

  test("is asked of a device out of reach, too: it is named as silent, hears of the stop when it is back, and then counts as stopped", async () => {
    const rig = await openStoppable({ lab: castingLab(3, 2) });
    await rig.until(isRunning(rig));
    const away = [...rig.devices.values()].at(-1);
    if (away === undefined) throw new Error("no device");
    away.bus.drop();
    await rig.until(() => rig.engine.state().devices.get(away.id)?.chart.value === "offline");
    rig.engine.submit(raise);
    await rig.pass(2_000);
    expect(rig.events("estop.unanswered")).toEqual([{ type: "estop.unanswered", device: away.id, stopId: 1 }]);
    away.bdSeq++;
    away.bus.rejoin();
    await rig.pass(10);
    await away.say(true);
    await rig.pass(10_000);
    expect(away.reconciles.at(-1)?.estop).toEqual({ stopId: 1, active: true });
    expect(rig.engine.state().estop?.devices[away.id]).toBe("stopped");
  });

  test("is said at once also in the middle of a turn, and keeps back what that turn orders: it is cancelled, and never sent", async () => {
    const rig = await openStoppable({ lab: mixingLab(2) });
    let isRaised = false;
    rig.journal.subscribe(1, ({ event }) => {
      if (event.type !== "step.intended" || isRaised) return;
      isRaised = true;
      expect(rig.engine.submit(raise)).toMatchObject({ ok: true });
      expect(stops(rig)).toEqual([[1, true]]);
    });
    await rig.until(() => isRaised);
    await rig.pass(60_000);
    expect(rig.sent("command")).toEqual([]);
    const [intended] = rig.events("step.intended");
    expect(rig.events("step.notExecuted")).toMatchObject([{ commandId: intended?.commandId, state: "cancelled" }]);
  });

  test("is not answered by a device's word on an older one", async () => {
    const rig = await stoppedRig({ lab: mixingLab(2) });
    rig.device.isDeaf = true;
    rig.engine.submit(raise);
    const issuedAt = new Date(rig.clock.now()).toISOString();
    const head = { v: 1, kind: "stopped", device: rig.device.id, issuedAt } as const;
    await rig.device.bus.publish("report", rig.device.id, { ...head, stopId: 1, tookMs: 1, running: [] });
    await rig.pass(100);
    expect(rig.events("estop.acknowledged").map(({ stopId }) => stopId)).toEqual([1]);
    expect(rig.engine.submit(clear)).toEqual(said("has not answered"));
  });

  test("pauses a campaign that is paused, or that is stopping, which then goes on stopping", async () => {
    const rig = await openStoppable({ lab: castingLab(4, 2) });
    await rig.until(isRunning(rig));
    rig.engine.submit({ type: "campaign.pause", by, reason: "lunch" });
    rig.engine.submit(raise);
    expect(rig.engine.state().campaign?.chart.context.reason).toBe("E-STOP: smoke");
    await rig.pass(100);
    expect(rig.engine.submit(clear)).toMatchObject({ ok: true });
    expect(rig.engine.submit(stop)).toMatchObject({ ok: true });
    rig.engine.submit(raise);
    expect(rig.engine.state().campaign?.chart.value).toBe("paused");
    await rig.pass(10_000);
    expect(rig.engine.submit(clear)).toMatchObject({ ok: true });
    const { length: asked } = rig.events("proposal.asked");
    expect(rig.engine.submit(resume)).toMatchObject({ ok: true });
    expect(rig.engine.state().campaign?.chart).toMatchObject({ value: "stopping", context: { reason: "seen enough" } });
    await rig.until(() => rig.end() !== null);
    expect(rig.end()?.kind).toBe("ended");
    expect(rig.events("proposal.asked")).toHaveLength(asked);
  });

  test("stands over the death of the engine, is said again by the next, and the campaign stays paused", async () => {
    const rig = await stoppedRig({ isDurable: true, lab: mixingLab(3) });
    rig.kill();
    const { length: before } = rig.sent("estop");
    const { length: executes } = rig.sent("command");
    rig.reopen();
    await rig.pass(600_000);
    expect(stops(rig).slice(before)).toEqual([[1, true]]);
    expect(rig.engine.state().campaign?.chart.value).toBe("paused");
    expect(rig.engine.submit(resume)).toEqual(said("E-STOP stands"));
    expect(rig.device.reconciles.at(-1)?.estop).toEqual({ stopId: 1, active: true });
    expect(rig.sent("command")).toHaveLength(executes);
  });

  test("that somebody else has raised is taken up", async () => {
    const rig = await openStoppable({ lab: mixingLab(3) });
    const other = rig.broker.connect({ clientId: "eng-other-1" });
    await rig.until(isRunning(rig));
    const at = new Date(rig.clock.now()).toISOString();
    const theirs = { v: 1, kind: "estop", stopId: 5, active: true, scope: "lab", reason: "fire", by, at } as const;
    await other.publish("estop", wholeLab, theirs);
    await rig.pass(2_000);
    expect(rig.events("estop.raised")).toMatchObject([{ stopId: 5, reason: "fire" }]);
    expect(rig.engine.state().campaign?.chart.value).toBe("paused");
    expect(rig.events("estop.acknowledged")).toHaveLength(1);
  });

  test("that is in no journal shows in a device that rejects its work because of it", async () => {
    const rig = await openRig({ lab: mixingLab(3) });
    const { device } = rig;
    device.answer = (snapshot) => [{ ...snapshot, stopId: 9 }];
    device.onExecute = ({ commandId, paramsHash, dseq }) => {
      const error = { code: "estop-latched", message: "E-STOP 9 stands", class: "crash" };
      device.facts.set(commandId, { commandId, state: "rejected", physical: "none", error, paramsHash, dseq });
      void device.repeat(commandId);
    };
    await rig.until(() => rig.events("estop.raised").length > 0);
    expect(rig.events("estop.raised")).toMatchObject([{ stopId: 9 }]);
    expect(rig.engine.state().campaign?.chart.value).toBe("paused");
  });
});

test("an engine that is asked to end under an E-STOP ends as stuck, and says how it is cleared, but not before every device has answered", async () => {
  const rig = await openStoppable({ lab: mixingLab(2), isDurable: true, waitsForPeople: true });
  await rig.until(isRunning(rig));
  rig.device.isDeaf = true;
  rig.engine.submit(raise);
  rig.engine.stopWaiting();
  await rig.pass(3_000);
  expect(rig.end()).toBeNull();
  rig.device.isDeaf = false;
  await rig.until(() => rig.end() !== null);
  expect(rig.end()).toMatchObject({
    kind: "stuck",
    reasons: [expect.stringMatching(/^E-STOP [0-9]+ stands \(smoke\): /)],
  });
  rig.kill();
  rig.reopen();
  await rig.pass(60_000);
  expect(rig.end()).toBeNull();
  expect(rig.engine.state().estop?.isActive).toBe(true);
});

test("an engine that is asked to end under an E-STOP does not leave what runs out of reach, which is told of the stop when it is back", async () => {
  const rig = await openStoppable({ lab: mixingLab(2), waitsForPeople: true });
  await rig.until(isRunning(rig));
  rig.device.isBeating = false;
  rig.device.bus.drop();
  await rig.until(() => rig.events("device.lost").length === 1);
  rig.engine.submit(raise);
  rig.engine.stopWaiting();
  await rig.pass(1_000);
  expect(rig.end()).toBeNull();
  rig.device.isBeating = true;
  rig.device.bdSeq++;
  rig.device.bus.rejoin();
  await rig.pass(10);
  await rig.device.say(true);
  await rig.until(() => rig.end() !== null, 30_000);
  expect(rig.events("estop.acknowledged")).toHaveLength(1);
  expect(rig.events("step.doubted")).toEqual([]);
});

test("an engine that is asked to end under an E-STOP ends once what runs on a device that stays away is in doubt", async () => {
  const rig = await openStoppable({ lab: mixingLab(2), waitsForPeople: true });
  await rig.until(isRunning(rig));
  rig.device.isBeating = false;
  rig.device.bus.drop();
  rig.engine.submit(raise);
  rig.engine.stopWaiting();
  await rig.until(() => rig.end() !== null);
  expect(rig.events("step.doubted")).toHaveLength(1);
});

test("S2: a device whose answer was lost is told again, and then the stop can be cleared", async () => {
  const rig = await openRig({ lab: mixingLab(2) });
  const calls: number[] = [];
  const { device } = rig;
  device.bus.subscribe({
    key: "estop",
    name: wholeLab,
    onDelivery({ payload: { stopId, active } }) {
      if (!active) return;
      calls.push(stopId);
      const issuedAt = new Date(rig.clock.now()).toISOString();
      const head = { v: 1, kind: "stopped", device: device.id, issuedAt } as const;
      if (calls.length > 1) void device.bus.publish("report", device.id, { ...head, stopId, tookMs: 1, running: [] });
    },
  });
  await rig.until(() => rig.events("device.reconciled").length > 0);
  expect(rig.engine.submit(raise)).toMatchObject({ ok: true });
  await rig.until(() => rig.events("estop.acknowledged").length === 1);
  expect(calls).toEqual([1, 1]);
  expect(rig.events("estop.unanswered")).toHaveLength(1);
  await rig.pass(60_000);
  expect(calls).toHaveLength(2);
});

test("S1, S5: a stop with the highest number there is stands: it can be raised again, its clearing is refused with why, and it breaks no engine", async () => {
  const rig = await openRig();
  await rig.until(() => rig.device.executes.length === 1);
  const at = new Date(rig.clock.now()).toISOString();
  const stopId = Number.MAX_SAFE_INTEGER;
  const forged = { v: 1, kind: "estop", stopId, active: true, scope: "lab", reason: "forged", by, at };
  rig.broker.inject(topicOf("kitchen", "estop", wholeLab), new TextEncoder().encode(JSON.stringify(forged)));
  await rig.pass(20_000);
  expect(rig.engine.submit(clear)).toEqual(said("highest number"));
  expect(rig.engine.submit(raise)).toMatchObject({ ok: true });
  await rig.pass(20_000);
  expect(rig.end()).toBeNull();
  expect(rig.engine.state().estop).toMatchObject({ stopId, isActive: true });
  expect(rig.engine.state()).toEqual(rig.refold());
});
