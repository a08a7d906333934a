import { expect, test } from "vitest";
import { parseExpression } from "../../src/expression/parse-expression.ts";

function valueOf(source: string, names: Record<string, number> = {}): number {
  const parsed = parseExpression(source);
  if (!parsed.ok) throw new Error(parsed.faults[0]?.message);
  return parsed.value.evaluate((name) => names[name] as number);
}

test.each([
  ["1 + 2 * 3", 7],
  ["2 - 3 - 4", -5],
  ["12 / 2 / 3", 2],
  ["-2 ^ 2", -4],
  ["2 ^ 3 ^ 2", 512],
  ["2 ^ -1", 0.5],
  ["(1 + 2) * -3", -9],
  ["9 ^ 0.5", 3],
  [".5e1 + 1.", 6],
])("%s is %d", (source, value) => {
  expect(valueOf(source)).toBe(value);
});

test("names are words of any script, or anything in double quotes", () => {
  expect(valueOf('θ_1 * "residence time (s)"', { θ_1: 2, "residence time (s)": 5 })).toBe(10);
});

test("a power agrees with Math.pow, whole exponents or not", () => {
  for (const [base, exponent] of [
    [1.5, 7],
    [2.25, -3],
    [0.3, 0.7],
    [12, 2.5],
  ] as const) {
    expect(valueOf("a ^ b", { a: base, b: exponent })).toBeCloseTo(base ** exponent, 10);
  }
  expect(valueOf("a ^ b", { a: -2, b: 0.3 })).toBeNaN();
});

test.each([
  ["a + ", 4],
  ["a + * b", 5],
  ["(a + b", 7],
  ["a b", 3],
  ["a = 3", 3],
  ["", 1],
  ["1 + §", 5],
  ['"a', 1],
])("%s is refused at column %d", (source, column) => {
  const parsed = parseExpression(source);
  expect(parsed).toMatchObject({ ok: false, faults: [{ code: "expression.syntax", column }] });
});

test("a text nested without end is refused, not a stack overflow", () => {
  expect(parseExpression("(".repeat(100_000))).toMatchObject({ ok: false });
  expect(parseExpression("-".repeat(100_000))).toMatchObject({ ok: false });
  expect(parseExpression(`1${"^1".repeat(100_000)}`)).toMatchObject({ ok: false });
});

test("a text of as many terms or factors as a study can have is read and evaluated from the left", () => {
  const count = 50_000;
  expect(valueOf(`1${" - 2 + 3".repeat(count)}`, {})).toBe(1 + count);
  expect(valueOf(`1${" / 2 * 2".repeat(count)}`, {})).toBe(1);
});
