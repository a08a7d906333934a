import { digestOf } from "@labloop/contracts/digest";
import { expect, test } from "vitest";
import { castingLab, mixingLab } from "./support/documents.ts";
import { openRig } from "./support/rig.ts";

test("a step was done by the driver and the instrument of then, also when the device has announced others before the observation", async () => {
  const lab = castingLab(1);
  const rig = await openRig({ lab });
  await rig.until(() => rig.events("step.succeeded").length === 1);
  const caster = rig.devices.get("caster-1");
  const caps = lab.caps["caster-1"];
  if (caster === undefined || caps === undefined) throw new Error("no caster");
  const cast = { ...caps.operations["cast"]!, version: "9" };
  const next = { ...caps, driverVersion: "9.0.0", firmware: "9.9", serial: "S-9", operations: { cast } };
  const stamp = { v: 1, device: "caster-1", issuedAt: new Date(rig.clock.now()).toISOString() } as const;
  await caster.bus.publish("caps", "caster-1", { ...stamp, kind: "caps", caps: next });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("device.announced").at(-1)).toMatchObject({ capsHash: digestOf(next) });
  expect(rig.events("observation.made")[0]?.observation.steps[0]).toMatchObject({
    step: "cast",
    driverVersion: caps.driverVersion,
    operationVersion: caps.operations["cast"]?.version,
    serial: { value: caps.serial },
  });
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("a step was done by what its device had announced when it began, also where that was another when it was ordered", async () => {
  const lab = mixingLab(1);
  const rig = await openRig({ lab, isObeying: false });
  await rig.until(() => rig.device.executes.length === 1);
  const commandId = rig.events("step.intended")[0]?.commandId ?? "";
  const next = { ...lab.caps["mixer-1"]!, driverVersion: "9.0.0" };
  const stamp = { v: 1, device: "mixer-1", issuedAt: new Date(rig.clock.now()).toISOString() } as const;
  await rig.device.bus.publish("caps", "mixer-1", { ...stamp, kind: "caps", caps: next });
  await rig.until(() => rig.events("device.announced").length === 2);
  void rig.device.report(commandId, "started");
  await rig.pass(1_000);
  void rig.device.report(commandId, "succeeded", { result: { mass: { value: 7, unit: "g" } } });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("observation.made")[0]?.observation.steps[0]).toMatchObject({ driverVersion: "9.0.0" });
});
