import { DatabaseSync } from "node:sqlite";
import { type LabEventType, LabError, type Outcome, type RecordedEvent } from "@labloop/contracts";
import { type ChainHead, genesisHash, type StoredRecord } from "./chain.ts";
import { checkRecord } from "./check-record.ts";
import { errorOf } from "./failed.ts";
import { schemaOf } from "./schema.ts";
import { isMissing, sqliteFailure } from "./sqlite-failure.ts";
import { lastStoredRecord, storedHead, storedRecords, storedRecordsOf } from "./stored-records.ts";
import type { VerifiedChain } from "./verify-chain.ts";
import { verifyJournal } from "./verify-journal.ts";

/** A journal open for reading only, while or after an engine writes it. */
export interface JournalReader {
  head(): ChainHead;
  /** Events from `fromSeq` (from 1), each checked against its hash as it is read; throws at the first that is not whole. */
  events(fromSeq?: number): Iterable<RecordedEvent>;
  /** Rows as they stand, unchecked, for `verifyChain` against a head that was kept elsewhere. */
  stored(): Iterable<StoredRecord>;
  /** The last row, and the rows of some types, as they stand, unchecked. */
  lastStored(): StoredRecord | undefined;
  storedOf(types: readonly LabEventType[]): StoredRecord[];
  /**
   * Verifies the whole journal as it is now: the chain to its head, and the command and observation rows. `onRecord` is given
   * each event on the way, so that whoever needs both reads it once; what it makes of them counts only if all is whole.
   */
  verify(onRecord?: (record: RecordedEvent) => void): Outcome<VerifiedChain>;
  /** Calling it twice does nothing more. */
  close(): void;
}

/** Returns a reader; throws `journal.notFound`, `journal.unknownSchema` or `journal.damaged` when there is nothing to read. */
export function readJournal(file: string): JournalReader {
  const database = openIfWritten(file);
  if (database !== undefined) return createReader(database, file);
  throw new LabError("journal.notFound", `there is no journal in ${file}`, {
    hint: "check the path of the lab's folder",
  });
}

/** Returns the database of a journal for reading, or nothing when the file is absent or empty. */
export function openIfWritten(file: string): DatabaseSync | undefined {
  let database: DatabaseSync;
  try {
    database = openForReading(file);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw sqliteFailure(error, file, "reading");
  }
  try {
    if (schemaOf(database, file) === "journal") return database;
    database.close();
    return undefined;
  } catch (error) {
    database.close();
    throw sqliteFailure(error, file, "reading");
  }
}

/** Yields checked events from a database that is open already. */
export function* checkedRecords(database: DatabaseSync, file: string, fromSeq: number): Generator<RecordedEvent, void> {
  let place = { seq: fromSeq, prevHash: fromSeq === 1 ? genesisHash : undefined };
  for (const row of storedRecords(database, file, fromSeq)) {
    const record = checkRecord(row, place);
    if (!record.ok) throw errorOf(record, file);
    place = { seq: row.seq + 1, prevHash: row.hash };
    yield record.value;
  }
}

function openForReading(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5000, defensive: false });
  // A file that was cut short is otherwise refused as a whole; so, the events before the cut can be read and the last named.
  database.exec("PRAGMA writable_schema = ON");
  return database;
}

function createReader(database: DatabaseSync, file: string): JournalReader {
  return {
    head: () => storedHead(database),
    events: (fromSeq = 1) => checkedRecords(database, file, fromSeq),
    stored: () => storedRecords(database, file, 1),
    lastStored: () => lastStoredRecord(database, file),
    storedOf: (types) => storedRecordsOf(database, file, types),
    verify: (onRecord) => verifyJournal(database, file, onRecord),
    close() {
      if (database.isOpen) database.close();
    },
  };
}
