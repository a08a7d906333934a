import { createSeededIds } from "@labloop/clock";
import type { Snapshot } from "@labloop/contracts";
import { expect, test } from "vitest";
import { mixingLab } from "./support/documents.ts";
import { openRig } from "./support/rig.ts";
import { obey } from "./support/scripted-device.ts";
import { result, ordered, restart, phaseOf } from "./support/ordered.ts";

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
