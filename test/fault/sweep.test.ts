import { describe, expect, test } from "vitest";
import { runFault } from "./run-fault.ts";
import { leastPlaces, type Sweep, sweptKinds } from "./sweep.ts";

describe("a single fault, wherever it strikes, leaves no act done twice, none lost and nothing hidden", async () => {
  const swept = (await runFault("--sweep")) as Sweep;
  for (const kind of sweptKinds) {
    const { places, findings } = swept[kind];
    test(`${kind} in ${places} places`, () => {
      expect(findings).toEqual([]);
      expect(places).toBeGreaterThanOrEqual(leastPlaces);
    });
  }
});
