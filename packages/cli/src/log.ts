import { LabError, type Log } from "@labloop/contracts";
import { pino } from "pino";

/**
 * Returns the log of this process: one JSON object a line, on stderr unless a file is named, warnings and worse unless
 * `LABLOOP_LOG` says otherwise; throws `usage.badLogLevel` where that names no level.
 */
export function openLog(file?: string): Log {
  const destination = file === undefined ? pino.destination(2) : pino.destination({ dest: file, mkdir: true });
  // A log that cannot be written, of a closed terminal or on a full disk, ends nothing.
  destination.on("error", () => undefined);
  // Of an error nothing is written unless it is told how.
  const serializers = { error: pino.stdSerializers.err };
  return pino({ name: "labloop", level: levelOf(process.env["LABLOOP_LOG"]), base: null, serializers }, destination);
}

const levels: readonly string[] = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

function levelOf(wanted = "warn"): string {
  if (levels.includes(wanted)) return wanted;
  throw new LabError("usage.badLogLevel", `LABLOOP_LOG is ${wanted}, and should be one of ${levels.join(", ")}`);
}
