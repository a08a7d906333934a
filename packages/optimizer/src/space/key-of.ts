import type { DesignValue } from "@labloop/contracts";

// So many numbers are written at once.
const HELD = 64;
const doubles = new Float64Array(HELD);
// Of each number of doubles their bits, four letters each; there for good, since a view costs more than what is looked at.
const letters = Array.from(
  { length: HELD + 1 },
  (_, count) => new Uint16Array(doubles.buffer, 0, 4 * count) as unknown as number[],
);

/**
 * Returns a text, not to be read, that two rows of equally many values share exactly when their values are equal; 0 and -0 are. Rows are of designs, or of
 * their features.
 */
export function keyOf(values: ArrayLike<DesignValue>): string {
  let key = "";
  let held = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as DesignValue;
    if (typeof value === "number") {
      // Adding 0 turns -0 into 0.
      doubles[held++] = value + 0;
      if (held < HELD) continue;
    }
    key += written(held);
    held = 0;
    if (typeof value === "string") key += `${JSON.stringify(value)},`;
  }
  return key + written(held);
}

/** The bits of so many doubles as four letters each: decimals take several times as long and twice the memory, and so does one text after the other. */
function written(count: number): string {
  return count === 0 ? "" : String.fromCharCode.apply(null, letters[count] as number[]);
}
