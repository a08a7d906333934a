import type { Bus, Will } from "@labloop/bus";
import { type Clock, type DeviceCaps, type Ids, LabError, type Log, type RefusalCode } from "@labloop/contracts";
import { capsOf, type InstrumentIdentity } from "./caps-of.ts";
import type { DeviceDefinition, DriverContext } from "./define-device.ts";
import { createProbeAnswer } from "./loop/answer-probe.ts";
import { runCommandLoop } from "./loop/command-loop.ts";
import { createExecutor } from "./loop/executor.ts";
import { createLatch } from "./loop/latch.ts";
import { createPresence } from "./loop/presence.ts";
import { createReporter } from "./loop/reporter.ts";
import { createStopper, type Stopper } from "./loop/stopper.ts";
import { createWireKeeper } from "./loop/wire-keeper.ts";
import type { DeviceStore } from "./store/device-store.ts";
import type { ByteStream } from "./wire/byte-stream.ts";

/** How long the first birth waits for the instrument's serial number; then it is announced as unknown. */
const identityWaitMs = 5_000;

/** A bus that can also vanish without goodbye, as a killed process does. */
export type DeviceBus = Bus & { readonly drop?: () => void };

export interface DeviceOptions<Config, Session> {
  readonly definition: DeviceDefinition<Config, Session>;
  readonly deviceId: string;
  /** As it stands in the lab file; checked by the definition's schema. */
  readonly config: unknown;
  readonly mode: "real" | "simulated";
  /** For instruments whose wire cannot tell: from the lab file; it wins over what the wire says. */
  readonly serial?: string;
  /** Joins the broker; `will` is to be asked at every connect. The bus belongs to the device from then on. */
  readonly connect: (will: () => Will<"state">) => DeviceBus | Promise<DeviceBus>;
  /** An open journal; it belongs to the device from then on, which closes it. */
  readonly store: DeviceStore;
  /** Opens a fresh stream to the instrument; called again after every loss. */
  readonly openWire: () => Promise<ByteStream>;
  /** Lab time: how long acts last. */
  readonly labClock: Clock;
  /** Real time: time-outs, heartbeats, ttl, back-off. The same virtual clock as `labClock` in all-virtual runs. */
  readonly linkClock: Clock;
  readonly ids: Ids;
  /** Default 1,000. */
  readonly heartbeatMs?: number;
  readonly log: Log;
}

export interface RunningDevice {
  readonly deviceId: string;
  /** As announced; serial and firmware are null until the instrument has answered. */
  caps(): DeviceCaps;
  /** How many messages were refused, by code (D1, D18). */
  refusals(): Readonly<Partial<Record<RefusalCode, number>>>;
  /** Announces the death, stops watching and lets go of wire, bus and journal; stops nothing on the instrument. */
  close(): Promise<void>;
  /** Drops everything at once without goodbye, as a killed process does; for crash tests. */
  kill(): void;
}

/**
 * Starts a device and resolves once it listens to the engine.
 *
 * What an earlier process left unfinished is taken up first (D7). The device announces itself when the instrument has
 * answered, or after 5 s without it. Rejects with `device.configInvalid`; with the store's error when the journal cannot
 * be written; with what `connect` rejects with.
 */
export async function openDevice<Config, Session>(options: DeviceOptions<Config, Session>): Promise<RunningDevice> {
  const { definition, deviceId, mode, store, openWire, labClock, linkClock, ids, heartbeatMs = 1_000, log } = options;
  const config = definition.config.safeParse(options.config);
  if (!config.success) {
    store.close();
    const why = config.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
    throw new LabError("device.configInvalid", `the config of ${deviceId} (${definition.kind}) is not valid: ${why}`);
  }

  const bootId = ids.random();
  const bootAt = linkClock.now();
  const moment = () => ({ at: linkClock.now(), tMono: linkClock.now() - bootAt });
  const context: DriverContext = { deviceId, labClock, linkClock, log };
  const ending = new AbortController();
  let bus: DeviceBus | null = null;
  let identity: InstrumentIdentity = { serial: options.serial ?? null, firmware: null };
  let isIdentified = false;
  const caps = () => capsOf(definition, { ...identity, heartbeatMs });

  const reporter = createReporter({ deviceId, bootId, store, linkClock, log, bus: () => bus });
  const wire = createWireKeeper<Session>({
    openWire,
    connect: (stream) => definition.connect(stream, config.data, context),
    linkClock,
    log,
    onSession(session) {
      const known = definition.identify(session);
      const serial = options.serial ?? known.serial;
      const isNews = !isIdentified || serial !== identity.serial || known.firmware !== identity.firmware;
      identity = { serial, firmware: known.firmware };
      isIdentified = true;
      if (isNews) introduce();
    },
  });
  const { operations, halt } = definition;
  const { signal } = ending;
  const latch = createLatch({ store, linkClock, signal, log });
  const executor = createExecutor({ operations, halt, latch, context, store, wire, reporter, linkClock, moment, log });
  const presence = createPresence({
    deviceId,
    bootId,
    mode,
    store,
    linkClock,
    bootAt,
    log,
    caps,
    runningId: () => executor.runningId(),
    degraded() {
      if (executor.isJournalFailing()) return "the device journal cannot be written";
      return wire.session() === null ? "no connection to the instrument" : null;
    },
    onBorn: () => reporter.reportUnacked(),
  });
  const cancelIdentityWait = linkClock.at(bootAt + identityWaitMs, introduce);
  let stopListening = () => {};
  let stopper: Stopper;

  function introduce(): void {
    cancelIdentityWait();
    presence.announce();
  }

  function letGo(): void {
    ending.abort();
    cancelIdentityWait();
    stopListening();
    reporter.silence();
    presence.silence();
    executor.shutDown();
    wire.close();
    store.close();
  }

  try {
    executor.recover();
    stopper = createStopper({ halt, latch, context, store, wire, executor, reporter, linkClock, moment, signal, log });
    bus = await options.connect(() => presence.will());
  } catch (error) {
    letGo();
    throw error;
  }
  const answerProbe = createProbeAnswer({
    operations,
    context,
    store,
    wire,
    executor,
    reporter,
    signal,
  });
  stopListening = runCommandLoop(bus, {
    deviceId,
    operations: caps().operations,
    store,
    executor,
    reporter,
    latch,
    stopper,
    isWireUp: () => wire.session() !== null,
    answerProbe,
    moment,
    log,
  });
  // After the subscriptions: whoever sees the birth may send at once.
  presence.attach(bus);

  return {
    deviceId,
    caps,
    refusals: () => reporter.refusals(),
    async close() {
      if (ending.signal.aborted) return;
      ending.abort();
      stopListening();
      executor.shutDown();
      await presence.sayGoodbye();
      letGo();
      await bus.close();
    },
    kill() {
      if (ending.signal.aborted) return;
      letGo();
      if (bus.drop !== undefined) bus.drop();
      else void bus.close();
    },
  };
}
