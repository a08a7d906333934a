import fc from "fast-check";
import { expect, test } from "vitest";
import { keyOf } from "../../src/space/key-of.ts";

const number = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, 1));
// A hundred numbers are written in two goes.
const size = { minLength: 1, maxLength: 100, size: "max" } as const;

test("rows of values share a key exactly where all their values are equal, of which 0 and -0 are", () => {
  const either = fc.tuple(number, number).map(([own, other]) => ({ own, other }));
  const named = fc.tuple(fc.string(), fc.string()).map(([own, other]) => ({ own, other }));
  fc.assert(
    fc.property(fc.array(fc.oneof(either, named), size), (values) => {
      const row = values.map(({ own }) => own);
      const minus = row.map((own) => (own === 0 ? -0 : own));
      expect(keyOf(minus)).toBe(keyOf(row));
      values.forEach(({ own, other }, i) => {
        expect(keyOf(row.with(i, other)) === keyOf(row)).toBe(own === other);
      });
    }),
    { numRuns: 30 },
  );
});

test("a row of features has the key of the same numbers, and another where the last bit of one differs", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.1, max: 1, noNaN: true }), size), fc.nat(), (row, nat) => {
      const at = nat % row.length;
      const key = keyOf(Float64Array.from(row));
      expect(key).toBe(keyOf(row));
      expect(keyOf(Float64Array.from(row.with(at, (row[at] as number) * (1 + 2 ** -52))))).not.toBe(key);
    }),
  );
});
