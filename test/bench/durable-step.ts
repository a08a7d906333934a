// Compares a durable step with its floor in the same run. A step is measured from the moment before its intent is
// appended to the moment after its success is: engine, journal, driver and device journal are the real ones, on the
// embedded broker; the act itself takes no time, nor does the proposal. The floor is what contract rules E1, D2, D4 and
// D5 cannot do without: a QoS 1 message each way on the same broker, and a commit of one row for the intent, `accepted`,
// `started`, the device's end and the engine's, on the same disk. Run: node test/bench/durable-step.ts
import { rmSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openBroker } from "@labloop/broker";
import { openMqttBus } from "@labloop/bus";
import { loadCampaign } from "@labloop/cli";
import { createRandomIds, createRealClock, wallNow } from "@labloop/clock";
import { type Log, topicOf } from "@labloop/contracts";
import { createStreamPair, openDevice, openSqliteStore } from "@labloop/driver";
import { type EngineOptions, openEngine } from "@labloop/engine";
import { openJournal } from "@labloop/journal";
import mqtt from "mqtt";
import { tell } from "./figure.ts";
import mixer from "./instant-lab/driver.ts";
import { percentile } from "./percentile.ts";
import { scratchFolder } from "./scratch-folder.ts";

const lab = "bench";
const device = "mixer";
/** Rounds of the floor before the campaign, and again after it: the machine may change meanwhile. */
const floorRounds = 100;
/** The code is slow as long as it is new. */
const warmUp = 100;
/** About what a command takes. */
const body = "a".repeat(700);
const say = (fields: object, message: string) => console.error(message, fields);
const log: Log = { debug: () => undefined, info: () => undefined, warn: say, error: say };

/** Returns the original with another method in the place of one. */
function watching<T extends object, K extends keyof T>(original: T, method: K, instead: T[K]): T {
  return new Proxy(original, { get: (target, name) => (name === method ? instead : Reflect.get(target, name)) });
}

/** Runs the campaign to its end, and returns how long each step took and how many transactions there were a step. */
async function measureSteps(url: string, folder: string): Promise<{ durations: number[]; transactions: number }> {
  const loaded = await loadCampaign(join(import.meta.dirname, "instant-lab", "campaign.yaml"));
  if (!loaded.ok) throw new Error(loaded.faults.map(({ message }) => message).join("\n"));
  const campaign = loaded.value;
  const clock = createRealClock();
  const ids = createRandomIds(clock);
  const bus = { url, lab, linkClock: clock, jitter: () => 0.5, log };
  let transactions = 0;

  const store = openSqliteStore({ path: join(folder, "device.db"), ids });
  const driver = await openDevice({
    definition: mixer,
    deviceId: device,
    config: {},
    mode: "simulated",
    connect: (will) => openMqttBus({ ...bus, clientId: `dev-${device}`, will }),
    store: watching(store, "write", (change) => {
      transactions++;
      return store.write(change);
    }),
    openWire: async () => createStreamPair(clock)[0],
    labClock: clock,
    linkClock: clock,
    ids,
    log,
  });

  const durations: number[] = [];
  const intendedAt = new Map<string, number>();
  const terms = { cell: "main", holder: "bench", leaseLifeMs: 10_000, monotonicNow: () => clock.now() };
  const journal = openJournal({ file: join(folder, "journal.db"), ...terms });
  const engineBus = openMqttBus({ ...bus, clientId: `eng-main-${journal.lease.epoch}` });
  const engine = openEngine({
    journal: watching(journal, "append", (events, at) => {
      transactions++;
      const from = wallNow();
      const records = journal.append(events, at);
      const to = wallNow();
      for (const event of events) {
        if (event.type === "step.intended") intendedAt.set(event.commandId, from);
        if (event.type === "step.succeeded") durations.push(to - intendedAt.get(event.commandId)!);
      }
      return records;
    }),
    bus: engineBus,
    proposer: inTurn,
    labClock: clock,
    linkClock: clock,
    ids,
    recipe: campaign.recipe(1, { kind: "operator", name: "bench" }),
    engineId: "bench",
    clock: { kind: "real", scale: 1, labAt: clock.now(), wallAt: clock.now() },
    cell: "main",
    log,
  });
  const end = await engine.end;
  await engine.close();
  await Promise.all([driver.close(), engineBus.close()]);
  journal.close();
  const wanted = campaign.checked.campaign.budget.experiments;
  if (end.kind !== "ended" || durations.length !== wanted) {
    throw new Error(`the campaign came to ${durations.length} of ${wanted} steps and is ${end.kind}`);
  }
  return { durations: durations.slice(warmUp), transactions: transactions / wanted };
}

/** Proposes one candidate after the other: what the optimizer costs is another bench. */
const inTurn: EngineOptions["proposer"] = {
  async propose({ candidates, measurements }) {
    return {
      parameters: candidates[measurements.length % candidates.length]!,
      predicted: null,
      acquisition: { name: "maximin-distance", value: 0, incumbent: null },
      why: "it is the next in the list",
      surrogate: {
        kind: "space-filling",
        kernel: null,
        lengthscales: [],
        noiseVariance: null,
        logPosterior: null,
        measurements: measurements.length,
        distinct: candidates.length,
      },
      best: null,
    };
  },
  close: async () => undefined,
};

/** How long the floor takes, and its two parts each by itself. */
interface Floor {
  readonly whole: number[];
  readonly trip: number[];
  readonly commit: number[];
}

async function measureFloor(url: string, folder: string, floor: Floor): Promise<void> {
  const engine = await openFloorEnd(url, "eng-floor-1", join(folder, "floor-engine.db"));
  const driver = await openFloorEnd(url, `dev-${device}`, join(folder, "floor-device.db"));
  const command = topicOf(lab, "command", device);
  const report = topicOf(lab, "report", device);
  await driver.client.subscribeAsync(command, { qos: 1 });
  await engine.client.subscribeAsync(report, { qos: 1 });
  let commits = 0;
  driver.client.on("message", () => {
    for (let n = 0; n < commits; n++) driver.commit();
    driver.client.publish(report, body, { qos: 1 });
  });
  const thereAndBack = async () => {
    const back = new Promise<void>((resolve) => void engine.client.once("message", () => resolve()));
    engine.client.publish(command, body, { qos: 1 });
    await back;
  };
  for (let n = -warmUp; n < floorRounds; n++) {
    const times = [wallNow()];
    commits = 3;
    engine.commit();
    await thereAndBack();
    engine.commit();
    times.push(wallNow());
    commits = 0;
    await thereAndBack();
    times.push(wallNow());
    engine.commit();
    times.push(wallNow());
    if (n < 0) continue;
    const [a, b, c, d] = times as [number, number, number, number];
    floor.whole.push(b - a);
    floor.trip.push(c - b);
    floor.commit.push(d - c);
  }
  await Promise.all([engine.close(), driver.close()]);
}

/** One end of the floor: a plain MQTT client, and a table whose commits wait for the disk. */
async function openFloorEnd(url: string, clientId: string, file: string) {
  const client = await mqtt.connectAsync(url, { clientId, protocolVersion: 4, reconnectPeriod: 0 });
  if (client.stream instanceof Socket) client.stream.setNoDelay(true);
  const database = new DatabaseSync(file);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  database.exec("CREATE TABLE IF NOT EXISTS fact (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT");
  const insert = database.prepare("INSERT INTO fact (body) VALUES (?)");
  return {
    client,
    commit: () => void insert.run(body),
    async close() {
      await client.endAsync();
      database.close();
    },
  };
}

const folder = scratchFolder();
const broker = await openBroker({ lab, log });
try {
  const floor: Floor = { whole: [], trip: [], commit: [] };
  await measureFloor(broker.url, folder, floor);
  const { durations, transactions } = await measureSteps(broker.url, folder);
  await measureFloor(broker.url, folder, floor);
  const both = (values: number[]) => [percentile(values, 0.5), percentile(values, 0.99)] as const;
  for (const [name, values] of Object.entries({ "durable step": durations, ...floor })) {
    const [p50, p99] = both(values);
    console.log(`${name.padEnd(14)} p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, of ${values.length}`);
  }
  const [step, step99] = both(durations);
  const [least, least99] = both(floor.whole);
  tell({
    name: "durable step",
    figure: `p50 ${step.toFixed(1)} ms, p99 ${step99.toFixed(1)} ms`,
    ratio: `${(step / least).toFixed(1)} x the floor (p99 ${(step99 / least99).toFixed(1)} x)`,
    how: [
      `${durations.length} steps that take no time, from intent to success, ${transactions.toFixed(1)} transactions a step;`,
      `floor ${least.toFixed(2)} ms: QoS 1 there and back (${percentile(floor.trip, 0.5).toFixed(2)} ms)`,
      `+ 5 commits of one row (${percentile(floor.commit, 0.5).toFixed(2)} ms each), before and after`,
    ].join(" "),
  });
} finally {
  await broker.close();
  rmSync(folder, { recursive: true, force: true });
}
