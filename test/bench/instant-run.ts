import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LoadedCampaign, loadCampaign } from "@labloop/cli";
import { createRandomIds, createRealClock, wallNow } from "@labloop/clock";
import { openMqttBus } from "@labloop/bus/mqtt";
import type { Clock, Ids, Log } from "@labloop/contracts";
import { createStreamPair, type DeviceStore, openDevice, openSqliteStore } from "@labloop/driver";
import { type EngineOptions, openEngine } from "@labloop/engine";
import { openJournal } from "@labloop/journal";
import mixer from "./instant-lab/driver.ts";

export const lab = "bench";

const say = (fields: object, message: string) => console.error(message, fields);
export const benchLog: Log = { debug: () => undefined, info: () => undefined, warn: say, error: say };

/** How a campaign of steps that take no time went. */
export interface InstantRun {
  /** From the moment before a step's intent is appended to the moment after its success is, ms. */
  readonly durations: readonly number[];
  /** Transactions of engine and devices a step, and steps a second from the first intent to the last success. */
  readonly transactions: number;
  readonly perSecond: number;
  /** Processor time of this whole process a step, ms: unlike the rate, hardly more on a busy machine. */
  readonly cpuMs: number;
  /** Facts that one transaction of the engine took, on average. */
  readonly eventsPerCommit: number;
}

/**
 * Runs the instant campaign with so many devices on a broker: engine, journal, drivers and device journals are the real
 * ones, in this process; the act itself takes no time. `beforeProposal` is waited for before each proposal.
 */
export async function runInstantly(order: {
  readonly url: string;
  readonly folder: string;
  readonly devices: number;
  readonly experiments: number;
  readonly beforeProposal?: () => Promise<void>;
}): Promise<InstantRun> {
  const { url, folder, experiments, beforeProposal = async () => undefined } = order;
  const campaign = await instantCampaign(folder, order.devices, experiments);
  const clock = createRealClock();
  const ids = createRandomIds(clock);
  const bus = { url, lab, linkClock: clock, jitter: () => 0.5, log: benchLog };
  let deviceTransactions = 0;
  const drivers = [];
  for (let n = 1; n <= order.devices; n++) {
    const store = openSqliteStore({ path: join(folder, `mixer-${n}.db`), ids });
    const watched = watching(store, "write", (change) => {
      deviceTransactions++;
      return store.write(change);
    });
    drivers.push(await openMixer({ url, deviceId: `mixer-${n}`, store: watched, clock, ids }));
  }

  const cpu = process.cpuUsage();
  const durations: number[] = [];
  const intendedAt = new Map<string, number>();
  let commits = 0;
  let events = 0;
  let lastAt = 0;
  const terms = { cell: "main", holder: "bench", leaseLifeMs: 10_000, monotonicNow: () => clock.now() };
  const journal = openJournal({ file: join(folder, "journal.db"), ...terms });
  const engineBus = openMqttBus({ ...bus, clientId: `eng-main-${journal.lease.epoch}` });
  const engine = openEngine({
    journal: watching(journal, "append", (facts, at) => {
      commits++;
      events += facts.length;
      const from = wallNow();
      const records = journal.append(facts, at);
      lastAt = wallNow();
      for (const event of facts) {
        if (event.type === "step.intended") intendedAt.set(event.commandId, from);
        if (event.type === "step.succeeded") durations.push(lastAt - intendedAt.get(event.commandId)!);
      }
      return records;
    }),
    bus: engineBus,
    proposer: proposerAfter(beforeProposal),
    labClock: clock,
    linkClock: clock,
    ids,
    recipe: campaign.recipe(1, { kind: "operator", name: "bench" }),
    engineId: "bench",
    clock: { kind: "real", scale: 1, labAt: clock.now(), wallAt: clock.now() },
    cell: "main",
    log: benchLog,
  });
  const end = await engine.end;
  const { user, system } = process.cpuUsage(cpu);
  await engine.close();
  await Promise.all([...drivers.map((driver) => driver.close()), engineBus.close()]);
  journal.close();
  if (end.kind !== "ended" || durations.length !== experiments) {
    throw new Error(`the campaign came to ${durations.length} of ${experiments} steps and is ${end.kind}`);
  }
  const [first = 0] = intendedAt.values();
  return {
    durations,
    transactions: (commits + deviceTransactions) / experiments,
    cpuMs: (user + system) / 1_000 / experiments,
    perSecond: (experiments / (lastAt - first)) * 1_000,
    eventsPerCommit: events / commits,
  };
}

/** Opens the driver of a mixer that takes no time. */
export function openMixer(order: {
  readonly url: string;
  readonly deviceId: string;
  readonly store: DeviceStore;
  readonly clock: Clock;
  readonly ids: Ids;
}) {
  const { url, deviceId, store, clock, ids } = order;
  const bus = { url, lab, linkClock: clock, jitter: () => 0.5, log: benchLog };
  return openDevice({
    definition: mixer,
    deviceId,
    config: {},
    mode: "simulated",
    connect: (will) => openMqttBus({ ...bus, clientId: `dev-${deviceId}`, will }),
    store,
    openWire: async () => createStreamPair(clock)[0],
    labClock: clock,
    linkClock: clock,
    ids,
    log: benchLog,
  });
}

/** Writes the instant campaign with so many devices and experiments into a folder, and loads it. */
export async function instantCampaign(folder: string, devices: number, experiments: number): Promise<LoadedCampaign> {
  const original = join(import.meta.dirname, "instant-lab");
  const text = (name: string) => readFileSync(join(original, name), "utf8");
  const [head = ""] = text("lab.yaml").split("  mixer:");
  const module = JSON.stringify(join(original, "driver.ts"));
  const rows = Array.from(
    { length: devices },
    (_, n) => `  mixer-${n + 1}:\n    module: ${module}\n    transport: { plant: none }\n`,
  );
  writeFileSync(join(folder, "lab.yaml"), head + rows.join(""));
  const campaign = text("campaign.yaml")
    .replace("experiments: 400", `experiments: ${experiments}`)
    .replace("protocol: protocol.yaml", `protocol: ${JSON.stringify(join(original, "protocol.yaml"))}`)
    .replace("candidates: candidates.csv", `candidates: ${JSON.stringify(join(original, "candidates.csv"))}`);
  const file = join(folder, "campaign.yaml");
  writeFileSync(file, campaign);
  const loaded = await loadCampaign(file);
  if (!loaded.ok) throw new Error(loaded.faults.map(({ message }) => message).join("\n"));
  return loaded.value;
}

/** Proposes one candidate after the other: what the optimizer costs is another bench. */
export function proposerAfter(ready: () => Promise<void>): EngineOptions["proposer"] {
  return {
    async propose(question) {
      const { study, trials } = question;
      const { candidates = [] } = study;
      await ready();
      return {
        parameters: candidates[trials.length % candidates.length]!,
        predicted: null,
        acquisition: { name: "random-start", value: null, incumbent: null },
        why: "it is the next in the list",
        surrogate: {
          kind: "space-filling",
          kernel: null,
          lengthscales: [],
          noiseVariance: null,
          logPosterior: null,
          measurements: trials.length,
          distinct: candidates.length,
        },
        best: null,
      };
    },
    close: async () => undefined,
  };
}

/** Returns the original with another method in the place of one. */
function watching<T extends object, K extends keyof T>(original: T, method: K, instead: T[K]): T {
  return new Proxy(original, { get: (target, name) => (name === method ? instead : Reflect.get(target, name)) });
}
