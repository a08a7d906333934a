import type { DeviceDisks } from "./device-disk.ts";
import type { DeviceProcesses } from "./device-processes.ts";
import type { EngineProcesses } from "./engine-process.ts";
import type { Fates } from "./fates.ts";
import { deviceIds } from "./lab.ts";
import type { Network } from "./network.ts";
import type { PlannedFault } from "./plan-faults.ts";
import type { Scene } from "./scene.ts";
import type { Staff } from "./staff.ts";
import type { Witness } from "./witness.ts";

/** Whatever a fault can hit. */
export interface Targets {
  readonly devices: DeviceProcesses;
  readonly disks: DeviceDisks;
  readonly engines: EngineProcesses;
  readonly network: Network;
  readonly staff: Staff;
  readonly fates: Fates;
  readonly witness: Witness;
  /** A device is told dead by a will of an earlier connection. */
  readonly onStaleWill: (device: string) => void;
}

/** Lets a fault strike, at a point of the process of this client. */
export function strike(scene: Scene, targets: Targets, fault: PlannedFault, clientId: string): void {
  const { devices, disks, engines, network, staff, fates, witness, onStaleWill } = targets;
  const { draw, soon } = scene;
  const { kind, lastsMs } = fault;
  // A crash hits whoever is at the point, when it is a device's, so that it falls between a write and what follows.
  const device = clientId.startsWith("dev-") ? clientId.slice(4) : fault.device;

  const replay = () => {
    for (const order of witness.captured) network.inject("command", order.device, order);
  };
  const raiseStop = () => {
    engines.current()?.submit({ type: "estop.raise", by: { kind: "operator", name: "Ada" }, reason: "smoke" });
  };

  scene.story.note(kind);
  switch (kind) {
    case "engineCrash":
      return engines.crash(lastsMs);
    case "deviceCrash":
      return devices.crash(device, lastsMs);
    case "brokerCrash":
      return network.crashBroker(lastsMs);
    case "allCrash":
      engines.crash(lastsMs);
      for (const id of deviceIds) devices.crash(id, lastsMs);
      return network.crashBroker(lastsMs / 2);
    case "partition": {
      const link = devices.link(device);
      if (link === null) return;
      link.isolated = true;
      return soon(lastsMs, () => {
        link.isolated = false;
        link.cut(1);
      });
    }
    case "linkCut":
      return devices.link(device)?.cut(lastsMs);
    case "wireCut":
      return devices.cutWire(device);
    case "deviceDisk": {
      // At once, or when the next act is about to begin; then an E-STOP may come on top of it.
      if (draw() < 0.5) return disks.breakFor(device, lastsMs);
      const isStopped = draw() < 0.5;
      return disks.breakAtStart(device, lastsMs, () => {
        if (isStopped) soon(1_000, raiseStop);
      });
    }
    case "engineDisk":
      return engines.fillDisk(lastsMs);
    case "deviceSlowDisk":
      return disks.onNextWrite(device, { after: () => devices.freeze(device, lastsMs) });
    case "engineSlowDisk":
      return engines.slowDisk(lastsMs);
    case "deviceTorn": {
      // The process dies in the write, which is on disk or is not; or it is told of a failure, and is on disk all the same.
      const die = () => devices.crash(device, lastsMs);
      const how = Math.floor(fault.form * 3);
      if (how === 0) return disks.onNextWrite(device, { before: die });
      if (how === 1) return disks.onNextWrite(device, { after: die });
      return disks.onNextWrite(device, {
        state: "started",
        after() {
          throw new Error("the disk has failed");
        },
      });
    }
    case "engineTorn":
      return engines.tearDisk(fault.form < 0.3 ? null : Math.floor(fault.form * 12), lastsMs);
    case "deviceFreeze":
      return devices.freeze(device, lastsMs);
    case "engineFreeze":
      // Another takes the cell meanwhile, or nobody does.
      return engines.freeze(lastsMs, fault.form < 0.6);
    case "clockLeap":
      return devices.leap(device, lastsMs / 20);
    case "usurp":
      return engines.usurp(lastsMs);
    case "replay":
      return soon(lastsMs, replay);
    case "forge": {
      const last = witness.captured.findLast((order) => order.device === fault.device);
      if (last === undefined) return;
      const forged = { ...last, params: { ...last.params, amount: { value: 40, unit: "mL" } } };
      // The forgery comes first under a number of its own, as a corrupted order would.
      network.inject("command", last.device, {
        ...forged,
        commandId: last.commandId.replace(/\.\d+$/, ".9999"),
        dseq: last.dseq + 7_000,
      });
      return network.inject("command", last.device, forged);
    }
    case "retained":
      for (const order of witness.captured) network.inject("command", order.device, order, true);
      return fates.retainNext();
    case "staleWill": {
      const births = witness.birthsOf(device);
      const last = births.at(-1);
      const old = births.find(({ bootId, bdSeq }) => bootId !== last?.bootId || bdSeq !== last.bdSeq);
      if (old === undefined) return;
      onStaleWill(device);
      return network.inject("state", device, { ...old, online: false });
    }
    case "estop":
      return raiseStop();
    case "local":
      return staff.take(device, lastsMs);
    case "restore":
      return engines.restore(20_000 + lastsMs);
    case "deviceJournalLost":
      // Then somebody repeats what was ever sent to it: soon after it is back, or before any engine is.
      if (draw() < 0.5) engines.crash(lastsMs + 10_000);
      soon(lastsMs + 1_000, replay);
      return devices.crash(device, lastsMs, true);
    case "drop":
    case "duplicate":
    case "delay":
    case "reorder":
      return;
  }
}
