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

  test("maps made from the same one go their own ways", () => {
    fc.assert(
      fc.property(
        entries,
        fc.array(fc.tuple(fc.nat(), fc.nat(400), fc.integer()), { maxLength: 60 }),
        (puts, forks) => {
          const models = [new Map(puts)];
          const grown = [puts.reduce<ReadonlyMap<number, number>>((map, put) => withEntry(map, ...put), new Map())];
          for (const [from, key, value] of forks) {
            const at = from % models.length;
            models.push(new Map(models[at]).set(key, value));
            grown.push(withEntry(grown[at]!, key, value));
          }
          expect(grown.map((map) => [...map])).toEqual(models.map((map) => [...map]));
          expect(grown.map((map) => [map.size, map.has(7), map.get(7)])).toEqual(
            models.map((map) => [map.size, map.has(7), map.get(7)]),
          );
        },
      ),
      { numRuns: 50 },
    );
  });
});
