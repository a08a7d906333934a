import type { Cancel, Clock, DeviceCaps, Log } from "@labloop/contracts";
import type { DeviceDefinition, DriverContext } from "../define-device.ts";
import type { DeviceStore } from "../store/device-store.ts";
import type { Executor } from "./executor.ts";
import type { Reporter } from "./reporter.ts";
import type { WireKeeper } from "./wire-keeper.ts";

export interface WatchdogOptions<Session> {
  readonly declared: DeviceCaps["watchdog"];
  readonly park: DeviceDefinition<unknown, Session>["park"];
  readonly context: DriverContext;
  readonly store: DeviceStore;
  readonly wire: WireKeeper<Session>;
  readonly executor: () => Executor;
  readonly reporter: Reporter;
  /** Whether staff have the instrument, or an E-STOP stands: then it is theirs, and nothing is done here. */
  readonly isOthers: () => boolean;
  readonly linkClock: Clock;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** What a device does about an engine that falls silent (D15). */
export interface Watchdog {
  /** Takes a heartbeat whose epoch is not below the fence. */
  heard(): void;
  /** For how long there was none, in ms, when that is too long; else null. */
  silentMs(): number | null;
}

/**
 * Starts to listen for silence, counted from now or from the last heartbeat. With `finish`, or nothing declared, there is
 * nothing to do: what has started ends, and nothing starts past its time to live. With the other two nothing is started
 * before the engine is back; what was held goes on when it says so, never by itself.
 */
export function startWatchdog<Session>(options: WatchdogOptions<Session>): Watchdog {
  const { declared, park, context, store, wire, executor, reporter, isOthers, linkClock, signal, log } = options;
  if (declared === undefined || declared.then === "finish") return { heard() {}, silentMs: () => null };
  const { afterMs, then } = declared;
  let lastHeardAt = linkClock.now();
  let isSilent = false;
  let cancel: Cancel = () => {};

  const hold = async (commandIds: readonly string[]) => {
    for (const commandId of commandIds) {
      const refusal = await executor().pause("pause", commandId);
      const record = signal.aborted ? null : store.find(commandId);
      if (refusal !== null) log.warn({ commandId, reason: refusal.message }, "it goes on without the engine");
      if (refusal !== null || record === null || record.state !== "started") continue;
      const held = {
        ...record,
        evidence: { ...record.evidence, heldAt: linkClock.now(), heldBecause: "engine silent" },
      };
      store.write({ record: held });
      reporter.report(held);
    }
  };

  const safePark = async (commandIds: readonly string[]) => {
    for (const commandId of commandIds) executor().stop(commandId);
    await executor().idle();
    const session = signal.aborted ? null : wire.session();
    if (!isSilent || session === null || isOthers() || executor().heldIds().length > 0) return;
    await park?.(session, context);
  };

  const bark = () => {
    isSilent = true;
    if (isOthers()) return;
    const message = `no heartbeat of the engine for ${afterMs} ms`;
    log.warn({ watchdog: then }, message);
    // An instrument at rest stays as it is: people may have their hands in it.
    const started = executor()
      .heldIds()
      .filter((commandId) => store.find(commandId)?.state === "started");
    executor().dismissAccepted({ code: "device.engineSilent", message, class: "crash" });
    if (started.length === 0) return;
    (then === "hold" ? hold(started) : safePark(started)).catch((error: unknown) => {
      if (!signal.aborted) log.error({ error }, `the watchdog could not ${then}`);
    });
  };

  const arm = () => {
    cancel();
    if (!signal.aborted) cancel = linkClock.at(lastHeardAt + afterMs, bark);
  };
  signal.addEventListener("abort", () => cancel(), { once: true });
  arm();
  return {
    heard() {
      lastHeardAt = linkClock.now();
      isSilent = false;
      arm();
    },
    silentMs: () => (isSilent ? linkClock.now() - lastHeardAt : null),
  };
}
