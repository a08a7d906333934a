import fc from "fast-check";
import { expect, test } from "vitest";
import { digestOf, paramsHashOf, sha256 } from "../src/digest.ts";
import { canonicalJson } from "../src/index.ts";

test("the example of RFC 8785 section 3.2.3 sorts by UTF-16 code units", () => {
  const value = {
    "€": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "😀": "Emoji: Grinning Face",
    "\u0080": "Control",
    ö: "Latin Small Letter O With Diaeresis",
  };
  const order = [...canonicalJson(value).matchAll(/":"(\w+)/g)].map(([, word]) => word);
  expect(order).toEqual(["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"]);
});

test("numbers are written as RFC 8785 section 3.2.2.3 asks", () => {
  expect(canonicalJson(JSON.parse("[333333333.33333329, 1e30, 4.50, 2e-3, 1e-27, -0]"))).toBe(
    "[333333333.3333333,1e+30,4.5,0.002,1e-27,0]",
  );
});

test("what is not JSON is refused, where JSON.stringify would write null", () => {
  expect(() => canonicalJson({ a: Number.NaN })).toThrow(TypeError);
  expect(() => canonicalJson([Number.POSITIVE_INFINITY])).toThrow(TypeError);
  expect(() => canonicalJson(() => 1)).toThrow(TypeError);
});

test("equal values have one canonical text, whatever the order of their keys", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
      expect(canonicalJson(reversed(value))).toBe(text);
    }),
  );
});

test("a command's hash covers its operation and parameters and nothing else", () => {
  const params = { file: "CB0001.GCO" };
  expect(paramsHashOf("print", params)).toBe(sha256('{"op":"print","params":{"file":"CB0001.GCO"}}'));
  expect(paramsHashOf("print", params)).not.toBe(paramsHashOf("weigh", params));
  expect(digestOf({ b: 1, a: 2 })).toBe(digestOf({ a: 2, b: 1 }));
});

function reversed(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(reversed);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}
