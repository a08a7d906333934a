import { LabError } from "@labloop/contracts";
import type { CommandRecord } from "./command-record.ts";
import type { JournalChange } from "./device-store.ts";
import type { KeptResult } from "./kept-result.ts";

/** Returns every record that a change writes. */
export function recordsOf(change: JournalChange): readonly CommandRecord[] {
  return [...(change.record === undefined ? [] : [change.record]), ...(change.records ?? [])];
}

/** Returns the error for a result that the journal has no room for. */
export function resultQuotaError(result: KeptResult, roomBytes: number): LabError {
  return new LabError(
    "device.resultQuota",
    `the result of ${result.commandId} has ${result.bytes.length} bytes, and there is room for ${Math.max(0, roomBytes)}`,
    { hint: "results make room once the engine has fetched and acknowledged them" },
  );
}
