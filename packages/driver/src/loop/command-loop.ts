import type { Bus, Malformed } from "@labloop/bus";
import {
  type Ack,
  type Answer,
  type Cancel,
  type CancelCommand,
  type CommandError,
  CommandId,
  type DeviceCaps,
  type EngineControl,
  type EngineHeartbeat,
  type Execute,
  type GetBlob,
  type Log,
  type Pause,
  type Probe,
  type Reconcile,
  type Resume,
  wholeLab,
} from "@labloop/contracts";
import type { JournalChange } from "../store/device-store.ts";
import type { StagingStore } from "../store/staging-store.ts";
import type { Stop } from "../store/stop.ts";
import { admit } from "./admit.ts";
import { createReconcileAssembly } from "./assemble-reconcile.ts";
import type { Executor } from "./executor.ts";
import { cancelledUnseen, type Moment, settledRecord } from "./facts.ts";
import { snapshotParts } from "./messages.ts";
import type { Reporter } from "./reporter.ts";
import { requirementsOf } from "./requirements.ts";
import type { Stopper } from "./stopper.ts";

/** Contract D9. */
const keepRecords = 10_000;
const keepMs = 30 * 24 * 3_600_000;
/** Chosen: seldom enough to cost nothing, often enough to bound the journal. */
const pruneEveryAcks = 1_000;

export interface CommandLoopOptions {
  readonly deviceId: string;
  readonly operations: DeviceCaps["operations"];
  readonly store: StagingStore;
  readonly executor: Executor;
  readonly reporter: Reporter;
  /** Why nothing may start now; null when it may. */
  readonly gate: () => CommandError | null;
  /** Whether staff have the instrument: then what runs is theirs, too, save for an E-STOP. */
  readonly isLocal: () => boolean;
  readonly clockOffsetMs: () => number | null;
  /** Takes a heartbeat whose epoch is not below the fence. */
  readonly onEngineHeartbeat: (heartbeat: EngineHeartbeat, receivedAt: number) => void;
  readonly stopper: Stopper;
  readonly isWireUp: () => boolean;
  readonly answerProbe: (probe: Probe) => void;
  /** Told where large results are put, with every reconcile that says so. */
  readonly onBlobUrl: (blobUrl: string) => void;
  readonly moment: () => Moment;
  readonly log: Log;
}

export interface CommandLoop {
  /** Refuses `execute` until the next `reconcile` was answered, as after a boot (D11). */
  unreconcile(): void;
  stop(): void;
}

/** Listens to the engine on this bus and does what the contract's rules say, until stopped. */
export function runCommandLoop(bus: Bus, options: CommandLoopOptions): CommandLoop {
  const { deviceId, operations, store, executor, reporter, gate, isLocal, stopper, isWireUp } = options;
  const { clockOffsetMs, onEngineHeartbeat, answerProbe, onBlobUrl, moment, log } = options;
  const assembly = createReconcileAssembly();
  let reconciledBy: string | null = null;
  let acksSincePrune = 0;

  /** Makes a change durable; false, and refused, when the journal does not take it. */
  const write = (change: JournalChange, about: { commandId?: string; rid?: string }): boolean => {
    try {
      store.write(change);
      return true;
    } catch (error) {
      refuseUnwritten(error, about);
      return false;
    }
  };

  const refuseUnwritten = (error: unknown, about: { commandId?: string; rid?: string }) => {
    log.error({ ...about, error }, "the device journal cannot be written");
    reporter.refuse("journal-unavailable", "the device journal cannot be written", about);
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
      holderId: executor.holderOf(execute.op),
      isWireUp: isWireUp(),
      closed: gate(),
      requirements: requirementsOf(execute.requires ?? [], (id) => store.find(id)),
      waitingCount: executor.waitingCount(),
      clockOffsetMs: clockOffsetMs(),
      received: moment(),
    });
    switch (verdict.kind) {
      case "refuse":
        reporter.refuse(verdict.code, verdict.message, { commandId });
        return;
      case "answer":
        reporter.report(verdict.record);
        return;
      case "record": {
        const { record, startBy } = verdict;
        if (record.state === "accepted") {
          // What can start at once is written as started, in one transaction: no byte goes out between the two.
          store.stage(record, execute.epoch, (error) => onAccepted(commandId, error));
          executor.begin(record, startBy);
        } else {
          if (!write({ record, fence: execute.epoch }, { commandId })) return;
          reporter.report(record);
        }
        executor.reconsider();
      }
    }
  };

  /** D2: only what is durable is reported; what has started by then is reported as that. */
  const onAccepted = (commandId: string, error: Error | null) => {
    const record = store.find(commandId);
    if (error === null) {
      if (record?.state === "accepted") reporter.report(record);
      return;
    }
    // A failed write may have reached the disk after all.
    if (record === null) executor.abandon(commandId);
    refuseUnwritten(error, { commandId });
  };

  const onReconcile = (reconcile: Reconcile) => {
    const { rid, epoch, journalId } = reconcile;
    if (journalId !== undefined && journalId !== store.head.journalId) {
      // Asked before this journal was made: what was sent with it may run a second time, since its trace is lost (E9).
      reporter.refuse("not-reconciled", `it was asked of the journal ${journalId}, which this device has no more`, {
        rid,
      });
      return;
    }
    const open = assembly.take(reconcile);
    if (open === "malformed") {
      reporter.refuse("malformed", `part ${reconcile.part} of ${reconcile.parts} cannot be`, { rid });
      return;
    }
    if (open === "waiting") return;
    if (reconcile.estop !== undefined) onStop(reconcile.estop);
    if (!write({ fence: epoch }, { rid })) return;
    if (reconcile.blobUrl !== undefined) onBlobUrl(reconcile.blobUrl);
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
        if (!write({ record: tombstone, fence: epoch }, { commandId })) return;
        reporter.report(tombstone);
        executor.reconsider();
      }
    } else if (record.state === "accepted") {
      const error = { code: "device.cancelled", message: reason, class: "crash" };
      const cancelled = settledRecord(record, moment(), { state: "cancelled", physical: "none", error });
      if (!write({ record: cancelled, fence: epoch }, { commandId })) return;
      executor.release(commandId);
      reporter.report(cancelled);
    } else if (record.state === "started" && !isLocal()) {
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
    // A part of a result that somebody has taken is not said again; the journal knows of ends alone.
    reporter.acknowledged(ack.commandIds.filter((commandId) => store.find(commandId)?.settledAt === null));
    if (ackedIds.length === 0) return;
    acksSincePrune += ackedIds.length;
    const isPruneDue = acksSincePrune >= pruneEveryAcks;
    const prune = { keep: keepRecords, before: moment().at - keepMs };
    if (!isPruneDue && ack.epoch <= store.head.fence) {
      store.stageAcks(ackedIds, () => reporter.acknowledged(ackedIds));
      return;
    }
    if (!write({ ackedIds, fence: ack.epoch, ...(isPruneDue ? { prune } : {}) }, {})) return;
    if (isPruneDue) acksSincePrune = 0;
    reporter.acknowledged(ackedIds);
  };

  const onPause = async ({ kind, rid, commandId }: Pause | Resume) => {
    // Who has the instrument decides whether it moves.
    const closed = isLocal() ? gate() : null;
    reporter.controlResult(rid, closed ?? (await executor.pause(kind, commandId)));
  };

  /** Staff who have taken the instrument do the step there, and say how it went when they give it back. */
  const onAnswer = ({ rid, commandId, answer, by }: Answer) => {
    reporter.controlResult(rid, isLocal() ? gate() : executor.answer(commandId, answer, by));
  };

  const onGetBlob = ({ sha256, idx }: GetBlob) => {
    const chunk = store.resultChunk(sha256, idx);
    if (chunk !== null) reporter.blob(sha256, idx, chunk);
    else reporter.refuse("malformed", `no chunk ${idx} of a result ${sha256} is kept here`, {});
  };

  /** D12: durable before the message is obeyed, so that an older engine is refused by the next process too. */
  const isFenced = (epoch: number, rid: string) => epoch <= store.head.fence || write({ fence: epoch }, { rid });

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
          if (isFenced(control.epoch, control.rid)) void onPause(control);
          break;
        case "answer":
          if (isFenced(control.epoch, control.rid)) onAnswer(control);
          break;
        case "fence":
          if (isFenced(control.epoch, control.rid)) reporter.controlResult(control.rid, null);
          break;
        case "get-blob":
          onGetBlob(control);
      }
    }
  };

  const onMalformed = (malformed: Malformed) => {
    const commandId = CommandId.safeParse(malformed.commandId);
    reporter.refuse(malformed.code, malformed.message, commandId.success ? { commandId: commandId.data } : {});
  };

  const cancels: Cancel[] = [
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
    bus.subscribe({
      key: "engineHeartbeat",
      // Of every cell: only the one that this device listens to can have an epoch that counts.
      name: "+",
      onDelivery({ payload, retained }) {
        if (!retained && payload.epoch >= store.head.fence) onEngineHeartbeat(payload, moment().at);
      },
      onMalformed,
    }),
    bus.subscribe({ key: "estop", name: wholeLab, onDelivery: ({ payload }) => onStop(payload), onMalformed }),
  ];
  return {
    unreconcile() {
      reconciledBy = null;
    },
    stop() {
      for (const cancel of cancels) cancel();
    },
  };
}
