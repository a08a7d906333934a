import type { ValueSpecs } from "@labloop/contracts";
import { expect, test } from "vitest";
import type { Ending } from "../../src/index.ts";
import { endOf } from "../../src/loop/conclude.ts";

const specs: ValueSpecs = { mass: { type: "quantity", unit: "g" } };

test.each([
  ["no number", { mass: { value: Number.NaN, unit: "g" } }, "result.mass is { value: NaN, unit: 'g' }"],
  ["a text for its number", { mass: { value: "2.3", unit: "g" } }, "result.mass is { value: '2.3', unit: 'g' }"],
  ["no values", undefined, "result is undefined"],
])("of a result with %s it is told what stands there, and what has to", (_what, result, said) => {
  const end = endOf(specs, { state: "succeeded", result, executed: {} } as unknown as Ending);
  expect(end).toMatchObject({ state: "failed", physical: "full", error: { code: "device.resultInvalid" } });
  expect(end.state === "failed" ? end.error?.message : "").toContain(said);
});
