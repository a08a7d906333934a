import { decodeText, encodeText } from "@labloop/device-file-drop/wire";
import { readNumber, readRows } from "@labloop/device-file-drop/parser";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import readSpectrum from "../declarations/spectrum.ts";
import { FileDropDeclaration } from "../declaration.ts";
import { parserOf } from "../read-values.ts";
import { fillName, namePattern, stampOf } from "../template.ts";

describe("text as instruments' computers write it", () => {
  test("CP932 with what NEC and IBM added, UTF-8 with and without a mark, and UTF-16 are told apart by themselves", () => {
    const text = "試料①,髙橋,∵≒ⅲ㈱～\r\n";
    for (const encoding of ["cp932", "utf-8", "utf-8-bom", "utf-16le"] as const) {
      expect(decodeText(encodeText(text, encoding), "auto").text).toBe(text);
      expect(decodeText(encodeText(text, encoding), encoding).text).toBe(text);
    }
  });

  test("codes are those of Windows where a character has two", () => {
    expect([...encodeText("∵≒①ⅲ髙表", "cp932")].map((byte) => byte.toString(16)).join(" ")).toBe(
      "81 e6 81 e0 87 40 fa 42 fb fc 95 5c",
    );
  });

  test("whatever CP932 can write it reads back", () => {
    const characters = Array.from("ｱｲｳabc漢字ひらがな、。・ー～∥－");
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...characters)), (chosen) => {
        const text = chosen.join("");
        expect(decodeText(encodeText(text, "cp932"), "cp932").text).toBe(text);
      }),
    );
  });

  test("bytes that are no text in the wanted encoding are refused, and a character that has no code too", () => {
    expect(() => decodeText(Uint8Array.of(0x81), "auto")).toThrow("no text in utf-8 or shift_jis");
    expect(() => decodeText(Uint8Array.of(0xff), "utf-8")).toThrow("no text in utf-8");
    expect(() => encodeText("한", "cp932")).toThrow("does not exist in cp932");
  });
});

describe("tables", () => {
  test("every table that is written with quotes is read back", () => {
    const cell = fc.string().map((text) => text.trim());
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1 }), { minLength: 1 }), (rows) => {
        const text = rows.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(";")).join("\r\n");
        expect(readRows(`${text}\r\n`, ";")).toEqual(rows);
      }),
    );
  });

  test("numbers may have decimal commas, full-width digits and exponents, and nothing else is one", () => {
    expect(readNumber("1,25", ",")).toBe(1.25);
    expect(readNumber("－１２．５")).toBe(-12.5);
    expect(readNumber(" 1.0E-03 ")).toBe(0.001);
    for (const text of ["", "n/a", "1,234", "1.2.3", "0x10", "Infinity", undefined]) {
      expect(() => readNumber(text)).toThrow("is no number");
    }
  });

  const declared = (result: object) =>
    FileDropDeclaration.parse({
      kind: "k",
      version: "1",
      capability: "c",
      title: { en: "t" },
      provenance: { manual: "m", metHardware: false },
      operations: { op: { title: "t", duration: { typicalMs: 1, maxMs: 1_000 }, result: { file: "x", ...result } } },
    }).operations["op"]!.result;

  test("headings are found wherever they stand; a row of units is skipped; labels, rows and factors give single values", () => {
    const layout = declared({
      delimiter: ";",
      decimal: ",",
      skipRows: 1,
      values: {
        load: { type: "series", unit: "N", column: "荷重", times: 1_000 },
        last: { type: "quantity", unit: "mm", column: "変位" },
        first: { type: "quantity", unit: "mm", column: "変位", row: "first" },
        operator: { type: "string", label: "測定者" },
      },
    });
    const text = "装置;X-1\n測定者;山田\n\n変位;荷重\nmm;kN\n0,1;0,5\n0,2;0,75\n\nend;of;file\n";
    expect(parserOf(layout)({ name: "x", text, params: {} })).toEqual({
      load: { values: [500, 750], unit: "N" },
      last: { value: 0.2, unit: "mm" },
      first: { value: 0.1, unit: "mm" },
      operator: "山田",
    });
  });

  test("a table without the headings, or without the row, is no result", () => {
    const layout = declared({ values: { mass: { type: "quantity", unit: "g", column: "mass" } } });
    expect(() => parserOf(layout)({ name: "x", text: "a,b\n1,2\n", params: {} })).toThrow('headings "mass"');
    expect(() => parserOf(layout)({ name: "x", text: "mass\n", params: {} })).toThrow("there are 0");
  });

  test("the parser that comes as an example reads its vendor's file", () => {
    const text = "TITLE\tdye\nXYDATA\n400,0\t0,1\n401,0\t0,9\n402,0\t0,2\nEND\n";
    expect(readSpectrum({ name: "dye.txt", text, params: {} })).toMatchObject({ peak: { value: 401, unit: "nm" } });
  });
});

describe("names of files", () => {
  const filling = { command: "C-1", stamp: "260105080000", params: { sample: "a*b", mass: { value: 1.5, unit: "g" } } };

  test("what fills a name never becomes a pattern or a path", () => {
    expect(namePattern("{command}*.CSV", filling).test("c-1_scan.csv")).toBe(true);
    expect(namePattern("{command}*.csv", filling).test("C-12")).toBe(false);
    expect(() => namePattern("{sample}.csv", filling)).toThrow("cannot be the name of a file");
    expect(fillName("{mass}.req", filling)).toBe("1.5.req");
  });

  test("the stamp is NIMO's: yymmddHHMMSS", () => {
    expect(stampOf(Date.UTC(2026, 0, 5, 8, 3, 9))).toBe("260105080309");
  });
});
