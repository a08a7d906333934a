import { type OperatorCommand, wholeLab } from "@labloop/contracts";
import { expect } from "vitest";
import { openRig, type Rig, type RigOptions } from "./rig.ts";
import type { ScriptedDevice } from "./scripted-device.ts";

export const by = { kind: "operator", name: "Ada" } as const;
export const raise: OperatorCommand = { type: "estop.raise", by, reason: "smoke" };
export const clear: OperatorCommand = { type: "estop.clear", by, reason: "it was toast" };
export const resume: OperatorCommand = { type: "campaign.resume", by };
export const stop: OperatorCommand = { type: "campaign.stop", by, reason: "seen enough" };
/** A refusal that says this. */
export const said = (type: string) => ({ ok: false, reason: expect.stringContaining(type) });

/** The stop as this device understands it: cuts what it is doing, tells of it, and never starts what it was told to cancel. */
export function obeyStops(rig: Rig, device: ScriptedDevice): void {
  const { bus, id } = device;
  const onExecute = device.onExecute;
  let stopId = 0;
  let isLatched = false;
  const cut = (commandId: string) => {
    const fact = device.facts.get(commandId);
    if (fact?.state === "started") void device.report(commandId, "failed", { physical: "partial", error: "crash" });
  };
  bus.subscribe({
    key: "estop",
    name: wholeLab,
    onDelivery({ payload }) {
      if (device.isDeaf || payload.stopId < stopId) return;
      stopId = payload.stopId;
      isLatched = payload.active;
      if (!isLatched) return;
      const issuedAt = new Date(rig.clock.now()).toISOString();
      const head = { v: 1, kind: "stopped", device: id, issuedAt } as const;
      void bus.publish("report", id, { ...head, stopId, tookMs: 12, running: [] });
      for (const commandId of device.facts.keys()) cut(commandId);
    },
  });
  bus.subscribe({
    key: "control",
    name: id,
    onDelivery({ payload }) {
      if (device.isDeaf || payload.kind !== "cancel") return;
      if (!device.facts.has(payload.commandId)) void device.report(payload.commandId, "cancelled", { error: "crash" });
    },
  });
  device.onExecute = (order) => {
    if (isLatched) void device.report(order.commandId, "rejected", { error: "crash" });
    else onExecute(order);
  };
  const report = device.report.bind(device);
  // What was cut short does not succeed later, as an obeying device would have it.
  device.report = (commandId, state, saying) =>
    state === "succeeded" && device.facts.get(commandId)?.state === "failed"
      ? Promise.resolve()
      : report(commandId, state, saying);
}

/** A lab whose devices obey stops. */
export async function openStoppable(options: RigOptions = {}): Promise<Rig> {
  const rig = await openRig(options);
  for (const device of rig.devices.values()) obeyStops(rig, device);
  return rig;
}

/** Whether something is under way. */
export const isRunning = (rig: Rig) => () => rig.events("step.started").length > 0;
/** The stops that were published: number, and whether they stand. */
export const stops = (rig: Rig) => rig.sent("estop").map(({ payload: { stopId, active } }) => [stopId, active]);

/** A campaign with a command under way, stopped by an E-STOP that every device has answered. */
export async function stoppedRig(options: RigOptions = {}): Promise<Rig> {
  const rig = await openStoppable(options);
  await rig.until(isRunning(rig));
  expect(rig.engine.submit(raise)).toMatchObject({ ok: true });
  await rig.pass(100);
  return rig;
}
