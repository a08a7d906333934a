import { createRealClock } from "@labloop/clock";
import { demoCampaign, demoLab, type Ended, launch, type Launched } from "./launch.ts";
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
  readonly hosts: readonly LabPart[];
  readonly broker: LabPart;
  /** Ends every process there is. */
  close(): Promise<void>;
}

/** The lab's devices, by the process that hosts them. */
const hosted = ["printer-1,printer-2,printer-3", "printer-4,printer-5", "arm,balance,tester"];

/** Starts the demo lab and its campaign in processes of their own, on an MQTT broker of the given kind. */
export async function openLabParts(order: {
  readonly data: string;
  readonly seed: number;
  readonly scale: number;
  readonly broker: "mosquitto" | "aedes";
}): Promise<LabParts> {
  const { data, seed, scale } = order;
  const worldArgs = ["world", demoLab, "--data", data, "--seed", String(seed), "--scale", String(scale), "--json"];
  const world = launch(worldArgs, { hasOwnGroup: true });
  await world.until((lines) => lines.length > 0);
  const port = await freePort();
  const url = `mqtt://127.0.0.1:${port}`;
  const broker = order.broker === "aedes" ? aedesPart(port) : await mosquittoPart(port);
  const hosts = hosted.map((devices) => {
    const args = ["host", demoLab, "--devices", devices, "--broker", url, "--data", data, "--json"];
    const count = devices.split(",").length;
    return launchedPart(`host of ${devices}`, args, (child) => child.until((lines) => lines.length >= count));
  });
  const runArgs = ["run", demoCampaign, "--no-devices", "--broker", url, "--data", data, "--json"];
  const engine = launchedPart("engine", runArgs, (child) => child.said((stderr) => stderr.includes("broker mqtt:")));
  for (const part of [broker, ...hosts, engine]) part.start();
  return {
    engine,
    hosts,
    broker,
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
      const started = launch(args, { hasOwnGroup: true });
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
