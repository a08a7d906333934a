import type { LabView, OperatorCommand, Receipt } from "@labloop/contracts";
import { createProjection } from "@labloop/journal";
import type { TestLab } from "./documents.ts";
import { openRig, type Rig, type RigOptions } from "./rig.ts";
import { obey, type Saying, type ScriptedDevice } from "./scripted-device.ts";

export const ada = { kind: "operator", name: "Ada" } as const;
export const bob = { kind: "operator", name: "Bob" } as const;
export const hal = { kind: "agent", name: "Hal" } as const;

type Resolve = Extract<OperatorCommand, { type: "doubt.resolve" }>;

/** Answers a doubt as Ada, for a reason. */
export function resolve(rig: Rig, commandId: string, answer: Partial<Resolve> & Pick<Resolve, "as">): Receipt {
  return rig.engine.submit({ type: "doubt.resolve", commandId, by: ada, reason: "I looked", ...answer });
}

/** Makes a device keep the contract's D8: an unseen or accepted command is buried, a settled one told again. */
export function bury(device: ScriptedDevice): void {
  device.onCancel = (commandId) => {
    const state = device.facts.get(commandId)?.state;
    if (state === undefined || state === "accepted") {
      void device.report(commandId, "cancelled", { error: "crash" });
    } else void device.repeat(commandId);
  };
}

/** Makes a device say this of its next order, and obey after it; it always keeps D8. */
export function sayOnce(
  rig: Rig,
  device: ScriptedDevice,
  state: "unknown" | "started" | "failed",
  saying: Saying,
): void {
  obey(device, rig.clock);
  bury(device);
  const { onExecute } = device;
  device.onExecute = (order) => {
    if (device.facts.has(order.commandId)) return onExecute(order);
    device.onExecute = onExecute;
    void device.report(order.commandId, "accepted");
    void device.report(order.commandId, "started", { physical: "unknown" });
    if (state !== "started") void device.report(order.commandId, state, saying);
  };
}

/** A campaign whose first order to a device ended as unknown there, with people at the desk, and that command's id. */
export async function doubtful(
  options: RigOptions & { readonly lab: TestLab },
  on?: string,
  state: "unknown" | "started" = "unknown",
): Promise<{ rig: Rig; device: ScriptedDevice; commandId: string }> {
  const rig = await openRig({ isDurable: true, waitsForPeople: true, ...options });
  for (const each of rig.devices.values()) bury(each);
  const device = on === undefined ? rig.device : rig.devices.get(on);
  if (device === undefined) throw new Error(`no ${on}`);
  sayOnce(rig, device, state, { physical: "unknown", error: "crash" });
  await rig.until(() => rig.events("step.doubted").length > 0);
  return { rig, device, commandId: rig.events("step.doubted")[0]?.commandId ?? "" };
}

/** Returns the latest observations, as what they say of their values. */
export function observed(rig: Rig): (number | string)[] {
  return rig
    .events("observation.made")
    .map(({ observation }) => observation.values?.["mass"]?.value ?? observation.failure?.class ?? "nothing");
}

/** Returns what watchers see after everything that is recorded. */
export function viewOf(rig: Rig): LabView {
  const projection = createProjection();
  for (const record of rig.journal.read()) projection.apply(record);
  return projection.view();
}
