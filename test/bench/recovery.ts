// Measures how long an engine takes from the start of its process until it is up again, after it was killed at work with kill
// -9, with so many events in its journal as a campaign of months would leave, and with a few: the difference is what the
// history costs. The events up to the first start are a real campaign's, one experiment of them repeated under ids of its own;
// then a real driver works for the engine, which is killed and started again and again. Everything is folded from the first
// event. Run: node test/bench/recovery.ts [events]
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openBroker } from "@labloop/broker";
import { createRandomIds, createRealClock, wallNow } from "@labloop/clock";
import { type LabEvent, sleep } from "@labloop/contracts";
import { openSqliteStore } from "@labloop/driver";
import { openJournal, readJournal } from "@labloop/journal";
import { tell } from "./figure.ts";
import { benchLog, instantCampaign, lab, openMixer, runInstantly } from "./instant-run.ts";
import { percentile } from "./percentile.ts";
import { root, scratchFolder } from "./scratch-folder.ts";

const wanted = Number(process.argv[2] ?? 100_000);
const starts = 3;
/** Events after which an engine has found its device again and works; more would do as well. */
const atWork = 15;
/** Experiments that are carried out for their events. */
const rehearsals = 4;
/** Events that one transaction takes here; any number would do. */
const batch = 1_000;

const clock = createRealClock();
const ids = createRandomIds(clock);

/** Returns the events of a short campaign up to its end, and its second experiment alone. */
function partsOf(file: string): { readonly before: LabEvent[]; readonly experiment: LabEvent[] } {
  const reader = readJournal(file);
  try {
    const events = [...reader.events()].map(({ event }) => event);
    const asked = events.flatMap(({ type }, index) => (type === "proposal.asked" ? [index] : []));
    const [, second = 0, third = 0] = asked;
    const end = events.findIndex(({ type }) => type === "campaign.finished");
    return { before: events.slice(0, end), experiment: events.slice(second, third) };
  } finally {
    reader.close();
  }
}

/** Returns an experiment's events as if it had been carried out later: under other ids, and with higher numbers. */
function repeated(experiment: readonly LabEvent[], times: number): LabEvent[] {
  const own = new Set<string>();
  for (const event of experiment) {
    if (event.type === "proposal.asked") own.add(event.proposalId);
    if (event.type === "run.queued") own.add(event.runId).add(event.sampleId);
    if (event.type === "step.intended") own.add(event.stepId);
    if (event.type === "observation.made") own.add(event.observation.observationId);
  }
  let text = JSON.stringify(experiment);
  for (const id of own) text = text.replaceAll(id, ids.ulid());
  // The device's own journal is not as long, so what it says of that stays as it was.
  text = text.replace(/"dseq":(\d+)/g, (_, n: string) => `"dseq":${Number(n) + times}`);
  return JSON.parse(text) as LabEvent[];
}

/** Writes a journal with at least so many events into a data folder. */
function writeHistory(data: string, events: number, parts: ReturnType<typeof partsOf>, experiments: number): void {
  mkdirSync(join(data, "world"), { recursive: true });
  const terms = { cell: "main", holder: "bench", leaseLifeMs: 600_000, monotonicNow: () => clock.now() };
  const journal = openJournal({ file: join(data, "journal.db"), ...terms });
  let written = 0;
  const append = (some: readonly LabEvent[]) => {
    journal.append(some, { labAt: clock.now(), wallAt: clock.now() });
    written += some.length;
  };
  append(parts.before.map((event) => (event.type === "campaign.created" ? { ...event, experiments } : event)));
  for (let n = rehearsals, some: LabEvent[] = []; written < events; n++) {
    some.push(...repeated(parts.experiment, n));
    if (some.length < batch && written + some.length < events) continue;
    append(some);
    some = [];
  }
  const [created] = journal.read();
  if (created?.event.type !== "campaign.created") throw new Error("the history does not begin with its campaign");
  const address = { v: 1, lab, seed: 1, clock: created.event.clock, wires: {} };
  writeFileSync(join(data, "world", "address.json"), JSON.stringify(address));
  journal.close();
}

/** Starts the engine on a data folder, kills it at work, and returns how long it took until it was up, ms. */
async function startAndKill(folder: string, data: string, url: string): Promise<number> {
  const journal = readJournal(join(data, "journal.db"));
  const before = journal.head().seq;
  const from = wallNow();
  const command = ["packages/cli/bin/labloop.mjs", "run", join(folder, "campaign.yaml"), "--no-devices"];
  const child = spawn(process.execPath, [...command, "--broker", url, "--data", data, "--json"], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  try {
    const tookMs = await new Promise<number>((resolve, reject) => {
      child.stderr.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes("broker mqtt:")) resolve(wallNow() - from);
      });
      child.once("exit", () => reject(new Error(`the engine ended before it was up:\n${said}`)));
    });
    while (journal.head().seq < before + atWork) await sleep(clock, 20);
    return tookMs;
  } finally {
    journal.close();
    child.removeAllListeners("exit");
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("close", resolve));
  }
}

const scratch = scratchFolder();
const broker = await openBroker({ lab, log: { ...benchLog, warn: () => undefined } });
try {
  const base = join(scratch, "base");
  mkdirSync(base);
  await runInstantly({ url: broker.url, folder: base, devices: 1, experiments: rehearsals });
  const parts = partsOf(join(base, "journal.db"));
  const experiments = wanted;
  await instantCampaign(scratch, 1, experiments);
  const median = async (name: string, events: number) => {
    // In a folder of its own: campaigns side by side share a lab, and what one leaves in it the other heeds.
    const data = join(scratch, name, "data");
    writeHistory(data, events, parts, experiments);
    copyFileSync(join(base, "mixer-1.db"), join(data, "mixer-1.db"));
    const store = openSqliteStore({ path: join(data, "mixer-1.db"), ids });
    const driver = await openMixer({ url: broker.url, deviceId: "mixer-1", store, clock, ids });
    // The first start is the one that there is to kill.
    await startAndKill(scratch, data, broker.url);
    const times: number[] = [];
    for (let n = 0; n < starts; n++) times.push(await startAndKill(scratch, data, broker.url));
    await driver.close();
    return percentile(times, 0.5);
  };
  const few = await median("few", 100);
  const many = await median("many", wanted);
  tell({
    name: `recovery, ${wanted} events`,
    figure: `${(many / 1_000).toFixed(1)} s`,
    ratio: `${(many / few).toFixed(1)} x a start with 100 events`,
    how: `median of ${starts} starts of the process after a kill -9 at work, until the engine is up and asks its devices; ${(few / 1_000).toFixed(1)} s with 100 events`,
  });
} finally {
  await broker.close();
  rmSync(scratch, { recursive: true, force: true });
}
