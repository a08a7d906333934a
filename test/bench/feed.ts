// Measures the live feed on loopback: how late watchers are told, and what it costs the process that serves them. The server
// runs alone in a child process; its events come ready-made, so that the journal's own cost is left out.
// Run: node test/bench/feed.ts [events a second] [watchers] [seconds] [runs in flight]
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createMemoryBroker } from "@labloop/bus";
import { createRandomIds, createRealClock, wallNow } from "@labloop/clock";
import { commandIdOf, type LabEvent, type Log, type Plan, type RecordedEvent } from "@labloop/contracts";
import { openGateway } from "@labloop/gateway";
import { WebSocket } from "ws";
import { tell } from "./figure.ts";
import { percentile } from "./percentile.ts";

const [rate = 10_000, watchers = 200, seconds = 6, runs = 20] = process.argv.slice(2).map(Number);
/** Events are made in bursts: a timer of a millisecond does not keep time. */
const burstMs = 10;

/** What the server tells at the end: when it made each burst, and the CPU time it took meanwhile. */
interface Account {
  readonly bursts: readonly { readonly lastSeq: number; readonly at: number }[];
  readonly cpuMs: number;
  readonly ms: number;
}

const ulid = (n: number) => `01${String(n).padStart(24, "0")}`;
const digest = "0".repeat(64);
const steps = ["print", "fetch", "weigh", "place", "crush"];

const plan: Plan = {
  protocol: "bench",
  version: "1.0.0",
  protocolDigest: digest,
  parameters: { height: 1 },
  roles: {},
  steps: steps.map((key) => ({
    key,
    role: key,
    op: "act",
    params: {},
    retryClass: "idempotent",
    typicalMs: 60_000,
    maxMs: 120_000,
    after: [],
    claims: [key],
    partFrom: null,
    partTo: null,
  })),
  executedBy: [],
};

const commandOf = (run: number, step: number) => commandIdOf(ulid(1_000 + 10 * run + step), 1);

/** A campaign, and every run of the bench queued, with all its steps intended. */
function* opening(): Generator<LabEvent> {
  yield {
    type: "campaign.created",
    campaignId: ulid(1),
    campaign: "bench",
    lab: "bench",
    mode: "simulated",
    seed: 1,
    documents: { campaign: digest, protocol: digest, lab: digest, candidates: digest },
    space: { parameters: [{ name: "height", unit: "mm", min: 0, max: 100 }] },
    objective: { name: "toughness", unit: "J", goal: "maximise" },
    experiments: runs,
    clock: { kind: "real", scale: 1, labAt: 0, wallAt: 0 },
    actor: { kind: "operator", name: "bench" },
    access: "open",
    dataManager: "bench",
    grant: null,
  };
  for (let run = 0; run < runs; run++) {
    const ids = { runId: ulid(100_000 + run), proposalId: ulid(200_000 + run), sampleId: ulid(300_000 + run) };
    yield { type: "run.queued", ...ids, parameters: plan.parameters, plan, planDigest: digest };
    for (const [step, stepKey] of steps.entries()) {
      yield {
        type: "step.intended",
        runId: ids.runId,
        stepId: commandOf(run, step).slice(0, 26),
        stepKey,
        attempt: 1,
        commandId: commandOf(run, step),
        device: `${stepKey}-${run}`,
        dseq: 1,
        op: "act",
        params: {},
        paramsHash: digest,
        retryClass: "idempotent",
        ttlMs: 1_000,
        maxDurationMs: 120_000,
        bindings: {},
        decision: "first attempt",
      };
    }
  }
}

/** The n-th fact of the flood: it goes through runs and steps in turn, so that every row changes all the time. */
function factOf(n: number): LabEvent {
  return { type: "step.sent", commandId: commandOf(n % runs, Math.floor(n / runs) % steps.length) };
}

async function serve(): Promise<void> {
  const clock = createRealClock();
  const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: console.error };
  let seq = 0;
  let listener: (record: RecordedEvent) => void = () => undefined;
  const record = (event: LabEvent) => listener({ seq: ++seq, epoch: 1, labAt: seq, wallAt: seq, event, hash: digest });
  const gateway = await openGateway({
    port: 0,
    desk: { submit: () => ({ ok: true, seq }), explain: () => [] },
    journal: {
      subscribe(_fromSeq, added) {
        listener = added;
        return () => undefined;
      },
    },
    bus: createMemoryBroker({ lab: "bench", clock }).connect({ clientId: "eng-main-1" }),
    labClock: clock,
    linkClock: clock,
    ids: createRandomIds(clock),
    band: null,
    assets: "",
    observationsCsv: "",
    log: quiet,
  });
  for (const event of opening()) record(event);
  process.send?.(gateway.url);
  await once(process, "message");

  const bursts: { lastSeq: number; at: number }[] = [];
  const from = wallNow();
  const cpu = process.cpuUsage();
  let made = 0;
  const flood = setInterval(() => {
    const due = Math.floor(((wallNow() - from) / 1_000) * rate);
    while (made < due) record(factOf(made++));
    bursts.push({ lastSeq: seq, at: wallNow() });
    if (wallNow() - from < seconds * 1_000) return;
    clearInterval(flood);
    const { user, system } = process.cpuUsage(cpu);
    const account: Account = { bursts, cpuMs: (user + system) / 1_000, ms: wallNow() - from };
    process.send?.(account);
  }, burstMs);
  await once(process, "message");
  await gateway.close();
  process.disconnect();
}

/** Opens so many watchers on a server of their own, floods it, and returns its account and how late each burst came. */
async function measure(count: number): Promise<{ account: Account; lateMs: number[]; bytes: number; batches: number }> {
  const server: ChildProcess = fork(import.meta.filename, process.argv.slice(2), {
    env: { ...process.env, SERVE: "1" },
  });
  const [url] = (await once(server, "message")) as [string];
  const told: { readonly watcher: number; readonly to: number; readonly at: number }[] = [];
  let bytes = 0;
  const sockets = await Promise.all(
    Array.from({ length: count }, async (_, watcher) => {
      const socket = new WebSocket(`${url.replace("http", "ws")}/feed`);
      await once(socket, "open");
      const answered = once(socket, "message");
      socket.send(JSON.stringify({ v: 1, type: "hello", since: 0, feedId: null }));
      await answered;
      socket.on("message", (frame: Buffer) => {
        bytes += frame.length;
        const to = /^\{"v":1,"type":"batch","from":\d+,"to":(\d+),/.exec(frame.toString("latin1", 0, 80))?.[1];
        if (to !== undefined) told.push({ watcher, to: Number(to), at: wallNow() });
      });
      return socket;
    }),
  );
  server.send("go");
  const [account] = (await once(server, "message")) as [Account];
  const last = account.bursts.at(-1)?.lastSeq;
  const isAllTold = () => told.filter(({ to }) => to === last).length === count;
  while (!isAllTold()) await new Promise((resolve) => setTimeout(resolve, 50));
  for (const socket of sockets) socket.terminate();
  server.send("end");
  await once(server, "exit");

  const lateMs: number[] = [];
  const nextOf = Array.from({ length: count }, () => 0);
  for (const { watcher, to, at } of told) {
    for (;;) {
      const burst = account.bursts[nextOf[watcher] ?? 0];
      if (burst === undefined || burst.lastSeq > to) break;
      lateMs.push(at - burst.at);
      nextOf[watcher] = (nextOf[watcher] ?? 0) + 1;
    }
  }
  return { account, lateMs, bytes, batches: told.length };
}

if (process.env["SERVE"] === "1") await serve();
else {
  const idle = await measure(0);
  const busy = await measure(watchers);
  const share = ({ account }: typeof idle) => (100 * account.cpuMs) / account.ms;
  const { account, lateMs, bytes, batches } = busy;
  const made = (account.bursts.at(-1)?.lastSeq ?? 0) / (account.ms / 1_000);
  const late = (of: number) => percentile(lateMs, of).toFixed(0);
  tell({
    name: "live feed",
    figure: `late by p50 ${late(0.5)} ms, p99 ${late(0.99)} ms; ${share(busy).toFixed(1)} % of a core`,
    ratio: `${(share(busy) / share(idle)).toFixed(1)} x the CPU without watchers`,
    how: [
      `${watchers} watchers, ${made.toFixed(0)} events/s for ${seconds} s, ${runs} runs in flight;`,
      `${(bytes / account.ms / 1_000).toFixed(0)} MB/s in ${(batches / (account.ms / 1_000)).toFixed(0)} batches/s;`,
      `${share(idle).toFixed(1)} % of a core without watchers`,
    ].join(" "),
  });
}
