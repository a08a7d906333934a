// Compares a durable step with its floor in the same run, on the embedded broker and on Mosquitto. A step is measured from
// the moment before its intent is appended to the moment after its success is: engine, journal, driver and device journal
// are the real ones; the act itself takes no time, nor does the proposal. The floor is what contract rules E1, D2, D4 and
// D5 cannot do without: a QoS 1 message each way on the same broker, and a commit of one row for the intent, for `accepted`
// and `started` together, the device's end and the engine's, on the same disk. One round of it is taken before every step, since a disk
// and a busy machine change from one second to the next. Run: node test/bench/durable-step.ts
import { mkdirSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { wallNow } from "@labloop/clock";
import { topicOf } from "@labloop/contracts";
import mqtt from "mqtt";
import { onEachBroker } from "./broker-kinds.ts";
import { tell } from "./figure.ts";
import { benchLog, lab, runInstantly } from "./instant-run.ts";
import { percentile } from "./percentile.ts";
import { scratchFolder } from "./scratch-folder.ts";

const experiments = 400;
/** The code is slow as long as it is new. */
const warmUp = 100;
/** About what a command takes. */
const body = "a".repeat(700);

/** How long rounds of the floor took, and their two parts each by itself. */
interface Floor {
  readonly whole: number[];
  readonly trip: number[];
  readonly commit: number[];
}

/** Opens both ends of the floor; `round` measures it once. */
async function openFloor(url: string, folder: string) {
  const engine = await openFloorEnd(url, "eng-floor-1", join(folder, "floor-engine.db"));
  const driver = await openFloorEnd(url, "dev-floor", join(folder, "floor-device.db"));
  const command = topicOf(lab, "command", "floor");
  // No engine listens there.
  const report = topicOf(lab, "blob", "floor", "0".repeat(64));
  await driver.client.subscribeAsync(command, { qos: 1 });
  await engine.client.subscribeAsync(report, { qos: 1 });
  const floor: Floor = { whole: [], trip: [], commit: [] };
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
  return {
    floor,
    async round() {
      const times = [wallNow()];
      commits = 2;
      engine.commit();
      await thereAndBack();
      engine.commit();
      times.push(wallNow());
      commits = 0;
      await thereAndBack();
      times.push(wallNow());
      engine.commit();
      times.push(wallNow());
      const [a, b, c, d] = times as [number, number, number, number];
      floor.whole.push(b - a);
      floor.trip.push(c - b);
      floor.commit.push(d - c);
    },
    close: () => Promise.all([engine.close(), driver.close()]),
  };
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

const scratch = scratchFolder();
try {
  await onEachBroker(lab, benchLog, async ({ kind, url }) => {
    const folder = join(scratch, kind);
    mkdirSync(folder);
    const opened = await openFloor(url, folder);
    const { floor } = opened;
    const run = await runInstantly({ url, folder, devices: 1, experiments, beforeProposal: () => opened.round() });
    await opened.close();
    const durations = run.durations.slice(warmUp);
    const least = {
      whole: floor.whole.slice(warmUp),
      trip: floor.trip.slice(warmUp),
      commit: floor.commit.slice(warmUp),
    };
    for (const [name, values] of Object.entries({ "durable step": durations, ...least })) {
      const [p50, p99] = [percentile(values, 0.5), percentile(values, 0.99)];
      console.log(`${kind} ${name.padEnd(14)} p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, of ${values.length}`);
    }
    const [step, step99] = [percentile(durations, 0.5), percentile(durations, 0.99)];
    const [floor50, floor99] = [percentile(least.whole, 0.5), percentile(least.whole, 0.99)];
    tell({
      name: `durable step, ${kind}`,
      figure: `p50 ${step.toFixed(1)} ms, p99 ${step99.toFixed(1)} ms`,
      ratio: `${(step / floor50).toFixed(1)} x the floor (p99 ${(step99 / floor99).toFixed(1)} x)`,
      how: [
        `${durations.length} steps that take no time, from intent to success, ${run.transactions.toFixed(1)} transactions a step,`,
        `engine and driver in one process; floor ${floor50.toFixed(2)} ms: QoS 1 there and back`,
        `(${percentile(least.trip, 0.5).toFixed(2)} ms) + 4 commits of one row (${percentile(least.commit, 0.5).toFixed(2)} ms each),`,
        "one round before every step",
      ].join(" "),
    });
  });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
