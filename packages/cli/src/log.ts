import type { Log } from "@labloop/contracts";
import { pino } from "pino";

/** Returns the log of this process: one JSON object a line on stderr, warnings and worse unless `LABLOOP_LOG` says otherwise. */
export function openLog(): Log {
  return pino({ name: "labloop", level: process.env["LABLOOP_LOG"] ?? "warn", base: null }, pino.destination(2));
}
