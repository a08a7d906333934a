import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import { type LabEventType, LabError } from "@labloop/contracts";
import type { ChainHead, StoredRecord } from "./chain.ts";
import { sqliteFailure } from "./sqlite-failure.ts";

/** Rows fetched at once: one page bounds memory, and how long a reader holds back the write-ahead log's checkpoint. */
const pageRows = 256;

/** The columns of a record, in the order in which `recordOf` takes them. */
const columns = "seq, epoch, lab_at, wall_at, type, body, prev_hash, hash";

/**
 * Yields the rows from `fromSeq` on, until there is none left at the time of looking.
 *
 * Throws `journal.damaged` where SQLite cannot read on; the rows before that have been yielded by then.
 */
export function* storedRecords(database: DatabaseSync, file: string, fromSeq: number): Generator<StoredRecord, void> {
  // Rows as arrays, and a page of them at once, cost half of what objects one by one do.
  const statement = database.prepare(`SELECT ${columns} FROM events WHERE seq >= ? ORDER BY seq LIMIT ${pageRows}`);
  statement.setReturnArrays(true);
  let last: StoredRecord | undefined;
  for (;;) {
    // No statement stays open while the consumer runs: it may append, or never come back.
    const { page, failure } = readPage(statement, (last?.seq ?? fromSeq - 1) + 1);
    yield* page;
    last = page.at(-1) ?? last;
    if (failure !== undefined) throw unreadable(failure, file, last);
    if (page.length === 0) return;
  }
}

/** Returns one page, and what kept SQLite from reading all of it. */
function readPage(statement: StatementSync, fromSeq: number): { page: StoredRecord[]; failure?: unknown } {
  try {
    return { page: (statement.all(fromSeq) as unknown as Row[]).map(recordOf) };
  } catch {
    // Read again, row by row: those before the damage are whole.
    const page: StoredRecord[] = [];
    try {
      for (const row of statement.iterate(fromSeq) as unknown as Iterable<Row>) page.push(recordOf(row));
    } catch (failure) {
      return { page, failure };
    }
    return { page };
  }
}

/** Returns the last row as it stands, unchecked; undefined when there is none. */
export function lastStoredRecord(database: DatabaseSync, file: string): StoredRecord | undefined {
  try {
    const statement = database.prepare(`SELECT ${columns} FROM events ORDER BY seq DESC LIMIT 1`);
    statement.setReturnArrays(true);
    const row = statement.get() as unknown as Row | undefined;
    return row && recordOf(row);
  } catch (error) {
    throw unreadable(error, file, undefined);
  }
}

/** Returns the rows of some types as they stand, unchecked. */
export function storedRecordsOf(database: DatabaseSync, file: string, types: readonly LabEventType[]): StoredRecord[] {
  try {
    const places = types.map(() => "?").join(", ");
    const statement = database.prepare(`SELECT ${columns} FROM events WHERE type IN (${places}) ORDER BY seq`);
    statement.setReturnArrays(true);
    return (statement.all(...types) as unknown as Row[]).map(recordOf);
  } catch (error) {
    throw unreadable(error, file, undefined);
  }
}

/** Returns the head that was written with the last append. */
export function storedHead(database: DatabaseSync): ChainHead {
  const row = database.prepare("SELECT head_seq AS seq, head_hash AS hash FROM meta").get();
  if (row === undefined) throw new LabError("journal.damaged", "the journal's head is missing");
  return row as unknown as ChainHead;
}

type Row = readonly SQLOutputValue[];

/** Returns the row as a record; a strict table gives other types only from a page that is no longer what was written. */
function recordOf(row: Row): StoredRecord {
  const [seq, epoch, labAt, wallAt, type, body, prevHash, hash] = row;
  const hasNumbers =
    typeof seq === "number" && typeof epoch === "number" && typeof labAt === "number" && typeof wallAt === "number";
  const hasTexts =
    typeof type === "string" && typeof body === "string" && typeof prevHash === "string" && typeof hash === "string";
  if (!hasNumbers || !hasTexts) throw new RangeError("the next row has columns of other types than were written");
  return { seq, epoch, labAt, wallAt, type, body, prevHash, hash };
}

function unreadable(error: unknown, file: string, last: StoredRecord | undefined): unknown {
  const failure = sqliteFailure(error, file, "reading");
  // node:sqlite throws a RangeError for an integer beyond 2^53, which no writer stored.
  const isDamaged = error instanceof RangeError || (failure instanceof LabError && failure.code === "journal.damaged");
  if (!(error instanceof Error) || !isDamaged) return failure;
  const place = last === undefined ? "no event can be read" : `no event can be read after ${last.seq} (${last.type})`;
  return new LabError("journal.damaged", `${place}: ${error.message}`, { cause: error });
}
