import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Log } from "@labloop/contracts";

const keptLength = 4_000;
/** The levels of pino, by their numbers. */
const levels = { 20: "debug", 30: "info", 40: "warn", 50: "error", 60: "error" } as const;

/**
 * Passes what a driver's process writes on to this one's log, line by line: its own log at the level it had, anything else
 * as a warning. Returns what gives the last of what it wrote to stderr besides its log.
 */
export function forwardLines(child: ChildProcess, device: string, log: Log): () => string {
  let kept = "";
  const pass = (line: string) => {
    const entry = logEntry(line);
    if (entry !== null) return log[entry.level]({ device, ...entry.fields }, entry.message);
    kept = `${kept}${line.slice(0, keptLength)}\n`.slice(-keptLength);
    if (line.trim() !== "") log.warn({ device, line: line.slice(0, keptLength) }, "a driver wrote this");
  };
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on("line", pass);
  }
  return () => kept;
}

function logEntry(line: string) {
  if (!line.startsWith("{")) return null;
  try {
    const { level, msg, time: _, name: __, ...fields } = JSON.parse(line) as Record<string, unknown>;
    const known = levels[level as keyof typeof levels];
    return known === undefined || typeof msg !== "string" ? null : { level: known, message: msg, fields };
  } catch {
    return null;
  }
}
