import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Broker, openBroker } from "@labloop/broker";
import type { Bus, Payload } from "@labloop/bus";
import { openMqttBus } from "@labloop/bus/mqtt";
import { createRealClock } from "@labloop/clock";
import {
  commandIdOf,
  type DeviceMessage,
  type EngineControl,
  type Execute,
  type Reading,
  topicOf,
  wholeLab,
} from "@labloop/contracts";
import { paramsHashOf } from "@labloop/contracts/digest";
import mqtt from "mqtt";
import { afterFile } from "../../support/after-file.ts";
import { silentLog } from "../../contract/twins.ts";
import { privateFolder } from "../../support/private-folder.ts";
import { type PythonDevice, startPythonDevice } from "./python-device.ts";

const deviceId = "pump-1";
const lab = "bench";
const stepBase = "01JGZZZZZZZZZZZZZZZZZZ";
const clock = createRealClock();
const open = new Set<PythonBench>();

afterFile(async () => {
  for (const bench of open) await bench.close();
});

/** The n-th command of a test. */
export function idOf(n: number): string {
  return commandIdOf(`${stepBase}${n.toString(16).toUpperCase().padStart(4, "0")}`, 1);
}

type Kind<K extends DeviceMessage["kind"]> = Extract<DeviceMessage, { kind: K }>;
type Control = EngineControl extends infer C ? (C extends EngineControl ? Omit<C, keyof typeof head> : never) : never;
const head = { v: 1, device: deviceId, epoch: 1, engineId: "engine-1", issuedAt: "" } as const;

/** A pump in a Python process, its plant in a folder, and an engine's end of a real broker. */
export interface PythonBench {
  readonly heard: DeviceMessage[];
  readonly states: Payload<"state">[];
  readonly announced: Payload<"caps">[];
  readonly beats: Payload<"heartbeat">[];
  readonly readings: Reading[];
  readonly journal: string;
  device(): PythonDevice;
  /** What the driver is started with. */
  args(...more: string[]): string[];
  /** Starts the driver, or starts it again over the same journal; resolves when it is born. */
  boot(...args: string[]): Promise<void>;
  /** Beats, and reconciles at this epoch. */
  reconcile(epoch?: number, change?: Partial<Extract<EngineControl, { kind: "reconcile" }>>): Promise<Kind<"snapshot">>;
  execute(n: number, change?: Partial<Execute>): Promise<void>;
  control(message: Control, epoch?: number): Promise<void>;
  beat(epoch?: number, aheadMs?: number): Promise<void>;
  estop(stopId: number, active?: boolean): Promise<void>;
  /** Sends bytes past the codec; none, retained, have the broker forget what it keeps on the topic. */
  sendRaw(key: "command" | "control" | "estop", bytes: string, retain?: boolean): Promise<void>;
  /** Lets what runs on the bench go on until this gives something; whoever waits in vain times out. */
  until<T>(what: () => T | undefined | null | false): Promise<T>;
  reports(n: number): Kind<"report">[];
  report(n: number, state: Kind<"report">["state"]): Promise<Kind<"report">>;
  refusal(code: Kind<"refusal">["code"]): Promise<Kind<"refusal">>;
  /** Fetches a large result chunk by chunk. */
  fetchResult(sha256: string): Promise<Buffer>;
  /** What the plant was told, in order. */
  plant(): string[];
  /** Has the plant do something by itself. */
  note(line: string): void;
  /** Puts a file into the plant's folder that holds or breaks something, or takes it away. */
  set(name: string): void;
  clear(name: string): void;
  close(): Promise<void>;
}

/** Opens a bench with a broker of its own; the driver, by default the pump of the tests, is not started yet. */
export async function openPythonBench(
  options: { readonly name?: string; readonly file?: string } = {},
): Promise<PythonBench> {
  const folder = privateFolder();
  const plant = join(folder, "plant");
  mkdirSync(plant);
  const journal = join(folder, "pump.db");
  const broker: Broker = await openBroker({ lab, log: silentLog });
  const heard: DeviceMessage[] = [];
  const states: Payload<"state">[] = [];
  const announced: Payload<"caps">[] = [];
  const beats: Payload<"heartbeat">[] = [];
  const readings: Reading[] = [];
  const watchers = new Set<() => void>();
  const changed = () => {
    for (const watch of watchers) watch();
  };
  const bus: Bus = openMqttBus({
    url: broker.url,
    lab,
    clientId: "eng-main-1",
    linkClock: clock,
    jitter: () => 0.5,
    log: silentLog,
  });
  const keep =
    <T>(into: T[]) =>
    ({ payload }: { payload: T }) => {
      into.push(payload);
      changed();
    };
  bus.subscribe({ key: "report", name: deviceId, onDelivery: keep(heard) });
  bus.subscribe({ key: "state", name: deviceId, onDelivery: keep(states) });
  bus.subscribe({ key: "caps", name: deviceId, onDelivery: keep(announced) });
  bus.subscribe({ key: "heartbeat", name: deviceId, onDelivery: keep(beats) });
  bus.subscribe({
    key: "telemetry",
    name: deviceId,
    onDelivery({ payload }) {
      readings.push(...payload.readings);
      changed();
    },
  });
  await new Promise<void>((resolve) => void bus.onUp(resolve));
  let device: PythonDevice | null = null;
  let count = 0;

  const stamped = (epoch: number) => ({ ...head, epoch, issuedAt: new Date(clock.now()).toISOString() });
  const until = <T>(what: () => T | undefined | null | false): Promise<T> =>
    new Promise((resolve) => {
      const watch = () => {
        const found = what();
        if (found === undefined || found === null || found === false) return;
        watchers.delete(watch);
        resolve(found);
      };
      watchers.add(watch);
      watch();
    });

  const bench: PythonBench = {
    heard,
    states,
    announced,
    beats,
    readings,
    journal,
    until,
    device: () => device!,
    args(...more) {
      const file = options.file ?? join(import.meta.dirname, "../python/pump.py");
      const named = options.file === undefined ? ["--name", options.name ?? "pump"] : [];
      const about = [...named, "--device", deviceId, "--lab", lab, "--broker", broker.url];
      const config = JSON.stringify({ plant });
      return [file, ...about, "--journal", journal, "--config", config, "--console", ...more];
    },
    async boot(...more) {
      const born = states.filter(({ online }) => online).length;
      const before = new Set(states.map(({ bootId }) => bootId));
      device = startPythonDevice(bench.args(...more));
      const lost = device.ended.then(({ code, stderr }) =>
        Promise.reject(new Error(`the driver ended (${code}) before it was born: ${stderr}`)),
      );
      lost.catch(() => {});
      await Promise.race([
        lost,
        until(() => states.filter(({ online }) => online).length > born && !before.has(states.at(-1)?.bootId ?? "")),
      ]);
    },
    async reconcile(epoch = 1, change = {}) {
      await bench.beat(epoch);
      const rid = `rid-${count++}`;
      await bench.control({ kind: "reconcile", rid, part: 0, parts: 1, open: [], ...change }, epoch);
      return until(() => heard.find((one): one is Kind<"snapshot"> => one.kind === "snapshot" && one.rid === rid));
    },
    async execute(n, change = {}) {
      const commandId = idOf(n);
      const op = change.op ?? "dispense";
      const params = change.params ?? { volume: { value: 50, unit: "uL" } };
      await bus.publish("command", deviceId, {
        ...stamped(1),
        kind: "execute",
        commandId,
        campaignId: `${stepBase}CAMP`,
        runId: `${stepBase}RVNS`,
        stepId: commandId.slice(0, 26),
        attempt: 1,
        dseq: n,
        retryClass: "non-repeatable",
        ttlMs: 30_000,
        maxDurationMs: 60_000,
        ...change,
        op,
        params,
        paramsHash: change.paramsHash ?? paramsHashOf(op, params),
      });
    },
    control: (message, epoch = 1) =>
      bus.publish("control", deviceId, { ...stamped(epoch), ...message } as EngineControl),
    async beat(epoch = 1, aheadMs = 0) {
      const at = new Date(clock.now() + aheadMs).toISOString();
      await bus.publish("engineHeartbeat", "main", { v: 1, kind: "engine-hb", epoch, n: count++, at });
      // Of QoS 0 nobody hears whether it has arrived.
      const heardBefore = beats.length;
      await until(() => beats.slice(heardBefore).some(({ clockOffsetMs }) => clockOffsetMs !== undefined));
    },
    async estop(stopId, active = true) {
      const by = { kind: "operator", name: "Ada" } as const;
      const at = new Date(clock.now()).toISOString();
      const stop = { v: 1, kind: "estop", stopId, active, scope: "lab", reason: "smoke", by, at } as const;
      await bus.publish("estop", wholeLab, stop);
    },
    async sendRaw(key, bytes, retain = false) {
      const client = mqtt.connect(broker.url, { clientId: "eng-main-2", reconnectPeriod: 0 });
      await new Promise<void>((resolve) => void client.once("connect", () => resolve()));
      await client.publishAsync(topicOf(lab, key, key === "estop" ? wholeLab : deviceId), bytes, { qos: 1, retain });
      await client.endAsync();
    },
    reports: (n) => heard.filter((one): one is Kind<"report"> => one.kind === "report" && one.commandId === idOf(n)),
    report: (n, state) => until(() => bench.reports(n).findLast((one) => one.state === state)),
    refusal: (code) =>
      until(() => heard.findLast((one): one is Kind<"refusal"> => one.kind === "refusal" && one.code === code)),
    async fetchResult(sha256) {
      const chunks: Payload<"blob">[] = [];
      const cancel = bus.subscribe({ key: "blob", name: deviceId, onDelivery: keep(chunks) });
      for (let idx = 0; idx < (chunks[0]?.n ?? 1); idx++) {
        await bench.control({ kind: "get-blob", sha256, idx });
        await until(() => chunks.length > idx);
      }
      cancel();
      return Buffer.concat(chunks.map(({ data }) => Buffer.from(data, "base64")));
    },
    plant() {
      const log = join(plant, "log");
      return existsSync(log) ? readFileSync(log, "utf8").split("\n").slice(0, -1) : [];
    },
    note: (line) => appendFileSync(join(plant, "log"), `${line}\n`),
    set: (name) => writeFileSync(join(plant, name), ""),
    clear: (name) => rmSync(join(plant, name)),
    close: async () => {
      open.delete(bench);
      await device?.kill();
      await bus.close();
      await broker.close();
    },
  };
  open.add(bench);
  return bench;
}
