import type { Bus, Malformed } from "@labloop/bus";
import {
  type Ack,
  type Cancel,
  type CancelCommand,
  CommandId,
  type DeviceCaps,
  type EngineControl,
  type Execute,
  type Log,
  type Probe,
  type Reconcile,
  wholeLab,
} from "@labloop/contracts";
import type { DeviceStore } from "../store/device-store.ts";
import type { Stop } from "../store/stop.ts";
import { admit } from "./admit.ts";
import { createReconcileAssembly } from "./assemble-reconcile.ts";
import type { Executor } from "./executor.ts";
import { cancelledUnseen, type Moment, settledRecord } from "./facts.ts";
import type { Latch } from "./latch.ts";
import { snapshotParts } from "./messages.ts";
import type { Reporter } from "./reporter.ts";
import type { Stopper } from "./stopper.ts";

/** Contract D9. */
const keepRecords = 10_000;
const keepMs = 30 * 24 * 3_600_000;
/** Chosen: seldom enough to cost nothing, often enough to bound the journal. */
const pruneEveryAcks = 1_000;

export interface CommandLoopOptions {
  readonly deviceId: string;
  readonly operations: DeviceCaps["operations"];
  readonly store: DeviceStore;
  readonly executor: Executor;
  readonly reporter: Reporter;
  readonly latch: Latch;
  readonly stopper: Stopper;
  readonly isWireUp: () => boolean;
  readonly answerProbe: (probe: Probe) => void;
  readonly moment: () => Moment;
  readonly log: Log;
}

/** Listens to the engine on this bus and does what the contract's rules say, until cancelled. */
export function runCommandLoop(bus: Bus, options: CommandLoopOptions): Cancel {
  const { deviceId, operations, store, executor, reporter, latch, stopper, isWireUp } = options;
  const { answerProbe, moment, log } = options;
  const assembly = createReconcileAssembly();
  let reconciledBy: string | null = null;
  let acksSincePrune = 0;

  /** Makes a change durable; false, and refused, when the journal does not take it. */
  const write = (change: Parameters<DeviceStore["write"]>[0], about: { commandId?: string; rid?: string }): boolean => {
    try {
      store.write(change);
      return true;
    } catch (error) {
      log.error({ ...about, error }, "the device journal cannot be written");
      reporter.refuse("journal-unavailable", "the device journal cannot be written", about);
      return false;
    }
  };

  const onExecute = (execute: Execute, isRetained: boolean) => {
    const { commandId } = execute;
    const verdict = admit(execute, {
      deviceId,
      isRetained,
      isReconciled: reconciledBy !== null,
      head: store.head,
      byId: store.find(commandId),
      byDseq: store.findByDseq(execute.dseq),
      operations,
      runningId: executor.runningId(),
      isWireUp: isWireUp(),
      latchedBy: latch.isHeld() ? latch.stopId() : null,
      received: moment(),
    });
    switch (verdict.kind) {
      case "refuse":
        reporter.refuse(verdict.code, verdict.message, { commandId });
        return;
      case "answer":
        reporter.report(verdict.record);
        return;
      case "record":
        if (!write({ record: verdict.record, fence: execute.epoch }, { commandId })) return;
        reporter.report(verdict.record);
        if (verdict.record.state === "accepted") executor.begin(verdict.record, verdict.startBy);
    }
  };

  const onReconcile = (reconcile: Reconcile) => {
    const { rid, epoch } = reconcile;
    const open = assembly.take(reconcile);
    if (open === "malformed") {
      reporter.refuse("malformed", `part ${reconcile.part} of ${reconcile.parts} cannot be`, { rid });
      return;
    }
    if (open === "waiting") return;
    if (reconcile.estop !== undefined) onStop(reconcile.estop);
    if (!write({ fence: epoch }, { rid })) return;
    const parts = snapshotParts(open, (commandId) => store.find(commandId), store.unacked());
    // From here on, not from the broker's word: the engine may have the snapshot, and send, before that comes back.
    reconciledBy = rid;
    void reporter.snapshot(rid, parts).then((isOut) => {
      if (!isOut && reconciledBy === rid) reconciledBy = null;
    });
  };

  const onStop = (stop: Stop) => {
    // Copies of what was sent before the stop may still be under way: they are kept out until the new epoch is here (S4).
    if (stopper.take(stop)) reconciledBy = null;
  };

  const onCancel = (cancel: CancelCommand) => {
    const { commandId, dseq, epoch, reason } = cancel;
    const record = store.find(commandId);
    if (record === null) {
      const holder = store.findByDseq(dseq);
      if (dseq <= store.head.watermark) {
        reporter.refuse("pruned", `commands up to number ${store.head.watermark} are forgotten`, { commandId });
      } else if (holder !== null) {
        reporter.refuse("dseq-conflict", `command number ${dseq} belongs to ${holder.commandId}`, { commandId });
      } else {
        const tombstone = cancelledUnseen(cancel, moment(), reason);
        if (write({ record: tombstone, fence: epoch }, { commandId })) reporter.report(tombstone);
      }
    } else if (record.state === "accepted") {
      const error = { code: "device.cancelled", message: reason, class: "crash" };
      const cancelled = settledRecord(record, moment(), { state: "cancelled", physical: "none", error });
      if (!write({ record: cancelled, fence: epoch }, { commandId })) return;
      executor.release(commandId);
      reporter.report(cancelled);
    } else if (record.state === "started") {
      executor.stop(commandId);
    } else {
      reporter.report(record);
    }
  };

  const onAck = (ack: Ack) => {
    const ackedIds = ack.commandIds.filter((commandId) => {
      const record = store.find(commandId);
      return record !== null && record.settledAt !== null && !record.isAcked;
    });
    if (ackedIds.length === 0) return;
    acksSincePrune += ackedIds.length;
    const isPruneDue = acksSincePrune >= pruneEveryAcks;
    const prune = { keep: keepRecords, before: moment().at - keepMs };
    if (!write({ ackedIds, fence: ack.epoch, ...(isPruneDue ? { prune } : {}) }, {})) return;
    if (isPruneDue) acksSincePrune = 0;
    reporter.acknowledged(ackedIds);
  };

  const onControl = (control: EngineControl, isRetained: boolean) => {
    const about = {
      ...("rid" in control ? { rid: control.rid } : {}),
      ...("commandId" in control && control.commandId !== undefined ? { commandId: control.commandId } : {}),
    };
    const { fence } = store.head;
    if (isRetained) {
      reporter.refuse("retained", "a kept control message would be obeyed again at every subscribe", about);
    } else if (control.device !== deviceId) {
      reporter.refuse("wrong-device", `this is ${deviceId}, not ${control.device}`, about);
    } else if (control.epoch < fence) {
      reporter.refuse("stale-epoch", `epoch ${control.epoch} is below the fence ${fence}`, about);
    } else {
      switch (control.kind) {
        case "reconcile":
          onReconcile(control);
          break;
        case "cancel":
          onCancel(control);
          break;
        case "ack":
          onAck(control);
          break;
        case "probe":
          answerProbe(control);
          break;
        case "pause":
        case "resume":
        case "fence":
        case "get-blob":
          break;
      }
    }
  };

  const onMalformed = (malformed: Malformed) => {
    const commandId = CommandId.safeParse(malformed.commandId);
    reporter.refuse(malformed.code, malformed.message, commandId.success ? { commandId: commandId.data } : {});
  };

  const cancels = [
    bus.subscribe({
      key: "command",
      name: deviceId,
      onDelivery: ({ payload, retained }) => onExecute(payload, retained),
      onMalformed,
    }),
    bus.subscribe({
      key: "control",
      name: deviceId,
      onDelivery: ({ payload, retained }) => onControl(payload, retained),
      onMalformed,
    }),
    bus.subscribe({ key: "estop", name: wholeLab, onDelivery: ({ payload }) => onStop(payload), onMalformed }),
  ];
  return () => {
    for (const cancel of cancels) cancel();
  };
}
