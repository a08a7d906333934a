import { expect, test } from "vitest";
import { chooseLanguage } from "../src/i18n/choose-language.ts";
import { en } from "../src/i18n/en.ts";
import { createFormat } from "../src/i18n/format.ts";
import { ja } from "../src/i18n/ja.ts";
import { piecesOf } from "../src/i18n/stressed.ts";

type Leaf = string | ((...words: never[]) => string);

function leavesOf(catalogue: object, path = ""): [string, Leaf][] {
  return Object.entries(catalogue).flatMap(([key, value]) =>
    typeof value === "object" && value !== null
      ? leavesOf(value as object, `${path}${key}.`)
      : [[`${path}${key}`, value as Leaf] satisfies [string, Leaf]],
  );
}

/** What a message says when its blanks are filled with words that can be found again. */
function filled(leaf: Leaf, key: string): string {
  if (typeof leaf === "string") return leaf;
  const words = Array.from({ length: leaf.length }, (_, at) => (key === "list" ? ["«0»", "«1»"] : `«${at}»`));
  return leaf(...(words as never[]));
}

const english = new Map(leavesOf(en));
const japanese = new Map(leavesOf(ja));

test("both languages say the same things", () => {
  expect([...japanese.keys()].toSorted()).toEqual([...english.keys()].toSorted());
  expect(english.size).toBeGreaterThan(150);
});

test.each([...english])("%s is said in both languages, with the same stress", (key, leaf) => {
  const other = japanese.get(key) ?? "";
  expect(typeof other).toBe(typeof leaf);
  const [left, right] = [filled(leaf, key), filled(other, key)];
  expect(left.trim()).not.toBe("");
  expect(right.trim()).not.toBe("");
  const marksOf = (text: string) => piecesOf(text).filter(({ mark }) => mark !== "plain").length > 0;
  expect(marksOf(right)).toBe(marksOf(left));
});

test("nothing but names, keys and signs is the same in both languages", () => {
  const same = [...english].filter(([key, leaf]) => {
    const text = filled(leaf, key);
    return /[a-z]{2}/i.test(text) && text === filled(japanese.get(key) ?? "", key);
  });
  expect(same.map(([key]) => key).toSorted()).toEqual(["control.estopKeys", "title", "titleEmpty"]);
});

test("the address chooses the language, then the last choice, then the browser, then English", () => {
  expect(chooseLanguage("?lang=ja", "en", ["en-GB"])).toBe("ja");
  expect(chooseLanguage("", "ja", ["en-GB"])).toBe("ja");
  expect(chooseLanguage("?lang=tlh", null, ["fr", "ja-JP", "en"])).toBe("ja");
  expect(chooseLanguage("", null, ["fr-FR"])).toBe("en");
});

const format = createFormat("en", "UTC");

test.each([
  [0, "0 ms"],
  [420, "420 ms"],
  [12_300, "12 s"],
  [61_000, "1 min 1 s"],
  [3_599_900, "1 h"],
  [3_660_000, "1 h 1 min"],
  [60 * 3_600_000, "2 d 12 h"],
])("%d ms are written as %s", (ms, text) => {
  expect(format.duration(ms)).toBe(text);
});

test("quantities bear the sign of their unit, and pure numbers none", () => {
  expect(format.quantity(41.2345, "J")).toBe("41.23\u00a0J");
  expect(format.quantity(75, "deg")).toBe("75°");
  expect(format.quantity(8, "1")).toBe("8");
  expect(format.difference(3.14159, "J")).toBe("+3.14\u00a0J");
  expect(createFormat("ja", "UTC").duration(61_000)).toBe("1 分 1 秒");
});

test("an age that runs is written in tenths of a second, and a long one as a duration", () => {
  expect(format.age(420)).toBe("0.4 s");
  expect(format.age(65_000)).toBe("1 min 5 s");
});

test("the time of day is written to the second", () => {
  expect(format.time(Date.UTC(2026, 0, 1, 5, 2, 11))).toBe("05:02:11");
});
