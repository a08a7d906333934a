/** Returns the value, which from now on throws when anything in it is changed, maps and sets included. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  if (value instanceof Map || value instanceof Set) {
    for (const [key, each] of value.entries()) {
      deepFreeze(key);
      deepFreeze(each);
    }
    for (const name of ["set", "add", "delete", "clear"]) {
      Object.defineProperty(value, name, {
        value() {
          throw new TypeError(`a frozen collection was changed by ${name}`);
        },
      });
    }
  }
  for (const each of Object.values(value)) deepFreeze(each);
  return Object.freeze(value);
}
