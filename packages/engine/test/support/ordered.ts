import { openRig, type Rig } from "./rig.ts";
import type { ScriptedDevice } from "./scripted-device.ts";

/** What the device returns. */
export const result = { mass: { value: 7, unit: "g" } };

/** Returns a lab whose device has been given its first command and has said nothing of it. */
export async function ordered(options: Parameters<typeof openRig>[0] = {}): Promise<{ rig: Rig; commandId: string }> {
  const rig = await openRig({ isObeying: false, isDurable: true, ...options });
  await rig.until(() => rig.device.executes.length === 1);
  return { rig, commandId: rig.device.executes[0]?.commandId ?? "" };
}

/** Starts the device anew over the same journal, or over what the test made of it. */
export async function restart(device: ScriptedDevice, bootId = "boot-2"): Promise<void> {
  device.bootId = bootId;
  device.bdSeq++;
  await device.say(true);
}

/** Where the device stands in its life. */
export const phaseOf = (rig: Rig) => rig.engine.state().devices.get(rig.device.id)?.chart.value;
