import { Fault, type Outcome } from "@labloop/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { checkCampaign, checkCampaignDocument, checkLab, checkProtocol, readTable } from "../src/index.ts";
import { demoDescription, demoSources, placesOf } from "./support/demo.ts";

/** The demonstration with twenty of its designs, which is quicker to check many times. */
const designs = demoSources.tables["designs"]!;
const smallSources = {
  ...demoSources,
  candidates: { ...demoSources.candidates, text: firstLines(demoSources.candidates.text) },
  tables: { designs: { ...designs, text: firstLines(designs.text) } },
};

function firstLines(text: string): string {
  return `${text.split("\n").slice(0, 21).join("\n")}\n`;
}

const kinds = ["campaign", "protocol", "lab", "candidates"] as const;

function expectSound(outcome: Outcome<unknown>): void {
  if (outcome.ok) return;
  expect(outcome.faults.length).toBeGreaterThan(0);
  for (const fault of outcome.faults) {
    expect(Fault.parse(fault)).toEqual(fault);
    expect(fault).toMatchObject({ file: expect.any(String), line: expect.any(Number), column: expect.any(Number) });
  }
}

test.each([
  ["nested lists", "[".repeat(100_000)],
  ["nested maps", "{a: ".repeat(50_000)],
  ["nested dashes", "- ".repeat(100_000)],
  ["nested questions", "? ".repeat(100_000)],
  ["deep indentation", Array.from({ length: 500 }, (_, i) => `${" ".repeat(i)}a:`).join("\n")],
  ["a cyclic alias", "a: &a [*a]"],
])("%s are refused as too deep", (_name, text) => {
  expect(placesOf(checkLab({ file: "f", text })).map((place) => place.split(" ")[1])).toContain("document.tooDeep");
});

test("a bomb of aliases is refused before it unfolds", () => {
  const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(", ")}]`);
  const outcome = checkLab({ file: "f", text: ["l0: &l0 x", ...levels].join("\n") });
  expect(placesOf(outcome).some((place) => place.endsWith(" document.aliases"))).toBe(true);
});

test("thousands of aliases are not resolved one by one", () => {
  const outcome = checkLab({ file: "f", text: `a: &a 1\nb: [${"*a,".repeat(60_000)}]` });
  expect(placesOf(outcome).some((place) => place.endsWith(" document.aliases"))).toBe(true);
});

test.each([
  ["an alias without anchor", "a: *b", "f:1:4 document.aliases"],
  ["a second document", "a: 1\n---\nb: 2", "f:2:1 document.syntax"],
  ["a tag", "a: !!js/function x", "f:1:4 document.syntax"],
  ["a prototype as key", "__proto__: { lab: x }", "f:1:1 document.key"],
  ["a list as key", "? [1]\n: 2", "f:1:3 document.key"],
  ["an endless text", `lab: ${"x".repeat(300_000)}`, "f:1:1 document.tooLarge"],
])("%s is refused", (_name, text, place) => {
  expect(placesOf(checkLab({ file: "f", text }))).toContain(place);
});

test.each([
  ["three lines under one key", "a:\n   b: 1\n  c: 2\n  d: 3\n  e: 4\n", "f:3:1 document.syntax"],
  ["a tab", "a:\n  - b: 1\n\tc: 2\n    d: 3\n", "f:3:1 document.syntax"],
  ["below what is doubted", "a: !x 1\nb:\n   c: 1\n  d: 2\n", "f:1:4 document.syntax"],
  ["a list", "a:\n  - b: 1\n - c: 2\n    d: 3\n", "f:3:1 document.syntax"],
])("a wrong indentation is told once, where it begins: %s", (_name, text, place) => {
  expect(placesOf(checkLab({ file: "f", text }))).toEqual([place]);
});

test("an empty file and a bare value are refused", () => {
  for (const text of ["", "\n", "null", "3", "[]", "text"]) {
    expect(placesOf(checkLab({ file: "f", text }))[0]).toMatch(/^f:\d+:\d+ document\.type$/);
  }
});

test("an alias may stand for a value, once or a few times", () => {
  const text = demoSources.lab.text
    .replace("transport: { plant: marlin }", "transport: &marlin { plant: marlin }")
    .replaceAll("transport: { plant: marlin }", "transport: *marlin");
  expect(text).toContain("*marlin");
  expect(placesOf(checkLab({ file: "f", text }))).toEqual([]);
});

test("documents with bytes changed, dropped or doubled give faults with places, never an exception", () => {
  const edit = fc.record({
    kind: fc.constantFrom(...kinds),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    drop: fc.nat(12),
    put: fc.oneof(
      fc.string({ unit: "binary", maxLength: 4 }),
      fc.constantFrom(
        "[",
        "{",
        ": ",
        "\n",
        "\t",
        "- ",
        "&a ",
        "*a",
        "!x ",
        "'",
        '"',
        "= ",
        "|",
        ">",
        "#",
        "\0",
        "\u2028",
      ),
    ),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const sources = { ...smallSources };
      for (const { kind, at, drop, put } of edits) {
        const { file, text } = sources[kind];
        const offset = Math.floor(Math.min(text.length, 3000) * at);
        sources[kind] = { file, text: text.slice(0, offset) + put + text.slice(offset + drop) };
      }
      expectSound(checkCampaign(sources));
    }),
    { numRuns: 150 },
  );
});

/** Puts a value in the place of one node of a document, counted in depth-first order. */
function replaceNode(node: unknown, counter: { left: number }, value: unknown): unknown {
  if (counter.left-- === 0) return value;
  if (Array.isArray(node)) return node.map((item) => replaceNode(item, counter, value));
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, replaceNode(item, counter, value)]));
}

test("documents with any value in any place give faults with places, never an exception", () => {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom(
      "= lookup(designs.file, n)",
      "= device(arm)",
      "= place(bin)",
      "25 mm",
      "= 1/0 * 1 mm",
      "constructor",
      "toString",
      "__proto__",
      "=",
      "= ",
      ".inf",
      Number.MAX_VALUE,
    ),
    fc.dictionary(
      fc.constantFrom("constructor", "toString", "unit", "step", "use", "with", "en", "n"),
      fc.jsonValue({ maxDepth: 1 }),
    ),
  );
  fc.assert(
    fc.property(
      fc.constantFrom("campaign" as const, "protocol" as const, "lab" as const),
      fc.nat(120),
      value,
      (kind, left, put) => {
        const source = smallSources[kind];
        const text = stringify(replaceNode(parse(source.text), { left }, put));
        expectSound(checkCampaign({ ...smallSources, [kind]: { ...source, text } }));
      },
    ),
    { numRuns: 200 },
  );
});

test("no text at all makes a check throw", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      const source = { file: "f", text };
      for (const outcome of [checkLab(source), checkProtocol(source, demoDescription), checkCampaignDocument(source)]) {
        expect(outcome.ok).toBe(false);
        expectSound(outcome);
      }
      expectSound(readTable(source));
    }),
    { numRuns: 200 },
  );
});
