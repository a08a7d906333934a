import type { CalibrationNeed, WholeLab } from "@labloop/contracts";
import { expect, test } from "vitest";
import { readLab, wholeCalibrations } from "../src/index.ts";

const need: CalibrationNeed = {
  values: ["weigh.mass"],
  everyDays: 90,
  method: "two weights of known mass",
  reference: "W-200",
  noticeDays: 7,
  whenExpired: "warn",
  renew: { operation: "calibrate", with: { load: "200 g" } },
};
const whole = {
  reference: "W-200",
  expires: "2026-06-29",
  noticeDays: 7,
  whenExpired: "warn",
  renew: { operation: "calibrate", with: { load: "200 g" }, validDays: 90 },
};

function complete(calibration: string, declared: CalibrationNeed | null = need, isThere = true) {
  const text = `schemaVersion: 1
lab: bench
title: { en: A bench }
mode: real
owner: Ada
contact: Ada
devices:
  balance:
    module: x
${calibration}`;
  const read = readLab({ file: "lab.yaml", text });
  if (read.value === null || read.faults.length > 0) throw new Error(JSON.stringify(read.faults));
  const described = {
    kind: "b",
    capability: "balance",
    operations: {},
    ...(declared ? { calibration: declared } : {}),
  };
  const { lab, faults } = wholeCalibrations(read.value, read, { devices: isThere ? { balance: described } : {} });
  return {
    calibration: calibrationIn(lab),
    faults: faults.map(({ line, message, hint }) => ({ line, message, hint })),
  };
}

const calibrationIn = ({ devices }: WholeLab) => devices["balance"]?.calibration;

test("a lab that states the day alone gets all else from the driver: reference, validity, notice, what happens, renewal", () => {
  expect(complete("    calibration: { done: 2026-03-31 }")).toEqual({ calibration: whole, faults: [] });
});

test.each([
  ["reference: C-9", { reference: "C-9" }],
  ["expires: 2027-01-31", { expires: "2027-01-31" }],
  ["expires: null", { expires: null }],
  ["noticeDays: 1", { noticeDays: 1 }],
  ["whenExpired: hold", { whenExpired: "hold" }],
  ["renew: { validDays: 30 }", { renew: { ...whole.renew, validDays: 30 } }],
  ["renew: { with: { load: 100 g } }", { renew: { ...whole.renew, with: { load: "100 g" } } }],
  // What the driver gives its own operation means nothing to another.
  ["renew: { operation: zero }", { renew: { operation: "zero", with: {}, validDays: 90 } }],
  ["renew: false", { renew: undefined }],
] as const)("what the lab states wins: %s", (stated, changed) => {
  const { calibration, faults } = complete(`    calibration: { done: 2026-03-31, ${stated} }`);
  expect(faults).toEqual([]);
  expect({ renew: undefined, ...calibration }).toEqual({ ...whole, ...changed });
});

test("where the driver declares nothing the lab states all of it, as ever", () => {
  const { calibration, faults } = complete("    calibration: { reference: C-1, expires: 2026-06-30 }", null);
  expect({ calibration, faults }).toEqual({
    calibration: { reference: "C-1", expires: "2026-06-30", noticeDays: 14, whenExpired: "hold" },
    faults: [],
  });
  expect(complete("").calibration).toBeUndefined();
});

test("what neither says is told at its place, all of it at once, and the device is without a calibration", () => {
  const bare = { values: [], everyDays: 90, method: "x" };
  const { calibration, faults } = complete(
    "    calibration:\n      noticeDays: 3\n      renew: { validDays: 3 }",
    bare,
  );
  expect(calibration).toBeUndefined();
  expect(faults).toEqual([
    { line: 11, message: expect.stringContaining("reference"), hint: expect.stringContaining("certificate") },
    { line: 11, message: expect.stringContaining("until when"), hint: expect.stringContaining("valid for 90 days") },
    { line: 12, message: expect.stringContaining("by which operation"), hint: expect.stringContaining("operation") },
  ]);
  const alone = complete("    calibration:\n      reference: C-1\n      done: 2026-03-31", null);
  expect(alone.faults).toEqual([
    { line: 12, message: expect.stringContaining("how long"), hint: expect.stringContaining("expires:") },
  ]);
});

test("of a device that is not there nobody knows what its driver declares, and that is no fault", () => {
  expect(complete("    calibration: { done: 2026-03-31 }", need, false)).toEqual({
    calibration: undefined,
    faults: [],
  });
  expect(complete("    calibration: { reference: C-1, expires: null }", need, false).calibration).toBeDefined();
});
