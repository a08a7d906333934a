import type { Log } from "@labloop/contracts";
import { pino } from "pino";

/**
 * Returns the log of this process: one JSON object a line, on stderr unless a file is named, warnings and worse unless
 * `LABLOOP_LOG` says otherwise.
 */
export function openLog(file?: string): Log {
  const destination = file === undefined ? pino.destination(2) : pino.destination({ dest: file, mkdir: true });
  return pino({ name: "labloop", level: process.env["LABLOOP_LOG"] ?? "warn", base: null }, destination);
}
