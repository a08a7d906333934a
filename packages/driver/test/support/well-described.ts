import * as z from "zod";
import { choice, defineDevice, defineFaults, flag, integer, quantity, series, text } from "../../src/index.ts";

/** A device that declares one of everything there is to declare; it does nothing. */
export const wellDescribed = defineDevice({
  kind: "test-reader",
  driverVersion: "1.2.0",
  capability: "plate-reader",
  title: { en: "Plate reader", ja: "プレートリーダー" },
  manual: "No manual at all",
  docs: "Let the lamp warm up for an hour.",
  config: z.strictObject({
    lampHours: z.number().min(0).default(0).describe("Hours on the lamp"),
    address: z.string(),
  }),
  connect: async () => null,
  identify: () => ({ serial: null, firmware: null }),
  telemetry: {
    channels: { lamp: { unit: "degC", description: "Of the lamp's housing" } },
    everyMs: 1_000,
    read: async () => ({ lamp: 40 }),
  },
  faults: defineFaults("reader", {
    doorOpen: { message: "the door stands open", hint: "shut the door", physical: "none" },
  }),
  calibration: { values: ["scan.od"], everyDays: 180, method: "a plate of known density" },
  operations: {
    scan: {
      title: "Read a plate",
      description: "Reads all wells from A1 on.",
      version: "1.0.0",
      retryClass: "retry-safe",
      params: {
        wavelength: quantity("nm", { min: 300, max: 900, description: "Of the light" }),
        gain: integer({ min: 1, max: 10 }),
        label: text({ pattern: /^[a-z|]+$/ }),
        mode: choice(["fast", "slow"]),
        from: flag({ description: "Whether it starts at the front" }),
      },
      result: { od: series("1", { description: "Optical density" }), time: quantity("s", { min: 0 }) },
      duration: { typicalMs: 10_000, maxMs: 120_000 },
      run: async (_session, _params, { done }) =>
        done({ od: { values: [], unit: "1" }, time: { value: 1, unit: "s" } }),
    },
    "home-stage": {
      title: "Home",
      version: "1.0.0",
      retryClass: "idempotent",
      params: {},
      result: {},
      duration: { typicalMs: 1_000, maxMs: 60_000 },
      run: async (_session, _params, { done }) => done({}),
    },
  },
});
