import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withEntry } from "../src/fold/grow.ts";

const entries = fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer()), { maxLength: 1_500 });

describe("a map that grows", () => {
  test("it reads as a Map with the same entries put in does: order, size, lookups, however many there are", () => {
    fc.assert(
      fc.property(entries, (puts) => {
        const model = new Map<number, number>();
        let grown: ReadonlyMap<number, number> = new Map();
        for (const [key, value] of puts) {
          model.set(key, value);
          grown = withEntry(grown, key, value);
        }
        expect(new Map(grown)).toEqual(model);
        expect([...grown.keys()]).toEqual([...model.keys()]);
        expect([...grown.values()]).toEqual([...model.values()]);
        expect(grown.size).toBe(model.size);
        expect([0, 200, 401].map((key) => [grown.has(key), grown.get(key)])).toEqual(
          [0, 200, 401].map((key) => [model.has(key), model.get(key)]),
        );
        expect(JSON.parse(JSON.stringify(grown))).toEqual(Object.fromEntries(model));
      }),
      { numRuns: 50 },
    );
  });

  test("the map it was made from stays as it is", () => {
    let grown: ReadonlyMap<number, string> = new Map();
    const all = Array.from({ length: 600 }, (_, key) => (grown = withEntry(grown, key, "old")));
    const first = all[0]!;
    withEntry(first, 0, "new");
    expect([...first]).toEqual([[0, "old"]]);
    expect(all[299]!.size).toBe(300);
  });
});
