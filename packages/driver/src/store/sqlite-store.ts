import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { type Ids, LabError } from "@labloop/contracts";
import * as z from "zod";
import { CommandRecord } from "./command-record.ts";
import type { DeviceStore, JournalChange, JournalHead } from "./device-store.ts";
import { recordsOf } from "./journal-change.ts";
import { defaultResultQuotaBytes } from "./kept-result.ts";
import { resultTable } from "./result-table.ts";
import { latchAfter } from "./stop.ts";

/** The layout that this version writes; it stands in the file as SQLite's `user_version`. */
const schemaVersion = 3;

const resultTables = `
  CREATE TABLE result (command_id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, size INTEGER NOT NULL) STRICT;
  CREATE INDEX result_sha256 ON result (sha256);
  CREATE TABLE result_chunk (
    command_id TEXT NOT NULL, idx INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (command_id, idx)
  ) STRICT;
`;

/** What makes the next version of a file of version 1, which knew of no E-STOP, of 2, without local control and results. */
const upgrades: Readonly<Record<number, string>> = {
  1: `
    ALTER TABLE head ADD COLUMN stop_id INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE head ADD COLUMN latched INTEGER NOT NULL DEFAULT 0;
    PRAGMA user_version = 2;
  `,
  2: `
    ALTER TABLE head ADD COLUMN local_by TEXT;
    ALTER TABLE head ADD COLUMN local_since REAL;
    ${resultTables}
    PRAGMA user_version = 3;
  `,
};

const layout = `
  CREATE TABLE head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    journal_id TEXT NOT NULL, jseq INTEGER NOT NULL, fence INTEGER NOT NULL,
    watermark INTEGER NOT NULL, max_dseq INTEGER NOT NULL, bd_seq INTEGER NOT NULL,
    stop_id INTEGER NOT NULL, latched INTEGER NOT NULL, local_by TEXT, local_since REAL
  ) STRICT;
  CREATE TABLE command (
    command_id TEXT PRIMARY KEY, dseq INTEGER NOT NULL UNIQUE, state TEXT NOT NULL, acked INTEGER NOT NULL,
    started_jseq INTEGER, settled_at REAL, record TEXT NOT NULL
  ) STRICT;
  CREATE INDEX command_unacked ON command (dseq) WHERE acked = 0;
  CREATE INDEX command_unsettled ON command (dseq) WHERE settled_at IS NULL;
  CREATE INDEX command_started ON command (started_jseq);
  ${resultTables}
  PRAGMA user_version = ${schemaVersion};
`;

const HeadRow = z
  .object({
    journal_id: z.string(),
    jseq: z.number(),
    fence: z.number(),
    watermark: z.number(),
    max_dseq: z.number(),
    bd_seq: z.number(),
    stop_id: z.number(),
    latched: z.number(),
    local_by: z.string().nullable(),
    local_since: z.number().nullable(),
  })
  .transform(
    (row): JournalHead => ({
      journalId: row.journal_id,
      jseq: row.jseq,
      fence: row.fence,
      watermark: row.watermark,
      maxDseq: row.max_dseq,
      bdSeq: row.bd_seq,
      stopId: row.stop_id,
      isLatched: row.latched === 1,
      local: row.local_by === null ? null : { by: row.local_by, since: row.local_since ?? 0 },
    }),
  );

const CommandRow = z
  .object({ record: z.string(), acked: z.number() })
  .transform(({ record, acked }) => CommandRecord.parse({ ...JSON.parse(record), isAcked: acked === 1 }));

/**
 * Opens, or makes, the device journal in a file; every write is on disk when it returns (WAL, `synchronous=FULL`).
 *
 * Throws `device.journalInUse` while another process or store has the file (D13), `device.journalVersion` when it was
 * written by another version or is no device journal, `device.journalUnreadable` when SQLite cannot open it.
 */
export function openSqliteStore(options: {
  readonly path: string;
  readonly ids: Ids;
  /** For large results, in bytes; default 256 MiB. */
  readonly resultQuotaBytes?: number;
  /** What the file may grow to, in bytes; then a write fails as on a full disk. Without it the disk is the limit. */
  readonly maxBytes?: number;
}): DeviceStore {
  const { path, ids, resultQuotaBytes = defaultResultQuotaBytes, maxBytes } = options;
  const db = openFile(path);
  try {
    makeLayout(db, path, ids);
    if (maxBytes !== undefined) limitSize(db, maxBytes);
    return storeOver(db, resultQuotaBytes);
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Returns the latest instant in a device journal's file, on the clock of who wrote it, or null when it holds no command:
 * for virtual time, which must not go back when the process that made it has died. Throws as `openSqliteStore` does.
 */
export function lastRecordedAt(path: string): number | null {
  const db = openFile(path);
  try {
    // A process killed while it made the file leaves one without tables.
    if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'command'").get() === undefined) return null;
    const at = db.prepare(
      `SELECT max(max(ifnull(settled_at, 0), ifnull(record ->> 'startedAt', 0), record ->> 'recordedAt')) AS last
       FROM command`,
    );
    return z.object({ last: z.number().nullable() }).parse(at.get()).last;
  } finally {
    db.close();
  }
}

function openFile(path: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout: 0 });
    // Exclusive before anything else: SQLite then keeps the lock it takes with the first transaction until it is closed.
    db.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;");
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN EXCLUSIVE; COMMIT;");
    return db;
  } catch (error) {
    db?.close();
    const why = error instanceof Error ? error.message : String(error);
    if (isBusy(error)) {
      throw new LabError("device.journalInUse", `the device journal ${path} is open already: one driver per device`, {
        cause: error,
        hint: "stop the other driver of this device first",
      });
    }
    throw new LabError("device.journalUnreadable", `cannot open the device journal ${path}: ${why}`, { cause: error });
  }
}

/** SQLITE_BUSY is 5; its variants differ in the higher bits. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === 5;
}

function limitSize(db: DatabaseSync, maxBytes: number): void {
  const { page_size } = z.object({ page_size: z.number() }).parse(db.prepare("PRAGMA page_size").get());
  db.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxBytes / page_size))}`);
}

function makeLayout(db: DatabaseSync, path: string, ids: Ids): void {
  const version = z.object({ user_version: z.number() }).parse(db.prepare("PRAGMA user_version").get()).user_version;
  if (version === schemaVersion) return;
  const isJournal = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'head'").get() !== undefined;
  const steps = Object.entries(upgrades).filter(([from]) => Number(from) >= version);
  if (isJournal && version >= 1 && version < schemaVersion) {
    db.exec(`BEGIN; ${steps.map(([, step]) => step).join("")} COMMIT;`);
    return;
  }
  const isEmpty = db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
  if (version !== 0 || !isEmpty) {
    throw new LabError(
      "device.journalVersion",
      `${path} is no device journal of version ${schemaVersion} (it says ${version})`,
      { hint: "open it with the labloop version that wrote it; a new file would forget which commands have run" },
    );
  }
  db.exec(`BEGIN; ${layout}`);
  db.prepare("INSERT INTO head VALUES (1, ?, 0, 0, 0, 0, 0, 0, 0, NULL, NULL)").run(ids.random());
  db.exec("COMMIT");
}

function storeOver(db: DatabaseSync, resultQuotaBytes: number): DeviceStore {
  const sql = {
    find: db.prepare("SELECT record, acked FROM command WHERE command_id = ?"),
    findByDseq: db.prepare("SELECT record, acked FROM command WHERE dseq = ?"),
    unsettled: db.prepare("SELECT record, acked FROM command WHERE settled_at IS NULL ORDER BY dseq"),
    unacked: db.prepare("SELECT record, acked FROM command WHERE acked = 0 ORDER BY dseq"),
    startedAfter: db.prepare("SELECT 1 FROM command WHERE started_jseq > ? LIMIT 1"),
    put: db.prepare(
      `INSERT INTO command VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (command_id) DO UPDATE SET
       state = excluded.state, acked = excluded.acked, started_jseq = excluded.started_jseq,
       settled_at = excluded.settled_at, record = excluded.record WHERE dseq = excluded.dseq`,
    ),
    ack: db.prepare("UPDATE command SET acked = 1 WHERE command_id = ? AND settled_at IS NOT NULL"),
    prune: db.prepare(
      `DELETE FROM command WHERE acked = 1 AND settled_at < ?
       AND dseq <= (SELECT dseq FROM command ORDER BY dseq DESC LIMIT 1 OFFSET ?) RETURNING dseq`,
    ),
    head: db.prepare("SELECT * FROM head"),
    setHead: db.prepare(
      `UPDATE head SET jseq = ?, fence = ?, watermark = ?, max_dseq = ?, bd_seq = ?, stop_id = ?, latched = ?,
       local_by = ?, local_since = ?`,
    ),
  };
  const results = resultTable(db, resultQuotaBytes);
  let head = HeadRow.parse(sql.head.get());
  let isClosed = false;

  const assertOpen = () => {
    if (isClosed) throw new LabError("device.journalClosed", "this device journal has been closed");
  };
  const one = (statement: typeof sql.find, key: SQLInputValue) => {
    assertOpen();
    const row = statement.get(key);
    return row === undefined ? null : CommandRow.parse(row);
  };
  const all = (statement: typeof sql.find) => {
    assertOpen();
    return statement.all().map((row) => CommandRow.parse(row));
  };

  const apply = (change: JournalChange): JournalHead => {
    const written = recordsOf(change);
    for (const record of written) {
      const acked = record.isAcked ? 1 : 0;
      const text = JSON.stringify(record);
      const { commandId, dseq, state, startedJseq, settledAt } = record;
      const { changes } = sql.put.run(commandId, dseq, state, acked, startedJseq, settledAt, text);
      if (changes === 0) throw new LabError("device.journalConflict", `${commandId} is known under another number`);
    }
    if (change.result !== undefined) results.keep(change.result);
    for (const id of change.ackedIds ?? []) sql.ack.run(id);
    let watermark = head.watermark;
    if (change.prune !== undefined) {
      for (const row of sql.prune.all(change.prune.before, change.prune.keep)) {
        watermark = Math.max(watermark, Number(row["dseq"]));
      }
      results.dropPruned();
    }
    const next: JournalHead = {
      journalId: head.journalId,
      jseq: head.jseq + 1,
      fence: Math.max(head.fence, change.fence ?? 0),
      watermark,
      maxDseq: Math.max(head.maxDseq, ...written.map(({ dseq }) => dseq)),
      bdSeq: head.bdSeq + (change.isBirth === true ? 1 : 0),
      ...latchAfter(head, change.stop),
      local: change.local === undefined ? head.local : change.local,
    };
    const { jseq, fence, maxDseq, bdSeq, stopId, isLatched, local } = next;
    const latched = isLatched ? 1 : 0;
    sql.setHead.run(jseq, fence, watermark, maxDseq, bdSeq, stopId, latched, local?.by ?? null, local?.since ?? null);
    return next;
  };

  return {
    get head() {
      assertOpen();
      return head;
    },
    find: (commandId) => one(sql.find, commandId),
    findByDseq: (dseq) => one(sql.findByDseq, dseq),
    unsettled: () => all(sql.unsettled),
    unacked: () => all(sql.unacked),
    hasStartedAfter(jseq) {
      assertOpen();
      return sql.startedAfter.get(jseq) !== undefined;
    },
    resultRoom() {
      assertOpen();
      return results.room();
    },
    resultChunk(sha256, idx) {
      assertOpen();
      return results.chunk(sha256, idx);
    },
    write(change) {
      assertOpen();
      db.exec("BEGIN IMMEDIATE");
      let next: JournalHead;
      try {
        next = apply(change);
        db.exec("COMMIT");
      } catch (error) {
        // A full disk has SQLite roll back by itself; a second ROLLBACK would hide the first error.
        if (db.isTransaction) db.exec("ROLLBACK");
        throw error;
      }
      head = next;
      return head;
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      db.close();
    },
  };
}
