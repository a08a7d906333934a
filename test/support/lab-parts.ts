import { join } from "node:path";
import { createRealClock } from "@labloop/clock";
import type { ClockAnchor } from "@labloop/contracts";
import {
  demoCampaign,
  demoLab,
  type Ended,
  jsonLines,
  launch,
  type Launched,
  type LaunchOptions,
  root,
} from "./launch.ts";
import { freePort, type Mosquitto, openMosquitto } from "./mosquitto.ts";

/** One process of a lab that runs apart. */
export interface LabPart {
  readonly name: string;
  /** Starts the process; it need not be up yet. */
  start(): void;
  signal(name: "SIGSTOP" | "SIGCONT"): void;
  /** Ends it by SIGKILL and resolves when it is gone. */
  kill(): Promise<void>;
  /** How long each start took until the part said that it was up, ms; one that was killed before is not counted. */
  readonly startsMs: readonly number[];
}

/** The processes of one lab and its campaign. The world is the lab itself: it is never touched. */
export interface LabParts {
  readonly engine: LabPart & {
    /** The process that runs now, or ran last. */
    now(): Launched;
  };
  /** The world's process: its lines tell of every act as it is counted. */
  readonly world: Pick<Launched, "until">;
  readonly hosts: readonly LabPart[];
  /** The host of a device. */
  hostOf(device: string): LabPart;
  readonly broker: LabPart;
  /** The lab's own clock, ms. */
  readonly labNow: () => number;
  /** Ends every process there is. */
  close(): Promise<void>;
}

/**
 * Drivers and engine run without one rule of the contract, named by the number of its mutant, to see that it is missed:
 * `npm run test:chaos -- --mutant 4` sets this.
 */
const mutant = process.env["LABLOOP_CHAOS_MUTANT"];
const options: LaunchOptions = {
  hasOwnGroup: true,
  ...(mutant === undefined ? {} : { preload: join(root, "test/fault/mutate.ts"), env: { LABLOOP_MUTANT: mutant } }),
};

/** The lab's devices, by the process that hosts them. */
const hosted = ["printer-1,printer-2,printer-3", "printer-4,printer-5", "arm,balance,tester"];

/**
 * Starts a lab and its campaign in processes of their own, on an MQTT broker of the given kind: the demo's, or a variant
 * with the same devices. With `hasDesk` the engine stays open for a person's answers; else it ends when it needs some.
 */
export async function openLabParts(order: {
  readonly data: string;
  readonly seed: number;
  readonly scale: number;
  readonly broker: "mosquitto" | "aedes";
  readonly lab?: string;
  readonly campaign?: string;
  readonly hasDesk?: boolean;
}): Promise<LabParts> {
  const { data, seed, scale, lab = demoLab, campaign = demoCampaign } = order;
  const clock = createRealClock();
  const worldArgs = ["world", lab, "--data", data, "--seed", String(seed), "--scale", String(scale), "--json"];
  const world = launch(worldArgs, { hasOwnGroup: true });
  const [opened = ""] = await world.until((lines) => lines.length > 0);
  const anchor = jsonLines(opened)[0]?.["clock"] as ClockAnchor;
  const port = await freePort();
  const url = `mqtt://127.0.0.1:${port}`;
  const broker = order.broker === "aedes" ? aedesPart(port) : await mosquittoPart(port);
  const hosts = hosted.map((devices) => {
    const args = ["host", lab, "--devices", devices, "--broker", url, "--data", data, "--json"];
    const count = devices.split(",").length;
    return launchedPart(`host of ${devices}`, args, (child) => child.until((lines) => lines.length >= count));
  });
  const desk = order.hasDesk === true ? ["--port", "0", "--wait"] : [];
  const runArgs = ["run", campaign, "--no-devices", "--broker", url, "--data", data, "--json", ...desk];
  const engine = launchedPart("engine", runArgs, (child) => child.said((stderr) => stderr.includes("broker mqtt:")));
  for (const part of [broker, ...hosts, engine]) part.start();
  return {
    engine,
    world,
    hosts,
    hostOf: (device) => hosts[hosted.findIndex((devices) => devices.split(",").includes(device))]!,
    broker,
    labNow: () => anchor.labAt + (clock.now() - anchor.wallAt) * anchor.scale,
    async close() {
      for (const part of [engine, ...hosts, broker]) await part.kill();
      world.signal("SIGKILL");
      await world.ended;
    },
  };
}

function launchedPart(name: string, args: readonly string[], whenUp: (child: Launched) => Promise<unknown>) {
  const clock = createRealClock();
  const startsMs: number[] = [];
  let child: Launched | null = null;
  let end: Ended | null = null;
  return {
    name,
    startsMs,
    start() {
      const from = clock.now();
      const started = launch(args, options);
      child = started;
      end = null;
      void started.ended.then((ended) => {
        if (child === started) end = ended;
      });
      whenUp(started).then(
        () => startsMs.push(clock.now() - from),
        // It was killed before it was up: that is what the rounds are for, and whoever waits for its end sees why.
        () => undefined,
      );
    },
    now() {
      if (child === null) throw new Error(`${name} was not started`);
      return child;
    },
    signal(signal: NodeJS.Signals) {
      if (end === null) child?.signal(signal);
    },
    async kill() {
      if (child === null) return;
      if (end === null) child.signal("SIGKILL");
      await child.ended;
    },
  };
}

function aedesPart(port: number): LabPart {
  const args = ["broker", demoLab, "--port", String(port), "--json"];
  return launchedPart("broker aedes", args, (child) => child.until((lines) => lines.length > 0));
}

/** A Mosquitto that is up; its first `start` does nothing. */
async function mosquittoPart(port: number): Promise<LabPart> {
  let running: Promise<Mosquitto> | null = openMosquitto(port);
  let now: Mosquitto | null = await running;
  return {
    name: "broker Mosquitto",
    startsMs: [],
    start() {
      running ??= openMosquitto(port).then((opened) => (now = opened));
    },
    signal: (name) => now?.signal(name),
    async kill() {
      const last = await running;
      running = null;
      now = null;
      await last?.kill();
    },
  };
}
