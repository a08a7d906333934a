import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { wireSchemaText } from "../src/wire-schema.ts";

test("the published JSON Schemas are those of the zod schemas; `npm run build:schemas` writes them", () => {
  expect(readFileSync(new URL("../schemas/wire-v1.schema.json", import.meta.url), "utf8")).toBe(wireSchemaText());
});
