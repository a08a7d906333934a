import type { Bus } from "@labloop/bus";
import { type Cancel, type Clock, LabError, type Log, type OperatorCommand, type Receipt } from "@labloop/contracts";
import { createStopCall } from "./call-stop.ts";
import type { Decision } from "./decide/decision.ts";
import { clearStop, onForeignStop, raiseStop, type Stop } from "./decide/on-estop.ts";
import type { EngineState } from "./state.ts";

/** How long the devices that were told to stop have to answer before they are told again, ms; chosen. */
const repeatMs = 5_000;

type Raise = Extract<OperatorCommand, { type: "estop.raise" }>;
type Clear = Extract<OperatorCommand, { type: "estop.clear" }>;

/** Where E-STOPs are raised and cleared; it works in whatever state its engine is, until it is closed. */
export interface StopDesk {
  raise(command: Raise): Receipt;
  /** Returns the facts that clearing makes, or why it is refused. */
  clear(command: Clear): ReturnType<typeof clearStop>;
  /** Says on the broker how the stop stands by now. */
  call(): void;
  /** Whether a stop was said or heard that is not in the journal yet; nothing may be sent to move anything meanwhile. */
  isAhead(): boolean;
  /** A device says that it knows this stop. */
  note(stopId: number): void;
  /** A device rejects work because of a stop; one that is not in this journal is taken up. */
  adopt(device: string): void;
  close(): void;
}

/** Returns the desk of one engine. */
export function createStopDesk(options: {
  readonly bus: Bus;
  readonly linkClock: Clock;
  readonly state: () => EngineState;
  /** Whether facts can be decided on now, in a moment, or never more. */
  readonly readiness: () => "ready" | "committing" | "stopped";
  readonly take: (input: (state: EngineState) => Decision) => void;
  /** Records what an input leads to, at once; returns the number of its first event. */
  readonly commit: (input: (state: EngineState) => Decision) => number;
  readonly head: () => number;
  /** Told why a stop could not be recorded. */
  readonly onUnrecorded: (error: Error) => void;
  readonly log: Log;
}): StopDesk {
  const { bus, linkClock, state, readiness, take, commit, head, onUnrecorded, log } = options;
  let isClosed = false;
  let cancelRepeat: Cancel = () => undefined;
  /** The highest active stop that was handed on to be recorded; 0 for none. */
  let handedOn = 0;
  const record = (stop: Stop) => {
    handedOn = Math.max(handedOn, stop.stopId);
    take((current) => onForeignStop(current, stop));
  };
  const voice = createStopCall({
    bus,
    linkClock,
    onHeard: (stop) => {
      if (stop.active) record(stop);
    },
    log,
  });
  /** Whoever may stop may take the highest number there is: then that stop is raised again, and stands. */
  const nextStopId = () => Math.min(Number.MAX_SAFE_INTEGER, Math.max(state().estop?.stopId ?? 0, voice.highest()) + 1);
  const timestamp = (at: number) => new Date(at).toISOString();

  /** Devices that know of a later stop ignore one below it, so what is to stand is raised above that (S1, S2). */
  function callAgain(): void {
    const { estop } = state();
    if (estop === null || voice.highest() <= estop.stopId) return desk.call();
    const { by, reason } = estop;
    take((current) => onForeignStop(current, { stopId: nextStopId(), by, reason }));
  }

  const desk: StopDesk = {
    raise({ by, reason }) {
      if (isClosed) return { ok: false, reason: "the engine was closed, and can stop nothing" };
      const stop = { stopId: nextStopId(), by, reason };
      // What is recorded of it comes second (S1).
      const sayItAnyway = () => voice.call({ ...stop, active: true, at: timestamp(linkClock.now()) });
      if (readiness() === "committing") {
        sayItAnyway();
        record(stop);
        return { ok: true, seq: head() };
      }
      try {
        if (readiness() === "stopped") throw new LabError("engine.closed", "the engine has stopped");
        return { ok: true, seq: commit((current) => ({ events: raiseStop(current, stop), effects: [] })) };
      } catch (error) {
        sayItAnyway();
        const why = error instanceof Error ? error : new Error(String(error));
        onUnrecorded(why);
        const where = bus.isUp
          ? "every device was told to stop"
          : "devices will be told to stop once the broker is back";
        return { ok: false, reason: `${where}, but the stop is not in the journal: ${why.message}` };
      }
    },
    clear: ({ by, reason }) => clearStop(state(), { stopId: nextStopId(), by, reason }),
    call() {
      cancelRepeat();
      const { estop } = state();
      if (estop === null) return;
      // The broker has it, and yet a device's answer may have been lost: whoever has stopped says so again (S2).
      const isAnswered = () => Object.values(state().estop?.devices ?? {}).every((answer) => answer === "stopped");
      if (estop.isActive && !isAnswered()) {
        cancelRepeat = linkClock.at(linkClock.now() + repeatMs, () => {
          if (state().estop?.isActive === true && !isAnswered()) callAgain();
        });
      }
      const { stopId, isActive, reason, by, since } = estop;
      voice.call({ stopId, active: isActive, reason, by, at: timestamp(since.wallAt) });
    },
    isAhead() {
      const { stopId, isActive } = state().estop ?? { stopId: 0, isActive: true };
      // Of a stop and a clearing with one number the stop stands (S2).
      return handedOn > stopId || (handedOn === stopId && !isActive);
    },
    note: (stopId) => voice.note(stopId),
    adopt(device) {
      const stopId = voice.highest();
      if (stopId <= (state().estop?.stopId ?? 0)) return;
      const by = { kind: "operator", name: "unknown" } as const;
      take((current) =>
        onForeignStop(current, { stopId, by, reason: `${device} was stopped before this journal knew` }),
      );
    },
    close() {
      isClosed = true;
      cancelRepeat();
      voice.close();
    },
  };
  return desk;
}
