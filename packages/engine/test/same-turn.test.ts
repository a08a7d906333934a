import type { Snapshot } from "@labloop/contracts";
import { createSeededIds } from "@labloop/clock";
import { expect, test } from "vitest";
import { mixingLab } from "./support/documents.ts";
import { bury } from "./support/doubt.ts";
import { openRig, type Rig } from "./support/rig.ts";
import type { ScriptedDevice } from "./support/scripted-device.ts";

/** Says what comes with a device's answer that it never saw its order, before the engine has had a turn. */
type Besides = (rig: Rig, device: ScriptedDevice) => Promise<void>;

const cases: Record<string, Besides> = {
  "is taken out of use": (rig, device) =>
    device.report(`${createSeededIds(rig.clock, 7, "elsewhere").ulid()}.1`, "started", { physical: "unknown" }),
  "goes offline": (_rig, device) => device.say(false),
  "is born anew": (_rig, device) => {
    device.bdSeq++;
    return device.say(true);
  },
};

/** A device that has an answer to give in which its only order, lost on the way, was never seen. */
async function withAnswer(): Promise<{ rig: Rig; device: ScriptedDevice; snapshot: Snapshot }> {
  const rig = await openRig({ lab: mixingLab(1), isObeying: false, isDurable: true, waitsForPeople: true });
  const { device } = rig;
  bury(device);
  rig.onPublish = ({ key }) => (key === "command" ? "lose" : "deliver");
  await rig.until(() => rig.sent("command").length === 1);
  rig.onPublish = () => "deliver";
  const held: Snapshot[] = [];
  device.answer = (snapshot) => {
    held.push(snapshot);
    return [];
  };
  device.bdSeq++;
  await device.say(true);
  await rig.until(() => held.length > 0);
  device.isAnswering = false;
  const [snapshot] = held;
  if (snapshot === undefined) throw new Error("it was not asked");
  return { rig, device, snapshot };
}

test.each(Object.entries(cases))(
  "E8: no order leaves to a device that %s in the very turn in which it is to be sent again",
  async (_what, besides) => {
    const { rig, device, snapshot } = await withAnswer();
    const answered = device.bus.publish("report", device.id, snapshot);
    await besides(rig, device);
    await answered;
    await rig.pass(100);
    expect(rig.events("device.reconciled").at(-1)?.renewed).toHaveLength(1);
    expect(rig.sent("command")).toHaveLength(1);
    expect(rig.refold()).toEqual(rig.engine.state());
  },
);

test("E8: what was kept back since its device was born anew is sent once that has answered", async () => {
  const { rig, device, snapshot } = await withAnswer();
  const answered = device.bus.publish("report", device.id, snapshot);
  device.bdSeq++;
  await device.say(true);
  await answered;
  device.isAnswering = true;
  device.answer = (said) => [said];
  await rig.until(() => device.executes.length === 1);
  expect(device.executes[0]?.commandId).toBe(rig.events("step.intended")[0]?.commandId);
});
