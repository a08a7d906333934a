import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readAnswer } from "../../src/declare/answer-pattern.ts";

test("a line is read at the places of its pattern, and no other line is", () => {
  expect(readAnswer("ABS {value:number}", "ABS 0.5312")).toEqual({ value: 0.5312 });
  expect(readAnswer("ABS {value:number}", "  ABS   -1.2e-3 ")).toEqual({ value: -0.0012 });
  expect(readAnswer("LUXO-2 sn={serial} fw={firmware}", "LUXO-2 sn=771 fw=1.4")).toEqual({
    serial: "771",
    firmware: "1.4",
  });
  expect(readAnswer("{word:IDLE|RUN} {count:integer}", "RUN 12")).toEqual({ word: "RUN", count: 12 });
  expect(readAnswer("OK", "OK")).toEqual({});
  for (const line of ["ABS", "ABS ", "ABS 1 2", "XABS 1", "ABS NaN", "abs 1"]) {
    expect(readAnswer("ABS {value:number}", line)).toBeNull();
  }
  expect(readAnswer("{word:IDLE|RUN} {count:integer}", "STOP 12")).toBeNull();
  expect(readAnswer("{count:integer}", "1.5")).toBeNull();
  expect(() => readAnswer("{count:int}", "1")).toThrow('a place of kind "int"');
});

test("every number that an instrument may write is read as that number, whatever stands around it", () => {
  const literal = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !/[{}\s\d.+eE-]/.test(text));
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), literal, literal, (number, left, right) => {
      expect(readAnswer(`${left} {value:number} ${right}`, `${left} ${number} ${right}`)?.value === number).toBe(true);
    }),
  );
});

test("what the compiler knows of an answer: numbers, words and texts by name", () => {
  const found = readAnswer("{word:IDLE|RUN} {count:integer} {name}", "RUN 1 x");
  const word: "IDLE" | "RUN" | undefined = found?.word;
  const count: number | undefined = found?.count;
  const name: string | undefined = found?.name;
  expect([word, count, name]).toEqual(["RUN", 1, "x"]);
  // @ts-expect-error -- there is no such place
  expect(found?.other).toBeUndefined();
  // @ts-expect-error -- a text is no number
  const wrong: number | undefined = found?.name;
  expect(wrong).toBe("x");
});
