import * as z from "zod";
import type { DeviceFrame } from "../define-device.ts";

/** The keys with which a declaration says what device it is, for the schema of a family. */
export const familyHead = {
  kind: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  driverVersion: z.string().default("0.1.0"),
  capability: z.string(),
  title: z.strictObject({ en: z.string(), ja: z.string().optional() }),
  /** Manual or source that the declaration was taken from. */
  manual: z.string(),
  metHardware: z.boolean().default(false),
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
