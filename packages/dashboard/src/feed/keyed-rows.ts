import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";

/** A table whose rows are signals of their own, so that a change redraws what shows that row and nothing else. */
export interface KeyedRows<T> {
  /** Keys in the order in which they first came. */
  readonly keys: ReadonlySignal<readonly string[]>;
  readonly all: ReadonlySignal<readonly T[]>;
  row(key: string): ReadonlySignal<T> | undefined;
  /** Puts whole rows in place of those with the same key; new ones go to the end. */
  put(rows: readonly T[]): void;
  /** Forgets everything and takes these rows. */
  replace(rows: readonly T[]): void;
}

/** Returns an empty table. */
export function createKeyedRows<T>(keyOf: (row: T) => string): KeyedRows<T> {
  const rows = new Map<string, Signal<T>>();
  const keys = signal<readonly string[]>([]);
  const put = (changed: readonly T[]) => {
    const added: string[] = [];
    batch(() => {
      for (const row of changed) {
        const key = keyOf(row);
        const known = rows.get(key);
        if (known !== undefined) known.value = row;
        else {
          rows.set(key, signal(row));
          added.push(key);
        }
      }
      if (added.length > 0) keys.value = [...keys.value, ...added];
    });
  };
  return {
    keys,
    all: computed(() => keys.value.flatMap((key) => rows.get(key)?.value ?? [])),
    row: (key) => rows.get(key),
    put,
    replace(next) {
      batch(() => {
        rows.clear();
        keys.value = [];
        put(next);
      });
    },
  };
}
