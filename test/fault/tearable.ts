import type { DatabaseSync, StatementSync } from "node:sqlite";

interface Tear {
  /** At which statement of the transaction; null: at its COMMIT, which is on disk and fails all the same. */
  readonly statement: number | null;
  readonly die: () => void;
}

/** A database whose next transaction may be torn: by the death of its process in the middle, or by a failing disk. */
interface Tearable {
  readonly database: DatabaseSync;
  readonly tearNext: (statement: number | null, die: () => void) => void;
  /** Does what writes, in one transaction, and tells when that is on disk although it throws. */
  whileTearing<T>(write: () => T, onKept: () => void): T;
}

export function createTearable(database: DatabaseSync): Tearable {
  let next: Tear | null = null;
  /** The tear of the transaction that is open now, and how many statements of it were carried out. */
  let tear: Tear | null = null;
  let statements = 0;
  let isKept = false;

  function rip(): never {
    const { die } = tear!;
    next = null;
    tear = null;
    die();
    throw new Error("the process died in the middle of a write");
  }

  function beforeStatement(): void {
    if (tear !== null && tear.statement !== null && statements++ >= tear.statement) rip();
  }

  function exec(sql: string): void {
    if (sql === "COMMIT" && tear !== null) {
      if (tear.statement !== null) rip();
      next = null;
      tear = null;
      isKept = true;
      database.exec(sql);
      throw new Error("disk I/O error");
    }
    database.exec(sql);
  }

  function prepare(sql: string): StatementSync {
    const statement = database.prepare(sql);
    const run: StatementSync["run"] = (...values: never[]) => {
      beforeStatement();
      return statement.run(...values);
    };
    return withOwn(statement, { run });
  }

  return {
    database: withOwn(database, { exec, prepare }),
    tearNext(statement, die) {
      next = { statement, die };
    },
    whileTearing(write, onKept) {
      tear = next;
      statements = 0;
      isKept = false;
      try {
        return write();
      } catch (error) {
        if (isKept) onKept();
        throw error;
      } finally {
        tear = null;
      }
    },
  };
}

/** Returns the object with methods of its own in the place of some of its. */
function withOwn<T extends object>(target: T, own: Partial<T>): T {
  return new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(own, name) ?? Reflect.get(target, name, target);
      return typeof value === "function" && !Object.hasOwn(own, name) ? value.bind(target) : value;
    },
  });
}
