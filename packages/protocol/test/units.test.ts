import { unitNames } from "@labloop/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { convert, parseQuantity, parseUnit } from "../src/index.ts";
import { doubtfulSpellings, unitBySpelling } from "../src/units/unit-table.ts";

const units = [...new Set(unitBySpelling.values())];

test("the table has a size for every name that drivers may use, and no other symbol", () => {
  expect(units.map(({ code }) => code).toSorted()).toEqual([...unitNames].toSorted());
});

function valueOf<T>(outcome: { ok: true; value: T } | { ok: false; faults: unknown }): T {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.faults));
  return outcome.value;
}

test.each([
  ["25 mm", 25, "mm"],
  ["25mm", 25, "mm"],
  ["-1.5e-3 N", -0.0015, "N"],
  ["0.5", 0.5, "1"],
  ["50 µL", 50, "uL"],
  ["50 μL", 50, "uL"],
  ["37 °C", 37, "degC"],
  ["37 ℃", 37, "degC"],
  ["310.15 K", 310.15, "K"],
  ["5 Δ°C", 5, "K"],
  ["1500 xg", 1500, "xg"],
  ["1500 x g", 1500, "xg"],
  ["1500 × g", 1500, "xg"],
  ["60 %", 60, "%"],
  ["300 rpm", 300, "rpm"],
  ["2 M", 2, "M"],
  ["10 mm/min", 10, "mm/min"],
  ["10 mm / min", 10, "mm/min"],
  ["3 N·mm", 3, "N*mm"],
  ["9.81 m/s²", 9.81, "m/s^2"],
  ["9.81 m s^-2".replace(" s", "*s"), 9.81, "m*s^-2"],
  ["4 m2", 4, "m^2"],
  ["4 1/min", 4, "1/min"],
])("'%s' is read as a quantity in one spelling", (text, value, unit) => {
  expect(parseQuantity(text)).toEqual({ ok: true, value: { value, unit } });
});

test.each([
  ["25 C", "unit.unknown", "write degC for a temperature, A*s for a charge"],
  ["25 UL", "unit.unknown", "write uL"],
  ["25 Mm", "unit.unknown", "did you mean 'mm'?"],
  ["25 rpmm", "unit.unknown", "did you mean 'rpm'?"],
  ["25 degC/min", "unit.affine", "write K"],
  ["2,5 mm", "quantity.comma", "write a decimal point"],
  ["mm", "quantity.shape", "write a number and a unit, such as 25 mm"],
  ["", "quantity.shape", "write a number and a unit, such as 25 mm"],
])("'%s' is refused with a suggestion", (text, code, hint) => {
  expect(parseQuantity(text)).toMatchObject({ ok: false, faults: [{ code, hint }] });
});

test.each([
  ["mm*/min", "unit.unknown"],
  ["mm^0", "unit.power"],
  ["mm^99", "unit.power"],
  ["eV^9*eV^9", "unit.power"],
  ["m".repeat(100), "unit.unknown"],
])("'%s' is refused as a unit", (text, code) => {
  expect(parseUnit(text)).toMatchObject({ ok: false, faults: [{ code }] });
});

test.each([
  [25, "mm", "cm", 2.5],
  [1, "N*mm", "J", 0.001],
  [37, "degC", "K", 310.15],
  [212, "degF", "degC", 100],
  [1, "M", "mol/L", 1],
  [60, "rpm", "deg/s", 360],
  [1, "xg", "m/s^2", 9.80665],
  [50, "%", "1", 0.5],
  [1, "mL/min", "uL/s", 1000 / 60],
  [1, "V*A", "W", 1],
  [1, "psi", "Pa", 6894.757293168],
  [1, "J/m^3", "Pa", 1],
])("%d %s in %s is %d", (value, from, to, expected) => {
  expect(valueOf(convert(value, from, to))).toBeCloseTo(expected, 9);
});

test("units of different dimension do not convert, and the fault says what each measures", () => {
  expect(convert(1, "mm", "N")).toMatchObject({
    ok: false,
    faults: [{ code: "unit.dimension", message: "'mm' is length, but 'N' is length·mass·time^-2" }],
  });
  expect(convert(1, "deg", "1")).toMatchObject({ ok: false, faults: [{ code: "unit.dimension" }] });
  expect(convert(1, "rpm", "Hz")).toMatchObject({ ok: false, faults: [{ code: "unit.dimension" }] });
});

test("every symbol of the table reads back as itself, and no doubtful spelling is one of them", () => {
  for (const unit of units) expect(valueOf(parseUnit(unit.code))).toBe(unit);
  for (const spelling of doubtfulSpellings.keys()) expect(unitBySpelling.has(spelling)).toBe(false);
});

test("a converted value converts back", () => {
  const pair = fc
    .tuple(fc.constantFrom(...units), fc.constantFrom(...units))
    .filter(([a, b]) => a.dimension.join() === b.dimension.join());
  fc.assert(
    fc.property(pair, fc.double({ min: -1e6, max: 1e6, noNaN: true }), ([a, b], value) => {
      const there = valueOf(convert(value, a.code, b.code));
      const back = valueOf(convert(there, b.code, a.code));
      expect(Math.abs(back - value)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value)));
    }),
  );
});

test("a compound unit converts as the product of its parts", () => {
  const linear = fc.constantFrom(...units.filter(({ offset, code }) => offset === 0 && code !== "1"));
  fc.assert(
    fc.property(linear, linear, (a, b) => {
      const product = valueOf(parseUnit(`${a.code}*${b.code}`));
      const quotient = valueOf(parseUnit(`${a.code}/${b.code}`));
      expect(product.factor).toBe(a.factor * b.factor);
      expect(quotient.factor / (a.factor / b.factor)).toBeCloseTo(1, 12);
      expect(valueOf(parseUnit(quotient.code))).toEqual(quotient);
    }),
  );
});

test("no text makes the parsers throw", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[0-9a-zA-Zµ°/*^ .,-]{0,60}$/)), (text) => {
      expect(parseUnit(text).ok).toBeTypeOf("boolean");
      expect(parseQuantity(text).ok).toBeTypeOf("boolean");
    }),
  );
});
