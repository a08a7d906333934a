import { LabError } from "@labloop/contracts";
import type { DeviceDefinition } from "@labloop/driver";
import type * as z from "zod";
import { TextDeclaration } from "./declaration.ts";
import { defineTextDevice } from "./define-text-device.ts";

type Fixed<T> = T extends object ? { readonly [Key in keyof T]: Fixed<T[Key]> } : T;

/**
 * Returns the device that is declared, for a module that is a driver of its own; the declaration is that of the YAML files.
 * Throws `text.declaration` with every fault and its path.
 */
export function textDevice(declaration: Fixed<z.input<typeof TextDeclaration>>): DeviceDefinition {
  const parsed = TextDeclaration.safeParse(declaration);
  if (!parsed.success) {
    throw wrong(parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`));
  }
  const defined = defineTextDevice(parsed.data, (path, fault) => ({ ...fault, path: path.join(".") }));
  if (defined.ok) return defined.value;
  throw wrong(defined.faults.map(({ path, message }) => `${path}: ${message}`));
}

function wrong(what: readonly string[]): LabError {
  return new LabError("text.declaration", what.join("; "));
}
