import type { Will } from "@labloop/bus";
import {
  type Clock,
  type ClockAnchor,
  type DeviceCaps,
  type Health,
  type Ids,
  LabError,
  type Log,
  type Outcome,
  type RefusalCode,
} from "@labloop/contracts";
import { capsOf, type InstrumentIdentity } from "./caps-of.ts";
import type { DeviceDefinition, DriverContext } from "./define-device.ts";
import { type DeviceBus, durableBus } from "./loop/durable-bus.ts";
import { createProbeAnswer } from "./loop/answer-probe.ts";
import { type CommandLoop, runCommandLoop } from "./loop/command-loop.ts";
import { createEngineClock } from "./loop/engine-clock.ts";
import { createExecutor, type Executor } from "./loop/executor.ts";
import { createGate } from "./loop/gate.ts";
import { createLatch } from "./loop/latch.ts";
import { createLocalControl } from "./loop/local-control.ts";
import { createPresence } from "./loop/presence.ts";
import { createReporter } from "./loop/reporter.ts";
import { createStopper, type Stopper } from "./loop/stopper.ts";
import { createUploader } from "./loop/uploader.ts";
import { watchHealth } from "./loop/watch-health.ts";
import { runTelemetry } from "./loop/telemetry.ts";
import { startWatchdog } from "./loop/watchdog.ts";
import { createWireKeeper } from "./loop/wire-keeper.ts";
import type { CommandRecord } from "./store/command-record.ts";
import type { DeviceStore } from "./store/device-store.ts";
import type { Local } from "./store/local.ts";
import { createStagingStore } from "./store/staging-store.ts";
import type { ByteStream } from "./wire/byte-stream.ts";

/** How long the first birth waits for the instrument's serial number; then it is announced as unknown. */
const identityWaitMs = 5_000;

export interface DeviceOptions<Config, Session> {
  readonly definition: DeviceDefinition<Config, Session>;
  readonly deviceId: string;
  /** As it stands in the lab file; checked by the definition's schema. */
  readonly config: unknown;
  readonly mode: "real" | "simulated";
  /** For instruments whose wire cannot tell: from the lab file; it wins over what the wire says. */
  readonly serial?: string;
  /** From the lab file as well; what the instrument says of itself wins, for firmware is renewed. */
  readonly firmware?: string;
  /** Joins the broker; `will` is to be asked at every connect. The bus belongs to the device from then on. */
  readonly connect: (will: () => Will<"state">) => DeviceBus | Promise<DeviceBus>;
  /** An open journal; it belongs to the device from then on, which closes it. */
  readonly store: DeviceStore;
  /** Opens a fresh stream to the instrument; called again after every loss. */
  readonly openWire: () => Promise<ByteStream>;
  /** Lab time: how long acts last. */
  readonly labClock: Clock;
  /** How that clock runs, for the engine, which takes no device with another; real time where it is left out. */
  readonly anchor?: ClockAnchor;
  /** Real time: time-outs, heartbeats, ttl, back-off. The same virtual clock as `labClock` in all-virtual runs. */
  readonly linkClock: Clock;
  readonly ids: Ids;
  /** What the engine's place for large results wants to be shown, off loopback. */
  readonly uploadToken?: string;
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
  /** The commands that it carries out or is about to, by id. */
  running(): readonly string[];
  /** What the driver knows of the instrument; null when it says nothing of it, or there is no contact. */
  health(): Health | null;
  /** Who has taken the instrument, if anybody has (D19). */
  local(): Local | null;
  /**
   * Gives the instrument to staff (D19): from now on nothing is started for the engine, also after a restart. Fails with
   * `device.nameMissing`, `device.localTaken`, `device.localRefused` or `device.journalUnavailable`, changing nothing.
   */
  takeLocal(by: string): Promise<Outcome<Local>>;
  /**
   * Gives it back to the engine, which has to reconcile first. Fails with `device.notLocal`, or as long as the instrument
   * cannot be brought home: `device.noContact`, `device.busy`, `device.stopped`, `device.rehomeFailed`.
   */
  returnLocal(): Promise<Outcome<null>>;
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
  const { definition, deviceId, mode, openWire, labClock, linkClock, ids, heartbeatMs = 1_000, log } = options;
  const store = createStagingStore(options.store, linkClock);
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
  let identity: InstrumentIdentity = { serial: options.serial ?? null, firmware: options.firmware ?? null };
  let isIdentified = false;
  /** Put together once for each identity: every heartbeat asks for it. */
  let announced = capsOf(definition, { ...identity, heartbeatMs });
  const caps = () => announced;

  const uploader = createUploader({ store, linkClock, token: options.uploadToken, signal: ending.signal, log });
  const onEnd = (record: CommandRecord) => uploader.offer(record);
  const reporter = createReporter({ deviceId, bootId, store, linkClock, log, bus: () => bus, onEnd });
  const wire = createWireKeeper<Session>({
    openWire,
    connect: (stream) => definition.connect(stream, config.data, context),
    linkClock,
    log,
    onSession(session) {
      const known = definition.identify(session);
      const serial = options.serial ?? known.serial;
      const firmware = known.firmware ?? options.firmware ?? null;
      const isNews = !isIdentified || serial !== identity.serial || firmware !== identity.firmware;
      identity = { serial, firmware };
      announced = capsOf(definition, { ...identity, heartbeatMs });
      isIdentified = true;
      if (isNews) introduce();
    },
  });
  const { operations, halt, park } = definition;
  const { signal } = ending;
  const latch = createLatch({ store, linkClock, signal, log });
  const engineClock = createEngineClock(log);
  const around = { context, store, wire, reporter, linkClock, signal, log };
  const executorOf = () => executor;
  const isLatched = () => latch.isHeld();
  const localControl = createLocalControl<Session>({
    ...around,
    declared: definition.local,
    executor: executorOf,
    isLatched,
    onChange(isLocal) {
      // What the engine has sent meanwhile is of a lab that is no longer so.
      if (!isLocal) loop?.unreconcile();
      presence.announce();
    },
  });
  const isLocal = () => localControl.holder() !== null;
  const watchdog = startWatchdog<Session>({
    ...around,
    declared: definition.watchdog,
    park,
    executor: executorOf,
    isOthers: () => isLocal() || latch.isHeld(),
  });
  const gate = createGate({ latch, local: () => localControl.holder(), silentMs: () => watchdog.silentMs() });
  const executor: Executor = createExecutor<Session>({ ...around, operations, halt, gate, isLatched, moment });
  const health = watchHealth<Session>({
    ...around,
    declared: definition.health,
    isActing: () => executor.heldIds().length > 0,
  });
  const presence = createPresence({
    deviceId,
    bootId,
    mode,
    ...(options.anchor === undefined ? {} : { anchor: options.anchor }),
    store,
    linkClock,
    bootAt,
    log,
    caps,
    runningIds: () => executor.heldIds(),
    local: () => store.head.local,
    clockOffsetMs: () => engineClock.offsetMs(),
    degraded() {
      if (executor.isJournalFailing()) return "the device journal cannot be written";
      const silentMs = watchdog.silentMs();
      if (silentMs !== null) return `no heartbeat of the engine for ${silentMs} ms`;
      return wire.session() === null ? "no connection to the instrument" : null;
    },
    health,
    onBorn: () => reporter.reportUnacked(),
  });
  const cancelIdentityWait = linkClock.at(bootAt + identityWaitMs, introduce);
  let loop: CommandLoop | null = null;
  let stopper: Stopper;

  function introduce(): void {
    cancelIdentityWait();
    presence.announce();
  }

  function letGo(): void {
    ending.abort();
    cancelIdentityWait();
    loop?.stop();
    reporter.silence();
    presence.silence();
    executor.shutDown();
    wire.close();
    store.close();
  }

  try {
    executor.recover();
    stopper = createStopper<Session>({ ...around, halt, latch, executor });
    bus = durableBus(await options.connect(() => presence.will()), store);
  } catch (error) {
    letGo();
    throw error;
  }
  const answerProbe = createProbeAnswer<Session>({ ...around, operations, executor });
  loop = runCommandLoop(bus, {
    deviceId,
    operations: caps().operations,
    store,
    executor,
    reporter,
    gate,
    isLocal,
    stopper,
    clockOffsetMs: () => engineClock.offsetMs(),
    onEngineHeartbeat(heartbeat, receivedAt) {
      engineClock.heard(heartbeat.epoch, Date.parse(heartbeat.at), receivedAt);
      watchdog.heard();
    },
    isWireUp: () => wire.session() !== null,
    answerProbe,
    onBlobUrl: (blobUrl) => uploader.use(blobUrl),
    moment,
    log,
  });
  // After the subscriptions: whoever sees the birth may send at once.
  presence.attach(bus);
  const { telemetry } = definition;
  runTelemetry<Session>({ ...around, telemetry, deviceId, bootId, bootAt, bus: () => bus });

  return {
    deviceId,
    caps,
    refusals: () => reporter.refusals(),
    running: () => executor.heldIds(),
    health,
    local: () => (ending.signal.aborted ? null : store.head.local),
    takeLocal: (by) => localControl.take(by),
    returnLocal: () => localControl.giveBack(),
    async close() {
      if (ending.signal.aborted) return;
      ending.abort();
      loop?.stop();
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
