/** Rows by key, each with the event that changed it last, so that what a watcher missed can be told from one number. */
export interface Rows<T> {
  readonly size: number;
  /** How many rows are as the table was told to count. */
  readonly count: number;
  get(key: string): T | undefined;
  set(key: string, row: T, seq: number): void;
  /** The row that was first set last. */
  last(): T | undefined;
  all(): T[];
  changedSince(seq: number): T[];
}

/**
 * Returns an empty table of rows, which keep the order in which they were first set. Those that `isCounted` are counted as
 * they come and go: counting all of them at every event would make a long history cost its square.
 */
export function createRows<T>(isCounted: (row: T) => boolean = () => false): Rows<T> {
  const rows = new Map<string, { row: T; seq: number }>();
  let count = 0;
  let lastKey = "";
  return {
    get size() {
      return rows.size;
    },
    get count() {
      return count;
    },
    get: (key) => rows.get(key)?.row,
    set(key, row, seq) {
      const before = rows.get(key);
      if (before === undefined) lastKey = key;
      else if (isCounted(before.row)) count--;
      if (isCounted(row)) count++;
      rows.set(key, { row, seq });
    },
    last: () => rows.get(lastKey)?.row,
    all: () => [...rows.values()].map(({ row }) => row),
    changedSince: (since) => [...rows.values()].filter(({ seq }) => seq > since).map(({ row }) => row),
  };
}
