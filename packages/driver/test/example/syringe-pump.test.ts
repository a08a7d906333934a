import { readFileSync } from "node:fs";
import type { DeviceDefinition } from "../../src/index.ts";
import { expect, test } from "vitest";
import { suiteOf } from "../conformance/counter-suite.ts";
import pump from "./syringe-pump.ts";
import plant from "./syringe-pump-plant.ts";

const subject = { definition: pump as unknown as DeviceDefinition, config: {}, plant };

test("the demo driver and its plant take at most 80 lines together", () => {
  const lines = ["./syringe-pump.ts", "./syringe-pump-plant.ts"].map(
    (file) =>
      readFileSync(new URL(file, import.meta.url), "utf8")
        .trimEnd()
        .split("\n").length,
  );
  expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(80);
});

test("it keeps the contract: no check of the conformance suite fails, and what it says of an act cut short is true", async () => {
  const { results } = await suiteOf(subject);
  expect(results.filter(({ verdict }) => verdict === "failed")).toEqual([]);
  expect(results.filter(({ group, verdict }) => group === "C7" && verdict === "passed")).not.toEqual([]);
});
