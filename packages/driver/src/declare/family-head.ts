import * as z from "zod";
import type { DeviceFrame } from "../define-device.ts";

/** The keys with which a declaration says what device it is, for the schema of a family. */
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
type FamilyHead = z.infer<z.ZodObject<typeof familyHead>>;

/** Returns what these keys say, as a device's definition has it. */
export function frameOf({
  kind,
  driverVersion,
  capability,
  title,
  manual,
  metHardware,
}: FamilyHead): Pick<DeviceFrame, "kind" | "driverVersion" | "capability" | "title" | "provenance"> {
  return {
    kind,
    driverVersion,
    capability,
    title: { en: title.en, ja: title.ja ?? title.en },
    provenance: { manual, metHardware },
  };
}
