import { expect, test } from "vitest";
import { castingLab } from "./support/documents.ts";
import { viewOf } from "./support/doubt.ts";
import { openRig } from "./support/rig.ts";

test("§11: a doubt says how far its command had got when it was last heard of, and a restarted engine still knows", async () => {
  const rig = await openRig({ lab: castingLab(1, 2), isObeying: false, isDurable: true, waitsForPeople: true });
  const [caster, , mover] = rig.devices.values();
  if (caster === undefined || mover === undefined) throw new Error("no device");
  await rig.until(() => caster.executes.length === 1);
  const commandId = caster.executes[0]?.commandId ?? "";
  await caster.report(commandId, "started", { physical: "unknown" });
  await caster.progress(commandId, 0.2);
  await rig.pass(10_000);
  await caster.progress(commandId, 0.4);
  // Another's word on it is none.
  await mover.progress(commandId, 0.9);
  await rig.pass(1);
  const heardAt = rig.clock.now() - 1;
  await rig.until(() => rig.events("step.doubted").length === 1);
  expect(rig.events("step.doubted")).toMatchObject([{ commandId, progress: { fraction: 0.4, at: heardAt } }]);
  rig.kill();
  rig.reopen();
  await rig.pass(1_000);
  expect(viewOf(rig).doubts).toMatchObject([{ commandId, progress: { fraction: 0.4, at: heardAt } }]);
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("§11: a doubt about a command whose device never told its progress says nothing of it", async () => {
  const rig = await openRig({ isObeying: false });
  await rig.until(() => rig.device.executes.length === 1);
  await rig.device.report(rig.device.executes[0]?.commandId ?? "", "started", { physical: "unknown" });
  await rig.until(() => rig.events("step.doubted").length === 1);
  expect(rig.events("step.doubted")[0]).not.toHaveProperty("progress");
});
