import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pythonModels } from "../build/python-models.ts";

test("the Python models are those of the JSON Schemas; `npm run build:schemas` writes them", () => {
  expect(readFileSync(new URL("../src/labloop_driver/models.py", import.meta.url), "utf8")).toBe(pythonModels());
});
