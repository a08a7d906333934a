import { type Clock, type Log, type Outcome } from "@labloop/contracts";
import type { DeviceDefinition, DriverContext } from "../define-device.ts";
import type { DeviceStore } from "../store/device-store.ts";
import type { Local } from "../store/local.ts";
import type { Executor } from "./executor.ts";
import { failure } from "./expected-fault.ts";
import { localControl } from "./gate.ts";
import { timestamp } from "./messages.ts";
import { textOf } from "./text-of.ts";
import type { WireKeeper } from "./wire-keeper.ts";

export interface LocalControlOptions<Session> {
  readonly declared: DeviceDefinition<unknown, Session>["local"];
  readonly context: DriverContext;
  readonly store: DeviceStore;
  readonly wire: WireKeeper<Session>;
  readonly executor: () => Executor;
  readonly isLatched: () => boolean;
  readonly linkClock: Clock;
  /** Called when the device has been taken or given back, and that is durable. */
  readonly onChange: (isLocal: boolean) => void;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Who has the instrument: the engine, or staff beside it (D19). */
export interface LocalControl {
  /** Who has taken it, as far as starts are concerned: from the moment that somebody asks for it. */
  holder(): Local | null;
  take(by: string): Promise<Outcome<Local>>;
  giveBack(): Promise<Outcome<null>>;
}

/** Returns the local control of one driver start; what an earlier process was told still stands. */
export function createLocalControl<Session>(options: LocalControlOptions<Session>): LocalControl {
  const { declared, context, store, wire, executor, isLatched, linkClock, onChange, signal, log } = options;
  let taking: Local | null = null;
  let isReturning = false;
  const holder = () => store.head.local ?? taking;

  const closing = () => failure("device.closing", "the driver is shutting down", "try again once it is back");
  const persist = (local: Local | null): Outcome<null> => {
    try {
      store.write({ local });
      return { ok: true, value: null };
    } catch (error) {
      log.error({ error }, "the device journal cannot be written");
      return failure("device.journalUnavailable", `nothing has changed: ${textOf(error)}`, "make room on the disk");
    }
  };
  const isAnyStarted = () =>
    executor()
      .heldIds()
      .some((commandId) => store.find(commandId)?.state === "started");

  return {
    holder,
    async take(by) {
      if (signal.aborted) return closing();
      const known = holder();
      if (by.trim() === "") return failure("device.nameMissing", "say who takes the instrument");
      if (known !== null && known.by !== by) {
        const message = `${known.by} has had the instrument since ${timestamp(known.since)}`;
        return failure("device.localTaken", message, `ask ${known.by} to give it back`);
      }
      if (known !== null) return { ok: true, value: known };
      if (declared?.whileRunning === "refuse" && isAnyStarted()) {
        const message = `${executor().heldIds().join(", ")} is being carried out, and must not be left half done`;
        return failure("device.localRefused", message, "wait for its end, or stop it");
      }
      // Nothing starts from here on; a start whose first byte may be under way is let out first (I11).
      taking = { by, since: linkClock.now() };
      try {
        await executor().starting();
        if (signal.aborted) return closing();
        const local: Local = { by, since: linkClock.now() };
        const written = persist(local);
        if (!written.ok) return written;
        executor().dismissAccepted(localControl(local));
        onChange(true);
        return { ok: true, value: local };
      } finally {
        taking = null;
      }
    },
    async giveBack() {
      if (signal.aborted) return closing();
      if (store.head.local === null) return failure("device.notLocal", "nobody has taken the instrument");
      if (isReturning) return failure("device.returning", "the instrument is being given back already");
      const rehome = declared?.rehome;
      if (rehome !== undefined) {
        if (isLatched()) return failure("device.stopped", "an E-STOP stands", "have it cleared first");
        if (isAnyStarted()) return failure("device.busy", `${executor().heldIds().join(", ")} is still going on`);
        const session = wire.session();
        if (session === null) return failure("device.noContact", "no connection to the instrument");
        isReturning = true;
        try {
          await rehome(session, context);
        } catch (error) {
          return failure("device.rehomeFailed", `the instrument stays local: ${textOf(error)}`);
        } finally {
          isReturning = false;
        }
        if (signal.aborted) return closing();
      }
      const written = persist(null);
      if (!written.ok) return written;
      onChange(false);
      return written;
    },
  };
}
