import { LabError, type Outcome, type RecordedEvent } from "@labloop/contracts";
import { type ChainHead, genesisHash, type StoredRecord } from "./chain.ts";
import { checkRecord } from "./check-record.ts";
import { failed } from "./failed.ts";

/** What a verified chain amounts to. */
export interface VerifiedChain {
  readonly events: number;
  /** Hash of the last event, or the genesis hash. */
  readonly head: string;
}

/**
 * Walks every record from event 1 and returns how many there are, or the first fault (I7).
 *
 * The fault is `journal.altered`, `journal.gap`, `journal.malformed` or `journal.damaged` and names the event. Only a
 * `head` kept elsewhere shows that the last records are missing, or that the whole chain was written anew. `onRecord` is
 * given each event as soon as it is known to be whole, up to the first that is not.
 */
export function verifyChain(
  records: Iterable<StoredRecord>,
  head?: ChainHead,
  onRecord?: (record: RecordedEvent) => void,
): Outcome<VerifiedChain> {
  let last: ChainHead = { seq: 0, hash: genesisHash };
  try {
    for (const row of records) {
      if (row.seq === (head?.seq ?? Number.POSITIVE_INFINITY) + 1) {
        return failed("journal.altered", `event ${row.seq} (${row.type}) stands after the head, event ${head?.seq}`);
      }
      const record = checkRecord(row, { seq: last.seq + 1, prevHash: last.hash });
      if (!record.ok) return record;
      last = record.value;
      onRecord?.(record.value);
    }
  } catch (error) {
    if (!(error instanceof LabError) || error.code !== "journal.damaged") throw error;
    return failed(error.code, error.message);
  }
  if (head !== undefined && last.seq < head.seq) {
    return failed("journal.gap", `event ${last.seq + 1} is missing: the last one should be event ${head.seq}`);
  }
  if (head !== undefined && last.hash !== head.hash) {
    return failed("journal.altered", `the head was altered: its hash is not that of event ${last.seq}`);
  }
  return { ok: true, value: { events: last.seq, head: last.hash } };
}
