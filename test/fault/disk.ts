import { DatabaseSync } from "node:sqlite";
import type { LabEvent } from "@labloop/contracts";
import { LabError } from "@labloop/contracts";
import type { Journal } from "@labloop/journal";
import { createJournal } from "../../packages/journal/src/create-journal.ts";
import { createSchema } from "../../packages/journal/src/schema.ts";
import { createTearable } from "./tearable.ts";

type Rows = ReadonlyMap<string, readonly Record<string, never>[]>;

/** What an engine's process may do to its journal, and what may be done to the process there. */
interface DiskHooks {
  readonly isDead: () => boolean;
  readonly isFull: () => boolean;
  readonly point: () => void;
  readonly onCommitted: (events: readonly LabEvent[]) => void;
  /** The lease has a life before it again. */
  readonly onRenewed: () => void;
}

/** A disk that outlives the engines which write on it: what was not committed is lost, and an old copy may come back. */
export interface EngineDisk {
  open(hooks: DiskHooks, monotonicNow: () => number): Journal;
  /** Does something right after the next append, before its caller knows of it. */
  onNextAppend(work: () => void): void;
  /** Tears the next append at this statement; with null, its COMMIT is on disk and fails all the same. */
  tearNext(statement: number | null, die: () => void): void;
  copy(): Rows;
  restore(rows: Rows): void;
}

/** How long an engine has its cell without renewing its lease, ms. */
export const leaseLifeMs = 10_000;

const tables = ["meta", "events", "lease", "commands", "observations"];

export function createEngineDisk(): EngineDisk {
  const database = new DatabaseSync(":memory:");
  createSchema(database);
  const tearable = createTearable(database);
  let afterAppend: (() => void) | null = null;

  return {
    open({ isDead, isFull, point, onCommitted, onRenewed }, monotonicNow) {
      const terms = { cell: "main", holder: "engine", leaseLifeMs, monotonicNow };
      const journal = createJournal(tearable.database, "the journal", terms, () => {});
      const { lease } = journal;
      const assertAlive = () => {
        if (isDead()) throw new LabError("journal.closed", "this process is dead");
      };
      const watched: Journal["lease"] = {
        get epoch() {
          return lease.epoch;
        },
        lifeMs: lease.lifeMs,
        isHeld: (now) => lease.isHeld(now),
        renew() {
          lease.renew();
          onRenewed();
        },
        newEpoch(least) {
          const epoch = lease.newEpoch(least);
          onRenewed();
          return epoch;
        },
      };
      return {
        ...journal,
        get lease() {
          assertAlive();
          return watched;
        },
        append(events, at) {
          assertAlive();
          point();
          assertAlive();
          if (isFull()) throw new LabError("journal.notWritable", "the disk is full");
          const records = tearable.whileTearing(
            () => journal.append(events, at),
            () => onCommitted(events),
          );
          onCommitted(events);
          onRenewed();
          afterAppend?.();
          afterAppend = null;
          point();
          assertAlive();
          return records;
        },
        close() {},
      };
    },
    onNextAppend(work) {
      afterAppend = work;
    },
    tearNext: tearable.tearNext,
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
