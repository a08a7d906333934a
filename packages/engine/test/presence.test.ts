import { describe, expect, test } from "vitest";
import { mixingLab } from "./support/documents.ts";
import { openRig, type Rig } from "./support/rig.ts";
import { obey } from "./support/scripted-device.ts";

const phaseOf = (rig: Rig) => rig.engine.state().devices.get("mixer-1")?.chart.value;

/** A rig whose device has an order and does nothing with it. */
async function busyRig(): Promise<Rig> {
  const rig = await openRig({ isObeying: false, isDurable: true });
  await rig.until(() => rig.device.executes.length === 1);
  await rig.device.report(rig.device.executes[0]?.commandId ?? "", "started", { physical: "unknown" });
  await rig.pass(1);
  return rig;
}

test("§10: a device is suspected after 3 heartbeats and lost after 10, and asked again when it is heard", async () => {
  const rig = await busyRig();
  rig.device.isBeating = false;
  await rig.device.beat();
  const heardAt = rig.clock.now();
  await rig.until(() => phaseOf(rig) === "suspect");
  expect(rig.clock.now() - heardAt).toBe(3_000);
  await rig.until(() => phaseOf(rig) === "offline");
  expect(rig.clock.now() - heardAt).toBe(10_000);
  expect(rig.events("device.lost")).toMatchObject([{ reason: "silent" }]);
  const asked = rig.device.reconciles.length;
  await rig.pass(30_000);
  expect(rig.device.reconciles).toHaveLength(asked);

  rig.device.isBeating = true;
  await rig.until(() => phaseOf(rig) === "busy");
  expect(rig.device.reconciles).toHaveLength(asked + 1);
  expect(rig.events("step.doubted", "step.failed")).toEqual([]);
});

test("§10: a device that is suspected is asked again as soon as it is heard", async () => {
  const rig = await busyRig();
  const asked = rig.device.reconciles.length;
  rig.device.isBeating = false;
  await rig.until(() => phaseOf(rig) === "suspect");
  rig.device.isBeating = true;
  await rig.until(() => phaseOf(rig) === "busy");
  expect(rig.device.reconciles).toHaveLength(asked + 1);
  expect(rig.events("device.lost")).toEqual([]);
});

test("§10: a device that announces itself and is never heard after that is lost", async () => {
  const rig = await openRig({ isObeying: false });
  rig.device.isBeating = false;
  await rig.until(() => rig.events("device.lost").length === 1);
  expect(phaseOf(rig)).toBe("offline");
});

test("E8: nothing is sent to a device that is suspected, lost, or cannot work", async () => {
  const rig = await openRig({ lab: mixingLab(1), isObeying: false });
  rig.device.degraded = "the wire is down";
  await rig.until(() => phaseOf(rig) === "idle");
  await rig.pass(60_000);
  rig.device.isBeating = false;
  await rig.pass(60_000);
  expect(rig.sent("command")).toEqual([]);
  rig.device.isBeating = true;
  await rig.pass(60_000);
  expect(rig.sent("command")).toEqual([]);
  rig.device.degraded = undefined;
  obey(rig.device, rig.clock);
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
});

test("E8: nothing is sent to a device of another mode than the campaign's", async () => {
  const rig = await openRig();
  rig.device.mode = "real";
  await rig.until(() => rig.end() !== null);
  expect(rig.end()).toMatchObject({ kind: "stuck", reasons: [expect.stringContaining("it is real")] });
  await rig.pass(60_000);
  expect(rig.events("device.quarantined")).toMatchObject([{ code: "device.wrongMode" }]);
  expect(rig.sent("command")).toEqual([]);
});

describe("§10: a device that keeps another lab clock than the campaign's is refused, and told what mends it", () => {
  const clock = { kind: "scaled", scale: 1_600, labAt: 5, wallAt: 7 } as const;
  const real = { kind: "real", scale: 1, labAt: 0, wallAt: 0 } as const;

  test.each([
    ["one that does not say, in a faster lab", clock, undefined, "keeps real time"],
    ["one of another world", clock, { ...clock, wallAt: 8 }, "keeps the clock of another world"],
    ["one of a simulated world, in a lab with real time", real, clock, "this lab real time"],
  ])("%s", async (_name, lab, keeps, says) => {
    const rig = await openRig({ clock: lab });
    if (keeps !== undefined) rig.device.keeps = keeps;
    await rig.until(() => rig.end() !== null);
    expect(rig.end()).toMatchObject({ kind: "stuck", reasons: [expect.stringContaining(says)] });
    expect(rig.events("device.quarantined")).toMatchObject([{ code: "device.wrongClock" }]);
    expect(rig.sent("command")).toEqual([]);
  });

  test("the same clock, and real time that is not mentioned, are taken", async () => {
    for (const [lab, keeps] of [
      [clock, { ...clock }],
      [real, undefined],
    ] as const) {
      const rig = await openRig({ clock: lab });
      if (keeps !== undefined) rig.device.keeps = keeps;
      await rig.until(() => rig.end() !== null);
      expect(rig.end()).toMatchObject({ kind: "ended" });
    }
  });
});

test("§5: the death of an older connection or boot is ignored", async () => {
  const rig = await busyRig();
  rig.device.bdSeq = 5;
  await rig.device.say(true);
  await rig.until(() => phaseOf(rig) === "busy");
  await rig.device.say(false, { bdSeq: 4 });
  await rig.device.say(false, { bootId: "boot-0" });
  await rig.pass(1);
  expect(phaseOf(rig)).toBe("busy");
  await rig.device.say(false);
  await rig.pass(1);
  expect(phaseOf(rig)).toBe("offline");
  expect(rig.events("device.lost")).toMatchObject([{ reason: "will" }]);
});

test("§5: an older death does not stop a question that is being asked", async () => {
  const rig = await busyRig();
  rig.device.isAnswering = false;
  rig.device.bdSeq = 5;
  await rig.device.say(true);
  await rig.pass(100);
  await rig.device.say(false, { bdSeq: 4 });
  rig.device.isAnswering = true;
  await rig.until(() => phaseOf(rig) === "busy");
  expect(rig.events("device.lost")).toEqual([]);
});

test("§5: a birth that was overtaken by a later one of the same boot is ignored", async () => {
  const rig = await busyRig();
  rig.device.bdSeq = 5;
  await rig.device.say(true);
  await rig.until(() => phaseOf(rig) === "busy");
  await rig.device.say(true, { bdSeq: 4 });
  await rig.pass(1);
  expect(rig.engine.state().devices.get("mixer-1")?.bdSeq).toBe(5);
  await rig.device.say(false);
  await rig.pass(1);
  expect(phaseOf(rig)).toBe("offline");
});

test("a birth that the broker repeats is no news", async () => {
  const rig = await busyRig();
  const events = rig.journal.head().seq;
  await rig.device.say(true);
  await rig.device.say(true);
  await rig.pass(10);
  expect(rig.journal.head().seq).toBe(events);
});

test("§8: when our own link is down every device is unlinked, and when it is up again every device is asked", async () => {
  const rig = await busyRig();
  const asked = rig.device.reconciles.length;
  rig.bus.drop();
  await rig.pass(5_000);
  expect(rig.events("device.lost")).toMatchObject([{ reason: "unlinked" }]);
  rig.bus.rejoin();
  await rig.until(() => phaseOf(rig) === "busy");
  expect(rig.device.reconciles).toHaveLength(asked + 1);
  await rig.device.report(rig.device.executes[0]?.commandId ?? "", "succeeded", {
    result: { mass: { value: 1, unit: "g" } },
  });
  await rig.until(() => rig.end() !== null);
  expect(rig.device.executes).toHaveLength(1);
});

test("T2: nothing is published while the link is down", async () => {
  const rig = await busyRig();
  rig.bus.drop();
  const published = rig.published.length;
  await rig.pass(600_000);
  expect(rig.published).toHaveLength(published);
});

test("a device that the lab file does not name is neither used nor believed", async () => {
  const rig = await openRig({ isObeying: false });
  await rig.until(() => rig.device.executes.length === 1);
  const stranger = rig.broker.connect({ clientId: "dev-mixer-9" });
  await rig.pass(1);
  const state = { ...rig.engine.state() };
  const stamp = { v: 1, device: "mixer-9", issuedAt: new Date(rig.clock.now()).toISOString() } as const;
  const head = { journalId: "j", bootId: "b", bdSeq: 1, jseq: 0, fence: 0, capsHash: "0".repeat(64) };
  await stranger.publish("state", "mixer-9", { ...stamp, kind: "state", online: true, mode: "simulated", ...head });
  await stranger.publish("report", "mixer-9", {
    ...stamp,
    kind: "report",
    bootId: "b",
    rseq: 1,
    jseq: 1,
    fence: 1,
    commandId: rig.device.executes[0]?.commandId ?? "",
    state: "succeeded",
    physical: "full",
    tMono: 0,
    tWall: stamp.issuedAt,
  });
  await rig.pass(1);
  expect(rig.engine.state()).toEqual(state);
});
