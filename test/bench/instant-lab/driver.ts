import { type ByteStream, defineDevice } from "@labloop/driver";
import * as z from "zod";

const quantity = (unit: string) => ({ type: "quantity", unit }) as const;
const mass = { mass: { value: 1, unit: "g" } };

/** A device whose acts are over as soon as they have begun: what remains of a step is durability and messages. */
export default defineDevice<object, ByteStream>({
  kind: "bench-mixer",
  driverVersion: "1.0.0",
  capability: "mixer",
  title: { en: "A mixer that takes no time", ja: "時間のかからないミキサー" },
  manual: "none: it stands for no instrument",
  config: z.strictObject({}),
  connect: async (stream) => stream,
  identify: () => ({ serial: "B-1", firmware: null }),
  operations: {
    mix: {
      title: "Mix",
      version: "1",
      params: { amount: quantity("mL") },
      result: { mass: quantity("g") },
      duration: { typicalMs: 1_000, maxMs: 60_000 },
      baseline: async () => ({}),
      start: async () => undefined,
      watch: async (_session, executed) => ({ state: "succeeded", result: mass, executed }),
      probe: async () => ({ outcome: "unknown", decisive: false, evidence: {} }),
    },
  },
});
