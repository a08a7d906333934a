import type { Cancel, Clock, Ids, OpenCommand, Snapshot } from "@labloop/contracts";
import { type Asked, askedOf, type WholeSnapshot } from "./decide/on-snapshot.ts";
import { unfinishedOf } from "./decide/open-commands.ts";
import type { Outlet } from "./outlet.ts";
import type { EngineState } from "./state.ts";

/** Commands in one part of a request (contract section 6). */
const partSize = 300;
/** First and longest pause before an unanswered request is repeated, ms (contract section 8, reconcile step 1). */
const firstRepeatMs = 1_000;
const longestRepeatMs = 15_000;

interface Asking {
  readonly rid: string;
  /** The device's journal at the time of the question. */
  readonly journalId: string | null;
  /** Fixed, so that parts of several repeats make one question. */
  readonly open: readonly OpenCommand[];
  readonly asked: Asked;
  /** The parts of one answer; a repeat may be answered anew, and the parts of two answers do not mix. */
  parts: Map<number, Snapshot>;
  cancel: Cancel;
}

/**
 * Asks devices about every unfinished command, repeats the question until it is answered, and hands over the first
 * complete answer to each; answers to older questions are dropped.
 */
export function createReconciler(options: {
  readonly outlet: Outlet;
  readonly linkClock: Clock;
  readonly ids: Ids;
  readonly state: () => EngineState;
  readonly onAnswer: (device: string, snapshot: WholeSnapshot, asked: Asked) => void;
  readonly onUnsent: (error: Error) => void;
  /** Sends a heartbeat: a device that has not heard one in its boot takes nothing that may not run twice (section 10). */
  readonly beat: () => void;
  /** Where devices put large results, if anywhere. */
  readonly blobUrl: string | undefined;
}) {
  const { outlet, linkClock, ids, state, onAnswer, onUnsent, beat, blobUrl } = options;
  const place = blobUrl === undefined ? {} : { blobUrl };
  const asking = new Map<string, Asking>();

  function send(device: string, { rid, open, journalId }: Asking): void {
    const { epoch, engineId, estop: stop } = state();
    const issuedAt = new Date(linkClock.now()).toISOString();
    const estop = stop === null ? {} : { estop: { stopId: stop.stopId, active: stop.isActive } };
    beat();
    const named = journalId === null ? {} : { journalId };
    const envelope = {
      v: 1,
      kind: "reconcile",
      device,
      issuedAt,
      epoch,
      engineId,
      rid,
      ...named,
      ...estop,
      ...place,
    } as const;
    const parts = Math.max(1, Math.ceil(open.length / partSize));
    for (let part = 0; part < parts; part++) {
      const some = open.slice(part * partSize, (part + 1) * partSize);
      // A request that is not taken is repeated like one that is not answered.
      outlet.publish("control", device, { ...envelope, part, parts, open: some }).catch(onUnsent);
    }
  }

  function stop(device: string): void {
    asking.get(device)?.cancel();
    asking.delete(device);
  }

  return {
    /** Asks anew, forgetting what was asked before. */
    ask(device: string): void {
      stop(device);
      const open = unfinishedOf(state(), device);
      const asked = askedOf(state(), device);
      const journalId = state().devices.get(device)?.announcedJournalId ?? null;
      const entry: Asking = { rid: ids.random(), journalId, open, asked, parts: new Map(), cancel: () => undefined };
      asking.set(device, entry);
      let pause = firstRepeatMs;
      const turn = () => {
        entry.cancel = linkClock.at(linkClock.now() + pause, turn);
        pause = Math.min(longestRepeatMs, pause * 2);
        send(device, entry);
      };
      turn();
    },
    isAsking: (device: string) => asking.has(device),
    /** Takes one part of an answer. */
    hear(snapshot: Snapshot): void {
      const entry = asking.get(snapshot.device);
      if (entry === undefined || entry.rid !== snapshot.rid || snapshot.part >= snapshot.parts) return;
      if ([...entry.parts.values()].some((other) => !isSameAnswer(other, snapshot))) entry.parts = new Map();
      entry.parts.set(snapshot.part, snapshot);
      if (entry.parts.size < snapshot.parts) return;
      stop(snapshot.device);
      const parts = [...entry.parts.values()];
      const entries = parts.flatMap((part) => part.entries);
      const unlisted = parts.flatMap((part) => part.unlisted);
      onAnswer(snapshot.device, { ...snapshot, entries, unlisted }, entry.asked);
    },
    /** Stops asking a device that is gone; its next sign of life asks again. */
    stop,
    stopAll(): void {
      for (const device of asking.keys()) stop(device);
    },
  };
}

function isSameAnswer(a: Snapshot, b: Snapshot): boolean {
  return a.parts === b.parts && a.bootId === b.bootId && a.jseq === b.jseq;
}
