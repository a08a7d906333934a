// Runs every bench, one after the other, each in a process of its own and at a size that a small machine takes, and prints
// what came of them as a table, with how each was taken. Run: npm run bench
import { fork } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { join } from "node:path";
import type { Figure } from "./figure.ts";

/** Each with its arguments; the first lines of the files say what they mean. */
const benches: readonly (readonly [file: string, ...args: string[]])[] = [
  ["durable-step.ts"],
  ["step-rate.ts", "1000"],
  ["recovery.ts", "100000"],
  ["detection.ts", "2"],
  ["bus-round-trip.ts", "2000"],
  ["idle-devices.ts", "500", "20", "8"],
  ["feed.ts", "10000", "200", "3"],
  ["optimizer-proposal.ts", "10"],
  ["numeric-kernel.ts", "5"],
  ["ask-time.ts", "3"],
  ["ask-memory.ts", "1000"],
  ["ask-list.ts", "100000"],
  ["caller-delay.ts", "1000", "5"],
  ["openblas.ts", "5"],
  ["warm-start.ts", "5"],
];

const figures: Figure[] = [];
for (const [file, ...args] of benches) {
  console.error(`${file} ...`);
  const child = fork(join(import.meta.dirname, file), args, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  child.on("message", (figure) => figures.push(figure as Figure));
  const [code] = (await once(child, "close")) as [number | null];
  if (code === 0) continue;
  console.error(`${file} failed`);
  process.exitCode = 1;
}

const columns = ["name", "figure", "ratio"] as const;
const heading: Figure = { name: "what", figure: "figure", ratio: "ratio", how: "" };
const rows = [heading, ...figures];
const widths = columns.map((column) => Math.max(...rows.map((row) => row[column].length)));
console.log(
  `\nNode ${process.versions.node} on ${process.platform}, ${cpus().length} x ${cpus()[0]?.model ?? "unknown"}\n`,
);
for (const row of rows) {
  console.log(
    columns
      .map((column, index) => row[column].padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
console.log("\nHow they were taken:\n");
for (const { name, how } of figures) console.log(`${name}: ${how}`);
