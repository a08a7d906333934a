// Measures how soon a campaign is there: from the start of the process to its first line, to the dashboard's address and
// to the first observation, on a machine that has run it before. The first two are compared with a Node that does nothing,
// the last with the time that the lab itself takes for an experiment. Run: node test/bench/warm-start.ts [starts]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { wallNow } from "@labloop/clock";
import { readJournal } from "@labloop/journal";
import { tell } from "./figure.ts";
import { percentile } from "./percentile.ts";
import { root, scratchFolder } from "./scratch-folder.ts";

const starts = Number(process.argv[2] ?? 5);
const scale = 1_600;

/** How long one start took until each of these, in ms from the start of the process. */
interface Start {
  readonly line: number;
  readonly dashboard: number;
  readonly observation: number;
  /** What the lab takes for one experiment, on the wall clock. */
  readonly experiment: number;
}

async function start(): Promise<Start> {
  const data = scratchFolder();
  const command = ["packages/cli/bin/labloop.mjs", "run", "protocols/crossed-barrel/campaign.yaml", "--port", "0"];
  const from = wallNow();
  const child = spawn(process.execPath, [...command, "--scale", String(scale), "--data", data], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  try {
    const seen = new Map<string, number>();
    let said = "";
    await new Promise<void>((resolve, reject) => {
      const hear = (chunk: Buffer) => {
        said += chunk.toString();
        const at = wallNow() - from;
        for (const [what, pattern] of [
          ["line", /\n/],
          ["dashboard", /^dashboard http/m],
          ["observation", /^ +1\/60 /m],
        ] as const) {
          if (!seen.has(what) && pattern.test(said)) seen.set(what, at);
        }
        if (seen.size === 3) resolve();
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.once("exit", () => reject(new Error(`labloop ended before its first observation:\n${said}`)));
    });
    child.kill("SIGKILL");
    await ended;
    const of = (what: string) => seen.get(what) ?? Number.NaN;
    const experiment = experimentMs(join(data, "journal.db"));
    return { line: of("line"), dashboard: of("dashboard"), observation: of("observation"), experiment };
  } finally {
    child.kill("SIGKILL");
    await ended;
    rmSync(data, { recursive: true, force: true });
  }
}

/** How long the lab took from its first command to its first observation: lab time, as fast as it was made to run. */
function experimentMs(file: string): number {
  const journal = readJournal(file);
  try {
    const events = [...journal.events()];
    const at = (type: string) => events.find(({ event }) => event.type === type)?.labAt ?? Number.NaN;
    return (at("observation.made") - at("step.intended")) / scale;
  } finally {
    journal.close();
  }
}

async function startNothing(): Promise<number> {
  const from = wallNow();
  await once(spawn(process.execPath, ["-e", ""], { stdio: "ignore" }), "exit");
  return wallNow() - from;
}

await startNothing();
await start();
const nothing: number[] = [];
const measured: Start[] = [];
for (let n = 0; n < starts; n++) {
  nothing.push(await startNothing());
  measured.push(await start());
}
const bare = percentile(nothing, 0.5);
const median = (key: keyof Start) =>
  percentile(
    measured.map((one) => one[key]),
    0.5,
  );
const how = `median of ${starts} starts, each beside a Node that does nothing (${bare.toFixed(0)} ms)`;
for (const [key, name] of [
  ["line", "start to first line"],
  ["dashboard", "start to dashboard"],
] as const) {
  const ms = median(key);
  tell({ name, figure: `${ms.toFixed(0)} ms`, ratio: `${(ms / bare).toFixed(1)} x a bare Node`, how });
}
const [observation, experiment] = [median("observation"), median("experiment")];
tell({
  name: "start to observation",
  figure: `${observation.toFixed(0)} ms`,
  ratio: `${(observation / experiment).toFixed(1)} x the experiment`,
  how: `median of ${starts} starts of the demo at scale ${scale}; its first experiment alone takes ${experiment.toFixed(0)} ms there`,
});
