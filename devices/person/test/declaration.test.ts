import type { Fault } from "@labloop/contracts";
import { expect, test } from "vitest";
import { PersonDeclaration } from "../declaration.ts";
import family from "../driver.ts";

const weigh = {
  title: "Weigh",
  instructions: { en: "Put it on the balance." },
  params: { lot: { type: "string" } },
  result: { mass: { type: "quantity", unit: "g", minimum: 0, maximum: 10 } },
  typicalMinutes: 2,
  maxMinutes: 60,
} as const;

function define(operations: object) {
  const document = PersonDeclaration.parse({ kind: "bench", capability: "balance", title: { en: "Ada" }, operations });
  const faultAt = (path: readonly (string | number)[], fault: Fault) => ({ ...fault, path: path.join(".") });
  const readBeside = () => ({ ok: false as const, faults: [] });
  return family.define({ document, file: "person.yaml", readBeside, faultAt });
}

test("what people can be asked becomes an operation with its form, its times and its retry class", () => {
  const defined = define({ weigh });
  if (!defined.ok) throw new Error("it is sound");
  expect(defined.value.link).toBe("own");
  expect(defined.value.operations["weigh"]).toMatchObject({
    retryClass: "non-repeatable",
    duration: { typicalMs: 120_000, maxMs: 3_600_000 },
    asks: { instructions: { en: "Put it on the balance." } },
  });
});

test.each([
  ["nothing to ask", {}, ["operations"]],
  [
    "a value that is parameter and result",
    { weigh: { ...weigh, params: { mass: weigh.result.mass } } },
    ["operations.weigh.result.mass"],
  ],
  ["a field of nothing", { weigh: { ...weigh, fields: { colour: {} } } }, ["operations.weigh.fields.colour"]],
  [
    "a bar code that is a number",
    { weigh: { ...weigh, fields: { mass: { input: "barcode" } } } },
    ["operations.weigh.fields.mass.input"],
  ],
  [
    "a pattern that people would have to read, and an example that does not match it",
    {
      weigh: {
        ...weigh,
        params: { lot: { type: "string", pattern: "^[A-Z]{2}$" } },
        result: { tube: { type: "string", pattern: "^T[0-9]$", example: "tube 1" } },
      },
    },
    ["operations.weigh.params.lot", "operations.weigh.result.tube"],
  ],
  [
    "limits and times that nothing keeps, all at once",
    { weigh: { ...weigh, maxMinutes: 1, result: { mass: { type: "quantity", unit: "g", minimum: 3, maximum: 2 } } } },
    ["operations.weigh.result.mass.maximum", "operations.weigh.maxMinutes"],
  ],
])("%s is told where it stands", (_what, operations, paths) => {
  const defined = define(operations);
  expect(defined.ok ? [] : defined.faults.map(({ path }) => path)).toEqual(paths);
});
