import { crc32 } from "node:zlib";
import { createSeededIds } from "@labloop/clock";
import { canonicalJson } from "@labloop/contracts";
import { sha256 } from "@labloop/contracts/digest";
import { expect, test } from "vitest";
import { castingLab } from "./support/documents.ts";
import { ada } from "./support/doubt.ts";
import { openRig, type Rig } from "./support/rig.ts";
import type { ScriptedDevice } from "./support/scripted-device.ts";

/** A rig in which the last step, which nothing is observed of, announces a large result; `isHad` lets it be fetched. */
async function discardingRig(): Promise<{ rig: Rig; mover: ScriptedDevice; self: { isHad: boolean } }> {
  const rig = await openRig({ lab: castingLab(1), isDurable: true });
  const mover = rig.devices.get("mover-1");
  if (mover === undefined) throw new Error("no mover-1");
  const self = { isHad: true };
  const log = Buffer.from(canonicalJson({ log: { value: 1, unit: "g" } }));
  const resultRef = { sha256: sha256(log), size: log.length, media: "application/json" };
  const obeying = mover.onExecute;
  mover.onExecute = (order) => {
    if (order.params["to"] !== "bin") return obeying(order);
    void mover.report(order.commandId, "started", { physical: "unknown" });
    rig.clock.at(rig.clock.now() + 5_000, () => void mover.report(order.commandId, "succeeded", { resultRef }));
  };
  mover.bus.subscribe({
    key: "control",
    name: "mover-1",
    onDelivery({ payload }) {
      if (payload.kind !== "get-blob" || !self.isHad) return;
      const stamp = { v: 1, device: "mover-1", issuedAt: new Date(rig.clock.now()).toISOString() } as const;
      const chunk = { kind: "blob", sha256: payload.sha256, idx: 0, n: 1, crc32: crc32(log) } as const;
      void mover.bus.publish("blob", "mover-1", { ...stamp, ...chunk, data: log.toString("base64") });
    },
  });
  return { rig, mover, self };
}

test("E10: a campaign does not end before the large result of a step that nothing is observed of is recorded", async () => {
  const { rig, mover } = await discardingRig();
  await rig.until(() => rig.end() !== null);
  const types = [...rig.journal.read()].map(({ event }) => event.type);
  expect(types.indexOf("step.resultFetched")).toBeGreaterThan(0);
  expect(types.indexOf("step.resultFetched")).toBeLessThan(types.indexOf("campaign.finished"));
  await rig.pass(1);
  expect(mover.acks).toContain(mover.executes.at(-1)?.commandId);
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("E10: a result that does not come before a campaign's end is given up by name after five minutes, and the campaign ends", async () => {
  const { rig, self } = await discardingRig();
  self.isHad = false;
  await rig.until(() => rig.engine.state().awaited.size === 1);
  await rig.pass(290_000);
  expect(rig.end()).toBeNull();
  await rig.until(() => rig.end() !== null, 60_000);
  expect(rig.events("step.resultFetched")).toMatchObject([{ problem: expect.stringContaining("is not to be had") }]);
  expect(rig.end()?.kind).toBe("ended");
});

test("E10: a result whose device is away is waited for until it is back", async () => {
  const { rig, mover, self } = await discardingRig();
  self.isHad = false;
  await rig.until(() => rig.engine.state().awaited.size === 1);
  mover.isBeating = false;
  await mover.say(false);
  await rig.pass(3_600_000);
  expect(rig.end()).toBeNull();
  self.isHad = true;
  mover.isBeating = true;
  mover.bdSeq++;
  await mover.say(true);
  await rig.until(() => rig.end() !== null);
  expect(rig.events("step.resultFetched")).toMatchObject([{ result: { log: { value: 1 } } }]);
});

test("E10: an aborted campaign ends without a result whose device stays away, and names it", async () => {
  const { rig, mover, self } = await discardingRig();
  self.isHad = false;
  await rig.until(() => rig.engine.state().awaited.size === 1);
  mover.isBeating = false;
  await mover.say(false);
  rig.engine.submit({ type: "campaign.abort", by: ada });
  await rig.until(() => rig.end() !== null, 120_000);
  const lost = mover.executes.at(-1)?.commandId;
  expect(rig.events("campaign.aborted")[0]?.reason).toContain(`of ${lost} was not fetched from mover-1`);
  expect(mover.acks).not.toContain(lost);
});

test("E10: a result that is being fetched is waited for where a device that is out of use needs a person besides", async () => {
  const { rig, self } = await discardingRig();
  self.isHad = false;
  await rig.until(() => rig.engine.state().awaited.size === 1);
  const stranger = createSeededIds(rig.clock, 7, "elsewhere").ulid();
  await rig.devices.get("gauge-1")?.report(`${stranger}.1`, "succeeded");
  await rig.until(() => rig.events("device.quarantined").length === 1);
  await rig.pass(60_000);
  expect(rig.end()).toBeNull();
  self.isHad = true;
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
});
