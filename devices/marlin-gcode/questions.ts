import { LabError } from "@labloop/contracts";
import type { PrinterSession } from "./session.ts";
import type { Sighting } from "./verdict.ts";
import type { MarlinReply } from "./wire.ts";

/** Asks for all that tells what became of a print; moves nothing. */
export async function look(session: PrinterSession): Promise<Sighting> {
  // The counters come last, so that a print that ends between the questions is seen as ended.
  const printing = await isPrinting(session);
  const current = find(await session.command("M27 C"), "currentFile");
  if (current === undefined) throw unanswered("M27 C", "this build does not tell the file in print");
  return { isPrinting: printing, currentFile: current.file, ...(await readCounters(session)) };
}

/** Whether the printer reads a file now; a paused one does not. */
export async function isPrinting(session: PrinterSession): Promise<boolean> {
  const replies = await session.command("M27");
  // An automatic report may stand before the answer; the later one is the newer.
  const status = replies.findLast((reply) => reply.kind === "printing" || reply.kind === "notPrinting");
  if (status === undefined) throw unanswered("M27", "this build has no SDSUPPORT");
  return status.kind === "printing";
}

/** The counters of M78; `printer.unanswered` from a firmware built without them. */
export async function readCounters(session: PrinterSession): Promise<Pick<Sighting, "prints" | "finished" | "failed">> {
  const stats = find(await session.command("M78"), "stats");
  if (stats === undefined) throw unanswered("M78", "build the firmware with PRINTCOUNTER and EEPROM_SETTINGS");
  return { prints: stats.prints, finished: stats.finished, failed: stats.failed };
}

/** Returns the first reply of a kind. */
export function find<Kind extends MarlinReply["kind"]>(replies: readonly MarlinReply[], kind: Kind) {
  return replies.find((reply): reply is Extract<MarlinReply, { kind: Kind }> => reply.kind === kind);
}

function unanswered(command: string, hint: string): LabError {
  return new LabError("printer.unanswered", `the printer did not answer ${command}`, { hint });
}

/** Seconds of the last print; null when the printer was restarted since. */
export async function readPrintTime(session: PrinterSession): Promise<number | null> {
  const seconds = find(await session.command("M31"), "printTime")?.seconds;
  return seconds === undefined || seconds === 0 ? null : seconds;
}
