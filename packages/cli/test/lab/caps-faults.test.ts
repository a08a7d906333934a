import { type DeviceCaps } from "@labloop/contracts";
import { expect, test } from "vitest";
import { capsFaults } from "../../src/lab/caps-faults.ts";

const sound: DeviceCaps = {
  kind: "pump",
  capability: "pump",
  driverVersion: "1.0.0",
  serial: null,
  firmware: null,
  operations: {
    dose: {
      title: "Dose",
      version: "1.0.0",
      params: { volume: { type: "quantity", unit: "uL", minimum: 1, maximum: 500 } },
      result: { delivered: { type: "quantity", unit: "uL" } },
      retryClass: "non-repeatable",
      duration: { typicalMs: 1_000, maxMs: 60_000 },
      stoppable: false,
    },
  },
  contract: { major: 1, features: [] },
  heartbeatMs: 1_000,
  telemetry: { pressure: { unit: "bar" } },
};

const told = (caps: unknown) => capsFaults(caps).map(({ path, code }) => `${path} ${code}`);

test("everything that a driver declares wrongly of itself is told at once, and what follows from another fault is not", () => {
  const { dose } = sound.operations;
  const { maxMs: _, ...half } = dose?.duration ?? {};
  expect(told(sound)).toEqual([]);
  expect(
    told({
      ...sound,
      telemetry: { pressure: { unit: "barr" } },
      calibration: { values: ["dose.deliverd"], everyDays: 30, method: "weights" },
      operations: {
        dose: {
          ...dose,
          params: { volume: { type: "quantity", unit: "uLL", minimum: 500, maximum: 1 } },
          result: { word: { type: "string", enum: [] }, code: { type: "string", pattern: "(" } },
          duration: { typicalMs: 2, maxMs: 1 },
        },
        half: { ...dose, duration: half },
      },
    }),
  ).toEqual([
    "operations.half.duration.maxMs document.missing",
    "operations.dose.params.volume unit.unknown",
    "operations.dose.params.volume driver.limitsEmpty",
    "operations.dose.result.word driver.noChoice",
    "operations.dose.result.code driver.pattern",
    "operations.dose.duration driver.duration",
    "telemetry.pressure unit.unknown",
    "calibration.values.0 driver.unknownName",
  ]);
});
