import type { LabDescription } from "@labloop/contracts";
import { own } from "./own.ts";

type Described = Pick<LabDescription, "unknown">;

/** Returns whether a lab may have a device of which nothing is known. */
export function mayHaveDevice({ unknown }: Described, id: string): boolean {
  return unknown !== undefined && (unknown.more.includes("devices") || Object.hasOwn(unknown.devices, id));
}

/** Returns whether a device of which nothing is known may be of a capability. */
export function mayHaveCapability({ unknown }: Described, capability: string): boolean {
  if (unknown === undefined) return false;
  return (
    unknown.more.includes("devices") ||
    Object.keys(unknown.devices).some((id) => [null, capability].includes(own(unknown.devices, id) ?? null))
  );
}

/** Returns whether a lab may have a table or a place that could not be read. */
export function mayHave({ unknown }: Described, kind: "tables" | "places", name: string): boolean {
  return unknown !== undefined && (unknown.more.includes(kind) || (kind === "tables" && unknown.tables.includes(name)));
}
