import type { Bus } from "@labloop/bus";
import type { Cancel, Clock, Ids, LabError, Snapshot } from "@labloop/contracts";
import { openCommandsOf } from "./decide/open-commands.ts";
import type { WholeSnapshot } from "./decide/on-snapshot.ts";
import type { EngineState } from "./state.ts";

/** Commands in one part of a request (contract section 6). */
const partSize = 300;
/** First and longest pause before an unanswered request is repeated, ms (contract section 8, reconcile step 1). */
const firstRepeatMs = 1_000;
const longestRepeatMs = 15_000;

interface Asking {
  readonly rid: string;
  readonly parts: Map<number, Snapshot>;
  cancel: Cancel;
}

/**
 * Asks devices about every unfinished command, repeats the question until it is answered, and hands over the first
 * complete answer to each; answers to older questions are dropped.
 */
export function createReconciler(options: {
  readonly bus: Bus;
  readonly linkClock: Clock;
  readonly ids: Ids;
  readonly state: () => EngineState;
  readonly onAnswer: (device: string, snapshot: WholeSnapshot) => void;
  readonly onUnsent: (error: LabError | Error) => void;
}) {
  const { bus, linkClock, ids, state, onAnswer, onUnsent } = options;
  const asking = new Map<string, Asking>();

  function send(device: string, rid: string): void {
    const { epoch, engineId } = state();
    const open = openCommandsOf(state(), device).map(({ commandId, paramsHash, dseq }) => ({
      commandId,
      paramsHash,
      dseq,
    }));
    const parts = Math.max(1, Math.ceil(open.length / partSize));
    for (let part = 0; part < parts; part++) {
      const message = {
        v: 1 as const,
        kind: "reconcile" as const,
        device,
        issuedAt: new Date(linkClock.now()).toISOString(),
        epoch,
        engineId,
        rid,
        part,
        parts,
        open: open.slice(part * partSize, (part + 1) * partSize),
      };
      // A request that is not taken is repeated like one that is not answered.
      bus.publish("control", device, message).catch(onUnsent);
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
      const rid = ids.random();
      const entry: Asking = { rid, parts: new Map(), cancel: () => undefined };
      asking.set(device, entry);
      let pause = firstRepeatMs;
      const turn = () => {
        send(device, rid);
        entry.cancel = linkClock.at(linkClock.now() + pause, turn);
        pause = Math.min(longestRepeatMs, pause * 2);
      };
      turn();
    },
    /** Takes one part of an answer. */
    hear(snapshot: Snapshot): void {
      const entry = asking.get(snapshot.device);
      if (entry === undefined || entry.rid !== snapshot.rid) return;
      entry.parts.set(snapshot.part, snapshot);
      if (entry.parts.size < snapshot.parts) return;
      stop(snapshot.device);
      const parts = [...entry.parts.values()];
      onAnswer(snapshot.device, {
        ...snapshot,
        entries: parts.flatMap((part) => part.entries),
        unlisted: parts.flatMap((part) => part.unlisted),
      });
    },
    /** Stops asking a device that is gone; its next birth asks again. */
    stop,
    stopAll(): void {
      for (const device of asking.keys()) stop(device);
    },
  };
}
