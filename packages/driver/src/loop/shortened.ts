import type { CommandError } from "@labloop/contracts";
import type { Evidence } from "../define-device.ts";

/** What a report has room for beside 192 KiB of results, so that it stays below the 256 KiB of its topic (contract section 4). */
const mostEvidenceBytes = 32 * 1024;
const mostMessageBytes = 8 * 1024;
const shownBytes = 2 * 1024;

/** Returns evidence as a report carries it: whole where there is room, else how long it is, and how it begins. The journal keeps it whole. */
export function shortEvidence(evidence: Evidence): Evidence {
  const text = JSON.stringify(evidence);
  const bytes = Buffer.byteLength(text);
  if (bytes <= mostEvidenceBytes) return evidence;
  const shortened = `the evidence takes ${bytes} bytes, more than the ${mostEvidenceBytes} that a report has for it; the device's journal has all of it`;
  return { shortened, begins: beginningOf(text, shownBytes) };
}

/** Returns an error whose message a report has room for. */
export function shortError(error: CommandError): CommandError {
  const bytes = Buffer.byteLength(error.message);
  if (bytes <= mostMessageBytes) return error;
  return { ...error, message: `${beginningOf(error.message, shownBytes)} ... (${bytes} bytes in all)` };
}

/** So much of a text, ending with a whole character. */
function beginningOf(text: string, bytes: number): string {
  return Buffer.from(text)
    .subarray(0, bytes)
    .toString()
    .replace(/\uFFFD+$/, "");
}
