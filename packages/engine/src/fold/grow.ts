/** Entries that were put in last, before they are merged into the others; chosen: a copy of so few costs next to nothing. */
const mostRecent = 256;

/**
 * Returns a map with one entry put in, in the order a `Map` would have; the given one stays as it is.
 *
 * For maps that grow with a campaign and lose nothing: copying all of one at every event would make a long history cost
 * its square. Only the newest entries are copied, and all of them once in 256 times.
 */
export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  const [old, recent] = map instanceof GrownMap ? map.layers : [map, new Map<K, V>()];
  if (recent.size < mostRecent) return new GrownMap(old, new Map(recent).set(key, value));
  return new GrownMap(new Map(new GrownMap(old, recent)).set(key, value), new Map<K, V>());
}

/** Two maps read as one: an entry of the recent one stands for that of the same key in the old one, in its place. */
class GrownMap<K, V> implements ReadonlyMap<K, V> {
  readonly #old: ReadonlyMap<K, V>;
  readonly #recent: ReadonlyMap<K, V>;
  readonly size: number;

  constructor(old: ReadonlyMap<K, V>, recent: ReadonlyMap<K, V>) {
    this.#old = old;
    this.#recent = recent;
    this.size = old.size + [...recent.keys()].filter((key) => !old.has(key)).length;
  }

  get layers(): readonly [old: ReadonlyMap<K, V>, recent: ReadonlyMap<K, V>] {
    return [this.#old, this.#recent];
  }

  get(key: K): V | undefined {
    return this.#recent.has(key) ? this.#recent.get(key) : this.#old.get(key);
  }

  has(key: K): boolean {
    return this.#recent.has(key) || this.#old.has(key);
  }

  *entries(): MapIterator<[K, V]> {
    for (const [key, value] of this.#old) {
      // An undefined value is a value, too.
      yield [key, this.#recent.has(key) ? (this.#recent.get(key) as V) : value];
    }
    for (const entry of this.#recent) if (!this.#old.has(entry[0])) yield entry;
  }

  *keys(): MapIterator<K> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  forEach(each: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) each(value, key, this);
  }

  /** As an object, so that two states can be compared as JSON. */
  toJSON(): object {
    return Object.fromEntries(this.entries());
  }
}
