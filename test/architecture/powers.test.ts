import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const sources = join(import.meta.dirname, "../../packages/optimizer/src");

// As `Math.pow` it is what the machine's own library makes of it, but for squares, which the engine multiplies out.
const POWER = /(?<!\/)\*\*(?!\/)(?!\s*2\b(?![.\d]))/;

test("the optimizer raises nothing to a power whose bits depend on the machine", () => {
  expect(["x ** 3", "x ** -0.5", "x ** 2.5", "x **= y"].every((line) => POWER.test(line))).toBe(true);
  expect(["x ** 2", "(a - b) ** 2)", "/** Returns. */", " **/"].some((line) => POWER.test(line))).toBe(false);
  const found = globSync("**/*.ts", { cwd: sources }).flatMap((file) =>
    readFileSync(join(sources, file), "utf8")
      .split("\n")
      .flatMap((line, index) => (POWER.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
  expect(found).toEqual([]);
});
