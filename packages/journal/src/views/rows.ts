/** Rows by key, each with the event that changed it last, so that what a watcher missed can be told from one number. */
export interface Rows<T> {
  get(key: string): T | undefined;
  set(key: string, row: T, seq: number): void;
  all(): T[];
  changedSince(seq: number): T[];
}

/** Returns an empty table of rows; rows keep the order in which they were first set. */
export function createRows<T>(): Rows<T> {
  const rows = new Map<string, { row: T; seq: number }>();
  return {
    get: (key) => rows.get(key)?.row,
    set(key, row, seq) {
      rows.set(key, { row, seq });
    },
    all: () => [...rows.values()].map(({ row }) => row),
    changedSince: (since) => [...rows.values()].filter(({ seq }) => seq > since).map(({ row }) => row),
  };
}
