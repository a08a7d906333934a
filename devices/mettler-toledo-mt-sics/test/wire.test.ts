import { decodeAnswer, encodeText, encodeWeight, gramsOf } from "@labloop/device-mettler-toledo-mt-sics/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

describe("answers with a weight (reference manual, section 2.2.1)", () => {
  test("the AL-IC instructions' stable weight (page 72) is read and written byte for byte", () => {
    expect(decodeAnswer("S S     100.00 g")).toEqual({
      kind: "weight",
      id: "S",
      status: "S",
      value: "100.00",
      unit: "g",
    });
    expect(encodeWeight("S", "S", "100.00", "g")).toBe("S S     100.00 g");
  });

  test("a dynamic weight and a negative one keep the field's width", () => {
    expect(decodeAnswer("S D     129.07 g")).toMatchObject({ kind: "weight", status: "D", value: "129.07" });
    expect(encodeWeight("S", "D", "-129.07", "g")).toBe("S D    -129.07 g");
    expect(decodeAnswer("S D    -129.07 g")).toMatchObject({ value: "-129.07" });
  });

  test("a tare that was asked for is a weight with status A", () => {
    expect(decodeAnswer("TA A     100.00 g")).toEqual({
      kind: "weight",
      id: "TA",
      status: "A",
      value: "100.00",
      unit: "g",
    });
  });

  test("every weight written is read back as it was", () => {
    fc.assert(
      fc.property(fc.integer({ min: -999_999, max: 9_999_999 }), fc.constantFrom("g", "kg", "mg"), (steps, unit) => {
        const value = (steps / 100).toFixed(2);
        const line = encodeWeight("S", "S", value, unit);
        expect(line).toHaveLength("S S ".length + 10 + 1 + unit.length);
        expect(decodeAnswer(line)).toEqual({ kind: "weight", id: "S", status: "S", value, unit });
      }),
    );
  });
});

describe("answers without a weight (sections 2.2.2 and 2.3)", () => {
  test("identity comes in quotes", () => {
    expect(decodeAnswer('I4 A "1234567"')).toEqual({ kind: "text", id: "I4", status: "A", texts: ["1234567"] });
    expect(encodeText("I4", ["1234567"])).toBe('I4 A "1234567"');
    expect(decodeAnswer('I2 A "ICS469 OU 60.18 kg"')).toMatchObject({ texts: ["ICS469 OU 60.18 kg"] });
  });

  test("a list of commands comes in lines with status B, then one with A", () => {
    expect(decodeAnswer('I0 B 0 "I0"')).toEqual({ kind: "text", id: "I0", status: "B", texts: ["I0"] });
    expect(decodeAnswer('I0 A 1 "TAC"')).toMatchObject({ status: "A", texts: ["TAC"] });
  });

  test("not executable, overload and underload are told apart", () => {
    expect(["S I", "S +", "S -", "Z A", "S L"].map((line) => decodeAnswer(line))).toEqual([
      { kind: "status", id: "S", status: "I" },
      { kind: "status", id: "S", status: "+" },
      { kind: "status", id: "S", status: "-" },
      { kind: "status", id: "Z", status: "A" },
      { kind: "status", id: "S", status: "L" },
    ]);
  });

  test("the three general errors name no command", () => {
    expect(["ES", "ET", "EL"].map((line) => decodeAnswer(line))).toEqual([
      { kind: "refusal", code: "ES" },
      { kind: "refusal", code: "ET" },
      { kind: "refusal", code: "EL" },
    ]);
  });

  test("what is no answer at all is called unreadable, never a weight", () => {
    for (const line of ["", "S", "S S 1.2.3 g", "garbage", "S S     100.00", "s s     100.00 g"]) {
      expect(decodeAnswer(line)).toEqual({ kind: "unreadable", line });
    }
  });
});

describe("weights in grams", () => {
  test("kg and mg become g with the decimals that the balance resolved", () => {
    expect(gramsOf("100.00", "g")).toBe(100);
    expect(gramsOf("0.10012", "kg")).toBe(100.12);
    expect(gramsOf("0.06523", "kg")).toBe(65.23);
    expect(gramsOf("12345.6", "mg")).toBe(12.3456);
    expect(gramsOf("-0.01", "g")).toBe(-0.01);
  });

  test("a unit that is none of these is refused", () => {
    expect(gramsOf("3.53", "oz")).toBeNull();
    expect(gramsOf("1", "toString")).toBeNull();
  });
});
