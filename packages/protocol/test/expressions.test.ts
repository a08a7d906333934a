import type { Outcome } from "@labloop/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type ExpressionType,
  type ExpressionValue,
  fromValue,
  type Scope,
} from "../src/expressions/expression-value.ts";
import { evaluate, typeOf } from "../src/expressions/interpret.ts";
import { parseExpression } from "../src/expressions/parse-expression.ts";
import { parseUnit } from "../src/index.ts";
import { rescale } from "../src/units/unit.ts";

const values: ReadonlyMap<string, ExpressionValue> = new Map(
  Object.entries({
    a: { value: 2, unit: "mm" },
    b: { value: 3, unit: "cm" },
    t: { value: 10, unit: "degC" },
    load: { values: [0, 10, 20], unit: "N" },
    travel: { values: [0, 1, 3], unit: "mm" },
    short: { values: [1, 2], unit: "mm" },
    none: { values: [], unit: "mm" },
    word: "abc",
    n: 4,
  }).map(([name, value]): [string, ExpressionValue] => [name, got(fromValue(value))]),
);

function scopeOf<T>(of: (value: ExpressionValue) => T): Scope<T> {
  return {
    reference: (path) => {
      const value = path.length === 1 ? values.get(path[0] ?? "") : undefined;
      return value === undefined
        ? { ok: false, faults: [{ code: "expression.unknownName", message: "unknown" }] }
        : { ok: true, value: of(value) };
    },
    namedCalls: {},
  };
}

function got<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.faults));
  return outcome.value;
}

function run(text: string): Outcome<ExpressionValue> {
  const parsed = parseExpression(text);
  if (!parsed.ok) return parsed;
  const type = typeOf(
    parsed.value,
    scopeOf<ExpressionType>((value) => value),
  );
  if (!type.ok) return type;
  return evaluate(
    parsed.value,
    scopeOf((value) => value),
  );
}

function inUnit(text: string, unit: string): number {
  const value = got(run(text));
  if (value.kind !== "quantity") throw new Error(value.kind);
  return rescale(value.value, value.unit, got(parseUnit(unit)));
}

test.each([
  ["1 + 2 * 3", 7, "1"],
  ["(1 + 2) * 3", 9, "1"],
  ["10 - 4 - 3", 3, "1"],
  ["24 / 4 / 2", 3, "1"],
  ["-2 * -3", 6, "1"],
  ["-n + 1", -3, "1"],
  ["a + b", 32, "mm"],
  ["a * b", 60, "mm^2"],
  ["b / a", 15, "1"],
  ["25 mm/min * 2 min", 50, "mm"],
  ["25 mm / a", 12.5, "1"],
  ["25 mm*n", 100, "mm"],
  ["50 % * 8 N", 4, "N"],
  ["t + 5 K", 15, "degC"],
  ["5 K + t", 15, "degC"],
  ["t - 5 degC", 5, "K"],
  ["-5 degC - t", -15, "K"],
  ["integral(load, travel)", 0.035, "J"],
  ["integral(load - 10 N, travel)", 0.005, "J"],
  ["2 * integral(load, travel) / 1 J", 0.07, "1"],
  ["max(load)", 20, "N"],
  ["min(a, b, 1 mm)", 1, "mm"],
  ["max(a, b)", 30, "mm"],
  ["mean(load)", 10, "N"],
  ["last(travel)", 3, "mm"],
  ["abs(-3 mm)", 3, "mm"],
  ["sqrt(a * a)", 2, "mm"],
  ["sqrt(9)", 3, "1"],
])("%s is %d %s", (text, expected, unit) => {
  expect(inUnit(text, unit)).toBeCloseTo(expected, 12);
});

test.each([
  ["1 +", "expression.syntax", 4],
  ["(1", "expression.syntax", 3],
  ["1 2", "expression.syntax", 3],
  ["= a", "expression.syntax", 1],
  ["max(1 2)", "expression.syntax", 7],
  ["a.", "expression.syntax", 3],
  ["1e999", "expression.syntax", 1],
  ["a + 1 foo", "unit.unknown", 7],
  ["a + 1 N", "expression.unit", 3],
  ["a + load", "expression.unit", 3],
  ["a + nobody", "expression.unknownName", 5],
  ["a * word", "expression.notNumber", 5],
  ["1 + exec(1)", "expression.unknownFunction", 5],
  ["constructor(1)", "expression.unknownFunction", 1],
  ["constructor", "expression.unknownName", 1],
  ["integral(a, travel)", "expression.arguments", 1],
  ["integral(load, short)", "expression.length", 1],
  ["load + short * 1 N/mm", "expression.length", 6],
  ["last(none)", "expression.empty", 1],
  ["mean(none)", "expression.empty", 1],
  ["max()", "expression.arguments", 1],
  ["max(a, load)", "expression.arguments", 1],
  ["max(a, 1 s)", "expression.unit", 1],
  ["sqrt(a)", "expression.unit", 1],
  ["sqrt(-4)", "expression.domain", 1],
  ["1 / 0", "expression.notFinite", 3],
  ["2 * t", "expression.affine", 3],
  ["t + t", "expression.affine", 3],
  ["5 K - t", "expression.affine", 5],
  ["abs(t)", "expression.affine", 1],
])("%s is refused with its place", (text, code, column) => {
  expect(run(text)).toMatchObject({ ok: false, faults: [{ code, column }] });
});

test("an expression nests at most 32 deep and has at most 1000 characters", () => {
  const nested = `${"(".repeat(40)}1${")".repeat(40)}`;
  expect(run(nested)).toMatchObject({ ok: false, faults: [{ code: "expression.tooDeep", column: 34 }] });
  expect(run(`1${"+1".repeat(600)}`)).toMatchObject({ ok: false, faults: [{ code: "expression.tooLong", column: 1 }] });
});

test("every fault of an expression is told at once", () => {
  const outcome = run("nobody + (a + 1 N) * word");
  expect(outcome.ok ? [] : outcome.faults.map(({ code }) => code)).toEqual([
    "expression.unknownName",
    "expression.unit",
    "expression.notNumber",
  ]);
});

test("a long chain of operators neither overflows the stack nor loses its value", () => {
  expect(inUnit(`1${"+1".repeat(499)}`, "1")).toBe(500);
});

/** An expression tree of lengths, with what JavaScript makes of it. */
const tree: fc.Arbitrary<{ text: string; value: number }> = fc.letrec<{ node: { text: string; value: number } }>(
  (tie) => ({
    node: fc.oneof(
      { maxDepth: 5, depthSize: "small" },
      fc.integer({ min: 1, max: 99 }).map((value) => ({ text: `${value}`, value })),
      fc.tuple(tie("node"), fc.constantFrom("+", "-", "*", "/"), tie("node")).map(([left, sign, right]) => ({
        text: `(${left.text}) ${sign} (${right.text})`,
        value:
          {
            "+": left.value + right.value,
            "-": left.value - right.value,
            "*": left.value * right.value,
            "/": left.value / right.value,
          }[sign] ?? Number.NaN,
      })),
    ),
  }),
).node;

test("arithmetic agrees with the host's", () => {
  fc.assert(
    fc.property(tree, ({ text, value }) => {
      fc.pre(text.length <= 1000);
      const outcome = run(text);
      if (Number.isFinite(value)) expect(inUnit(text, "1")).toBe(value);
      else expect(outcome.ok).toBe(false);
    }),
  );
});

test("no text makes parsing, typing or evaluating throw, and every fault has its place inside the text", () => {
  const words = fc.constantFrom(
    "a",
    "b",
    "load",
    "travel",
    "word",
    "t",
    "1",
    "2.5 mm",
    "3 N",
    "+",
    "-",
    "*",
    "/",
    "(",
    ")",
    ",",
    ".",
    "max(",
    "integral(",
    "sqrt(",
    "mean(",
    "'x'",
    "%",
    " ",
  );
  const text = fc.oneof(
    fc.array(words, { maxLength: 20 }).map((list) => list.join(" ")),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(text, (source) => {
      const outcome = run(source);
      if (outcome.ok) return;
      expect(outcome.faults.length).toBeGreaterThan(0);
      for (const { column } of outcome.faults) {
        expect(column).toBeGreaterThanOrEqual(1);
        expect(column).toBeLessThanOrEqual(source.length + 1);
      }
    }),
    { numRuns: 500 },
  );
});
