/** Entries that lie together and are copied together; chosen: a copy of so few costs next to nothing. */
const chunkSize = 128;

/**
 * Returns a map with one entry put in, in the order a `Map` would have; the given one stays as it is.
 *
 * For maps that grow with a campaign and lose nothing: copying all of one at every event would make a long history cost
 * its square. One chunk of entries is copied, and the list of chunks.
 */
export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return (map instanceof GrownMap ? (map as GrownMap<K, V>) : grownFrom(map)).with(key, value);
}

type Entry<K, V> = readonly [key: K, value: V];
type Chunks<K, V> = readonly (readonly Entry<K, V>[])[];

function grownFrom<K, V>(map: ReadonlyMap<K, V>): GrownMap<K, V> {
  let grown = new GrownMap<K, V>([], new Map(), 0);
  for (const [key, value] of map) grown = grown.with(key, value);
  return grown;
}

class GrownMap<K, V> implements ReadonlyMap<K, V> {
  readonly #chunks: Chunks<K, V>;
  /** Where each key stands. Shared with the maps made from this one: a place at or beyond `size` is of theirs alone. */
  readonly #places: Map<K, number>;
  readonly size: number;

  constructor(chunks: Chunks<K, V>, places: Map<K, number>, size: number) {
    this.#chunks = chunks;
    this.#places = places;
    this.size = size;
  }

  with(key: K, value: V): GrownMap<K, V> {
    const known = this.#placeOf(key);
    const place = known ?? this.size;
    const index = Math.floor(place / chunkSize);
    const chunk = this.#chunks[index]?.slice() ?? [];
    chunk[place % chunkSize] = [key, value];
    const chunks = this.#chunks.slice();
    chunks[index] = chunk;
    if (known !== undefined) return new GrownMap(chunks, this.#places, this.size);
    // Another map that was made from this one has put a key of its own at this place: from here on they share nothing.
    const isShared = this.#places.size > this.size;
    const places = isShared ? new Map([...this.keys()].map((each, at) => [each, at])) : this.#places;
    return new GrownMap(chunks, places.set(key, place), this.size + 1);
  }

  get(key: K): V | undefined {
    const place = this.#placeOf(key);
    return place === undefined ? undefined : this.#chunks[Math.floor(place / chunkSize)]?.[place % chunkSize]?.[1];
  }

  has(key: K): boolean {
    return this.#placeOf(key) !== undefined;
  }

  *entries(): MapIterator<[K, V]> {
    for (const chunk of this.#chunks) for (const [key, value] of chunk) yield [key, value];
  }

  *keys(): MapIterator<K> {
    for (const chunk of this.#chunks) for (const [key] of chunk) yield key;
  }

  *values(): MapIterator<V> {
    for (const chunk of this.#chunks) for (const [, value] of chunk) yield value;
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

  #placeOf(key: K): number | undefined {
    const place = this.#places.get(key);
    return place !== undefined && place < this.size ? place : undefined;
  }
}
