import { DatabaseSync } from "node:sqlite";
import type { LabEvent } from "@labloop/contracts";
import { LabError } from "@labloop/contracts";
import type { Journal } from "@labloop/journal";
import { createJournal } from "../../packages/journal/src/create-journal.ts";
import { createSchema } from "../../packages/journal/src/schema.ts";

type Rows = ReadonlyMap<string, readonly Record<string, never>[]>;

/** What an engine's process may do to its journal, and what may be done to the process there. */
interface DiskHooks {
  readonly isDead: () => boolean;
  readonly isFull: () => boolean;
  readonly point: () => void;
  readonly onCommitted: (events: readonly LabEvent[]) => void;
}

/** A disk that outlives the engines which write on it: what was not committed is lost, and an old copy may come back. */
export interface EngineDisk {
  open(hooks: DiskHooks, monotonicNow: () => number): Journal;
  copy(): Rows;
  restore(rows: Rows): void;
}

const tables = ["meta", "events", "lease", "commands", "observations"];

export function createEngineDisk(): EngineDisk {
  const database = new DatabaseSync(":memory:");
  createSchema(database);

  return {
    open({ isDead, isFull, point, onCommitted }, monotonicNow) {
      const terms = { cell: "main", holder: "engine", leaseLifeMs: 10_000, monotonicNow };
      const journal = createJournal(database, "the journal", terms, () => {});
      const assertAlive = () => {
        if (isDead()) throw new LabError("journal.closed", "this process is dead");
      };
      return {
        ...journal,
        get lease() {
          assertAlive();
          return journal.lease;
        },
        append(events, at) {
          assertAlive();
          point();
          assertAlive();
          if (isFull()) throw new LabError("journal.notWritable", "the disk is full");
          const records = journal.append(events, at);
          onCommitted(events);
          point();
          assertAlive();
          return records;
        },
        close() {},
      };
    },
    copy: () => {
      return new Map(tables.map((table) => [table, database.prepare(`SELECT * FROM ${table}`).all() as never]));
    },
    restore(rows) {
      database.exec("PRAGMA foreign_keys = OFF");
      for (const table of tables) database.exec(`DELETE FROM ${table}`);
      for (const [table, list] of rows) {
        for (const row of list) {
          const names = Object.keys(row);
          const places = names.map(() => "?").join(", ");
          database.prepare(`INSERT INTO ${table} (${names.join(", ")}) VALUES (${places})`).run(...Object.values(row));
        }
      }
      database.exec("PRAGMA foreign_keys = ON");
    },
  };
}
