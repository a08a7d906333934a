import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decodeState, encodeState, type PumpState } from "../wire.ts";

test("every state of the pump survives its wire", () => {
  const state: fc.Arbitrary<PumpState> = fc.oneof(
    fc.constant({ state: "NONE" as const, dose: 0, seconds: 0 }),
    fc.record({
      state: fc.constantFrom("RUN" as const, "DONE" as const, "STOPPED" as const),
      dose: fc.nat(),
      seconds: fc.nat(60_000).map((ms) => ms / 1_000),
    }),
  );
  fc.assert(
    fc.property(state, (known) => {
      expect(decodeState(encodeState(known))).toEqual(known);
    }),
  );
});

test("a line that is no state is none", () => {
  for (const line of ["", "RUN", "RUN 1", "NONE 1", "DONE x 2", "done 1 2"]) expect(decodeState(line)).toBeNull();
});
