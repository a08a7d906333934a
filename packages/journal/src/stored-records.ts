import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import { LabError } from "@labloop/contracts";
import type { ChainHead, StoredRecord } from "./chain.ts";
import { sqliteFailure } from "./sqlite-failure.ts";

/** Rows fetched at once: one page bounds memory, and how long a reader holds back the write-ahead log's checkpoint. */
const pageRows = 256;

/**
 * Yields the rows from `fromSeq` on, until there is none left at the time of looking.
 *
 * Throws `journal.damaged` where SQLite cannot read on; the rows before that have been yielded by then.
 */
export function* storedRecords(database: DatabaseSync, file: string, fromSeq: number): Generator<StoredRecord, void> {
  const statement = database.prepare(
    `SELECT seq, epoch, lab_at AS labAt, wall_at AS wallAt, type, body, prev_hash AS prevHash, hash
     FROM events WHERE seq >= ? ORDER BY seq LIMIT ${pageRows}`,
  );
  let last: StoredRecord | undefined;
  for (;;) {
    const page: StoredRecord[] = [];
    let failure: unknown;
    try {
      // No statement stays open while the consumer runs: it may append, or never come back.
      for (const row of statement.iterate((last?.seq ?? fromSeq - 1) + 1)) page.push(recordOf(row));
    } catch (error) {
      failure = error;
    }
    yield* page;
    last = page.at(-1) ?? last;
    if (failure !== undefined) throw unreadable(failure, file, last);
    if (page.length === 0) return;
  }
}

/** Returns the head that was written with the last append. */
export function storedHead(database: DatabaseSync): ChainHead {
  const row = database.prepare("SELECT head_seq AS seq, head_hash AS hash FROM meta").get();
  if (row === undefined) throw new LabError("journal.damaged", "the journal's head is missing");
  return row as unknown as ChainHead;
}

/** Returns the row as a record; a strict table gives other types only from a page that is no longer what was written. */
function recordOf(row: Record<string, SQLOutputValue>): StoredRecord {
  const { seq, epoch, labAt, wallAt, type, body, prevHash, hash } = row;
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
