/** Returns a value that throws when anything in it is changed, maps and sets included. */
export function deepFreeze<T>(value: T, seen = new Set<unknown>()): T {
  if (typeof value !== "object" || value === null || seen.has(value)) return value;
  seen.add(value);
  if (value instanceof Map || value instanceof Set) {
    for (const [key, each] of value.entries()) {
      deepFreeze(key, seen);
      deepFreeze(each, seen);
    }
    for (const name of ["set", "add", "delete", "clear"]) {
      Object.defineProperty(value, name, {
        value() {
          throw new TypeError(`a frozen collection was changed by ${name}`);
        },
      });
    }
  }
  for (const each of Object.values(value)) deepFreeze(each, seen);
  return Object.freeze(value);
}
