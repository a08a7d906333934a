import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryBroker } from "@labloop/bus";
import { createRealClock, createSeededIds, createVirtualClock, type VirtualClock } from "@labloop/clock";
import type { LabEvent, Log, OperatorCommand, OperatorDesk, Receipt, WaitingView } from "@labloop/contracts";
import { createProjection, openJournal } from "@labloop/journal";
import { onTestFinished } from "vitest";
import { type GatewayOptions, openGateway } from "../../src/index.ts";

/** The operators' desk as a gateway knows it: it keeps what it was given and answers what the test says. */
interface RecordingDesk extends OperatorDesk {
  readonly commands: OperatorCommand[];
  /** When, on the link clock, it was asked to explain. */
  readonly explainedAt: number[];
  answer: Receipt;
  waiting: WaitingView[];
}

/** Log lines, as `level message`. */
export function recordingLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const at = (level: string) => (_fields: object, message: string) => void lines.push(`${level} ${message}`);
  return { lines, debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** A folder with a small built dashboard, and a secret beside it. */
export function dashboardFolder(): { readonly base: string; readonly assets: string } {
  const base = mkdtempSync(join(tmpdir(), "labloop-gateway-"));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const assets = join(base, "dashboard");
  mkdirSync(join(assets, "assets"), { recursive: true });
  writeFileSync(join(assets, "index.html"), "<!doctype html><title>labloop</title>");
  writeFileSync(join(assets, "assets", "index-abc123.js"), "console.log('watch');\n".repeat(200));
  writeFileSync(join(base, "secret.txt"), "the secret");
  return { base, assets };
}

/** Opens a gateway on a free port over a journal in memory, all of it closed when the test has finished. */
export async function openRig(options: Partial<GatewayOptions> = {}) {
  const linkClock = options.linkClock ?? createRealClock();
  const journal = openJournal({
    memory: true,
    cell: "main",
    holder: "engine-1",
    leaseLifeMs: 10_000,
    monotonicNow: () => 0,
  });
  const projection = createProjection();
  journal.subscribe(1, (record) => projection.apply(record));
  const broker = createMemoryBroker({ lab: "demo", clock: linkClock });
  const desk: RecordingDesk = {
    commands: [],
    explainedAt: [],
    answer: { ok: true, seq: 7 },
    waiting: [],
    submit(command) {
      desk.commands.push(command);
      return desk.answer;
    },
    explain() {
      desk.explainedAt.push(linkClock.now());
      return desk.waiting;
    },
  };
  const { base, assets } = dashboardFolder();
  const log = recordingLog();
  const gateway = await openGateway({
    port: 0,
    desk,
    journal,
    bus: broker.connect({ clientId: "eng-main-1" }),
    labClock: linkClock,
    linkClock,
    ids: createSeededIds(linkClock, 1, "gateway"),
    band: null,
    assets,
    observationsCsv: join(base, "observations.csv"),
    log,
    ...options,
  });
  onTestFinished(async () => {
    await gateway.close();
    journal.close();
  });
  let labAt = 0;
  return {
    gateway,
    journal,
    desk,
    log,
    base,
    /** Clients join the lab's bus here. */
    broker,
    /** What everybody should be shown. */
    projection,
    append: (events: readonly LabEvent[]) => void journal.append(events, { labAt: ++labAt, wallAt: labAt }),
  };
}

/** A virtual clock, and a wait that lets it run, and real sockets with it, until something is so. */
export function openVirtualTime(): { clock: VirtualClock; until: (isSo: () => boolean) => Promise<void> } {
  const clock = createVirtualClock(1_000_000);
  return {
    clock,
    async until(isSo) {
      while (!isSo()) {
        // Without timers the clock stands still, and the sockets are what is waited for.
        if ((await clock.run(isSo)) === "idle") await new Promise<void>((resolve) => setImmediate(resolve));
      }
    },
  };
}
