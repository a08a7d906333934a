/**
 * The rules of the contract that the model can be explored without; the number is that of the mutant in section 15.
 *
 * What the model cannot see is not here: time (23), values and hashes (18, 24), retained messages and wills (19, 20), the
 * E-STOP (22), clients (25), restored backups (27), and E2, without which a stale commit is harmless while every
 * transaction here reads what it writes. Those belong to the fault simulation.
 */
export interface Rules {
  /** 1, D2: a known command id is answered, never run again. */
  readonly dedupe: boolean;
  /** 2, D2: what the device knows of commands outlives its process. */
  readonly durableRecords: boolean;
  /** 3, D4: `started` is durable before the act. */
  readonly startedBeforeAct: boolean;
  /** 4, D7: after a restart nothing is begun again. */
  readonly restartNeverActs: boolean;
  /** 5, E3: a timeout is not a failure. */
  readonly timeoutIsNoFailure: boolean;
  /** 6, E5: a new attempt needs the one before terminal at the device. */
  readonly attemptNeedsTerminal: boolean;
  /** 7, E6: "never seen" is not a failure. */
  readonly neverSeenIsNoFailure: boolean;
  /** 8, D8: the cancel of an unknown command leaves a tombstone. */
  readonly cancelTombstone: boolean;
  /** 9, E1: the intent is durable before anything is sent. */
  readonly intentFirst: boolean;
  /** 10, D1: a lower epoch is refused. */
  readonly fence: boolean;
  /** 11, D9: only what is acknowledged is pruned. */
  readonly pruneAfterAck: boolean;
  /** 12, D12: the fence outlives the process. */
  readonly durableFence: boolean;
  /** 13, D3: a rejection is a tombstone. */
  readonly rejectionTombstone: boolean;
  /** 14, E7: a refusal changes no outcome. */
  readonly refusalIsNoFact: boolean;
  /** 15, E9: "never seen" is not believed of a device that lost its journal. */
  readonly lostJournalNotBelieved: boolean;
  /** 16, D11: nothing is executed between a start of the device and a reconcile. */
  readonly bootGate: boolean;
  /** 17, E4: `ack` only after the commit. */
  readonly ackAfterCommit: boolean;
  /** 21, E4: one observation a step. */
  readonly oneObservation: boolean;
  /** 26, E10: what a person has settled stays. */
  readonly personStands: boolean;
  /** 28, D2: a tombstone is on disk before it is reported. */
  readonly fsyncBeforeReport: boolean;
  /** D9: pruning raises the watermark. */
  readonly watermark: boolean;
  /** D4: the fence is looked at again right before the act. */
  readonly fenceRecheck: boolean;
  /** E9: a device that lost its journal is used under a new epoch only. */
  readonly newEpochAfterLoss: boolean;
  /** E9 with D11: the gate opens to a reconcile only that names the journal which the device has. */
  readonly gateNamesJournal: boolean;
  /** E9 with E10: a tombstone from a journal younger than the command proves nothing of the time before. */
  readonly youngTombstoneNoProof: boolean;
  /** Section 11: a person's "it did not happen" waits until the old id is terminal at the device. */
  readonly answerAwaitsTerminal: boolean;
  /** Section 11: an "unknown" that comes after a person's "it did not happen" asks again; it may have acted since. */
  readonly lateUnknownAsksAgain: boolean;
  /** D7: an act that is found still running is watched, not called undone. */
  readonly runningIsWatched: boolean;
}

/** Every rule of the contract in force. */
export const contract: Rules = {
  dedupe: true,
  durableRecords: true,
  startedBeforeAct: true,
  restartNeverActs: true,
  timeoutIsNoFailure: true,
  attemptNeedsTerminal: true,
  neverSeenIsNoFailure: true,
  cancelTombstone: true,
  intentFirst: true,
  fence: true,
  pruneAfterAck: true,
  durableFence: true,
  rejectionTombstone: true,
  refusalIsNoFact: true,
  lostJournalNotBelieved: true,
  bootGate: true,
  ackAfterCommit: true,
  oneObservation: true,
  personStands: true,
  fsyncBeforeReport: true,
  watermark: true,
  fenceRecheck: true,
  newEpochAfterLoss: true,
  gateNamesJournal: true,
  youngTombstoneNoProof: true,
  answerAwaitsTerminal: true,
  lateUnknownAsksAgain: true,
  runningIsWatched: true,
};

/** How much trouble one exploration allows: every bound is used up in any order, at any moment. */
export interface Scenario {
  /** Attempts of the one step, 1 or 2. */
  readonly attempts: 1 | 2;
  /** Leases in all, at most 3; each but the first may be stolen from a controller that merely sleeps. */
  readonly epochs: number;
  readonly engineCrashes: number;
  readonly deviceCrashes: number;
  /** Times that the device comes back with an empty journal, 0 or 1. */
  readonly journalLosses: 0 | 1;
  /** Whether a first copy may be rejected, as `busy` is. */
  readonly rejections: boolean;
  /** Whether engines send `pause`, which no journal records. */
  readonly pauses: boolean;
  /** Whether hard deadlines pass and a person answers doubts. */
  readonly people: boolean;
  /** Whether engines cancel. */
  readonly cancels: boolean;
}
