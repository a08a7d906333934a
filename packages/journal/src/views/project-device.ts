import type { DeviceView, LabEvent, RecordedEvent } from "@labloop/contracts";
import type { Tables } from "./tables.ts";

/** Projects what is known of devices and what each does now. */
export function projectDevice(tables: Tables, { seq, labAt, event }: RecordedEvent): void {
  const { devices } = tables;
  if (event.type === "engine.started") {
    for (const device of devices.all()) change(device.device, { phase: "offline", since: labAt });
    return;
  }
  if (event.type === "engine.epochRaised" || event.type === "engine.restoreConfirmed") {
    const online = devices.all().filter(({ phase }) => phase !== "offline");
    for (const { device } of online)
      if (!tables.taken.has(device)) change(device, { phase: "reconciling", since: labAt });
    return;
  }
  if (event.type.startsWith("step.")) return projectWork(event as StepEvent);
  switch (event.type) {
    case "device.announced": {
      const { kind, capability, serial } = event.caps;
      const known = devices.get(event.device) ?? newDevice(event.device, labAt);
      devices.set(event.device, { ...known, kind, capability, serial }, seq);
      return;
    }
    case "device.born":
    case "device.heard":
      return change(event.device, { ...inReach(event.device), since: labAt });
    case "device.taken": {
      tables.taken.set(event.device, event.by);
      const isOffline = devices.get(event.device)?.phase === "offline";
      return isOffline ? undefined : change(event.device, { ...inReach(event.device), since: labAt });
    }
    case "device.returned": {
      tables.taken.delete(event.device);
      const isOffline = devices.get(event.device)?.phase === "offline";
      return isOffline ? undefined : change(event.device, { ...inReach(event.device), since: labAt });
    }
    case "device.reconciled":
      return change(event.device, (device) => ({ phase: device.doing === null ? "idle" : "busy", since: labAt }));
    case "device.suspected":
      return change(event.device, { phase: "suspect", since: labAt, message: "no heartbeat" });
    case "device.lost": {
      const message = { silent: "no heartbeat for long", will: "its driver has gone", unlinked: "the broker is gone" };
      return change(event.device, { phase: "offline", since: labAt, message: message[event.reason] });
    }
    case "device.quarantined":
      return change(event.device, { phase: "quarantined", since: labAt, message: event.message });
    case "device.released": {
      const device = devices.get(event.device);
      // It is offline until its next sign of life, after which it is asked before it is used.
      if (device !== undefined)
        devices.set(event.device, { ...device, phase: "offline", since: labAt, message: null }, seq);
      return;
    }
    default:
  }

  /** A device that is there is asked what it knows, unless staff have it. */
  function inReach(device: string): Pick<DeviceView, "phase" | "message"> {
    const by = tables.taken.get(device);
    if (by === undefined) return { phase: "reconciling", message: null };
    return { phase: "local", message: `${by} has taken it at the instrument` };
  }

  function projectWork(fact: StepEvent): void {
    if (fact.type === "step.intended") {
      const run = tables.runs.get(fact.runId);
      const doing = {
        runId: fact.runId,
        run: run?.number ?? 0,
        step: fact.stepKey,
        commandId: fact.commandId,
        startedAt: null,
        typicalMs: run?.plan.find(({ key }) => key === fact.stepKey)?.typicalMs ?? 0,
      };
      return change(fact.device, { phase: "busy", since: labAt, doing });
    }
    const device = devices.all().find(({ doing }) => doing?.commandId === fact.commandId);
    if (device?.doing == null) return;
    if (fact.type === "step.started") return change(device.device, { doing: { ...device.doing, startedAt: labAt } });
    if (isOver(fact)) {
      const phase = device.phase === "busy" ? "idle" : device.phase;
      change(device.device, { phase, since: labAt, doing: null });
    }
  }

  function change(id: string, next: Partial<DeviceView> | ((device: DeviceView) => Partial<DeviceView>)): void {
    const device = devices.get(id) ?? newDevice(id, labAt);
    // A quarantine is left by a person's word alone.
    const changed = typeof next === "function" ? next(device) : next;
    const kept = device.phase === "quarantined" ? { phase: device.phase, message: device.message } : {};
    devices.set(id, { ...device, ...changed, ...kept }, seq);
  }

  /** Whether the device is done with the command: a person's answer alone does not stop what may still be going on. */
  function isOver(fact: StepEvent): boolean {
    switch (fact.type) {
      case "step.succeeded":
      case "step.failed":
      case "step.notExecuted":
        return true;
      case "step.resolved":
        return tables.doubts.ended.has(fact.commandId);
      case "step.doubted":
        return fact.isTerminal === true && tables.doubts.rows.get(fact.commandId)?.isClosing === true;
      case "step.contradicted":
        return !tables.doubts.rows.has(fact.commandId);
      default:
        return false;
    }
  }
}

type StepEvent = Extract<LabEvent, { type: `step.${string}` }>;

function newDevice(device: string, labAt: number): DeviceView {
  return {
    device,
    kind: "",
    capability: "",
    serial: null,
    phase: "offline",
    since: labAt,
    doing: null,
    message: null,
  };
}
