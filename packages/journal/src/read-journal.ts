import { DatabaseSync } from "node:sqlite";
import { LabError, type Outcome, type RecordedEvent } from "@labloop/contracts";
import { type ChainHead, genesisHash, type StoredRecord } from "./chain.ts";
import { checkRecord } from "./check-record.ts";
import { errorOf } from "./failed.ts";
import { schemaOf } from "./schema.ts";
import { isMissing, sqliteFailure } from "./sqlite-failure.ts";
import { storedHead, storedRecords } from "./stored-records.ts";
import type { VerifiedChain } from "./verify-chain.ts";
import { verifyJournal } from "./verify-journal.ts";

/** A journal open for reading only, while or after an engine writes it. */
export interface JournalReader {
  head(): ChainHead;
  /** Events from `fromSeq` (from 1), each checked against its hash as it is read; throws at the first that is not whole. */
  events(fromSeq?: number): Iterable<RecordedEvent>;
  /** Rows as they stand, unchecked, for `verifyChain` against a head that was kept elsewhere. */
  stored(): Iterable<StoredRecord>;
  /** Verifies the whole journal as it is now: the chain to its head, and the command and observation rows. */
  verify(): Outcome<VerifiedChain>;
  /** Calling it twice does nothing more. */
  close(): void;
}

/** Returns a reader; throws `journal.notFound`, `journal.unknownSchema` or `journal.damaged` when there is nothing to read. */
export function readJournal(file: string): JournalReader {
  const reader = readIfWritten(file);
  if (reader !== undefined) return reader;
  throw new LabError("journal.notFound", `there is no journal in ${file}`, {
    hint: "check the path of the lab's folder",
  });
}

/** Returns a reader, or nothing when the file is absent or empty. */
export function readIfWritten(file: string): JournalReader | undefined {
  let database: DatabaseSync;
  try {
    database = openForReading(file);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw sqliteFailure(error, file, "reading");
  }
  try {
    if (schemaOf(database, file) === "journal") return createReader(database, file);
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
    verify: () => verifyJournal(database, file),
    close() {
      if (database.isOpen) database.close();
    },
  };
}
