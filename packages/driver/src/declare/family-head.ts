import * as z from "zod";
import type { DeviceHead } from "../define-device.ts";

/** The keys with which every driver says what device it is, declared in YAML or written in TypeScript. */
export const familyHead = {
  kind: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/)
    .describe("What instrument it is, as data name it: a-z, 0-9 and -."),
  driverVersion: z.string().default("0.1.0").describe("Of this declaration; it stands in every observation."),
  capability: z.string().describe("What protocols ask for."),
  title: z.strictObject({ en: z.string(), ja: z.string().optional() }),
  manual: z.string().describe("Manual or source that the declaration was taken from, with its pages."),
  metHardware: z.boolean().default(false).describe("True once it has been tried on the instrument itself."),
};
/** As an author writes it. */
export type FamilyHead = z.input<z.ZodObject<typeof familyHead>>;

/** Returns what these keys say, as a device's definition has it. */
export function frameOf({
  kind,
  driverVersion = "0.1.0",
  capability,
  title,
  manual,
  metHardware = false,
}: FamilyHead): DeviceHead {
  return {
    kind,
    driverVersion,
    capability,
    title: { en: title.en, ja: title.ja ?? title.en },
    provenance: { manual, metHardware },
  };
}
