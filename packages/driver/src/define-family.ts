import type { Fault, Outcome } from "@labloop/contracts";
import type * as z from "zod";
import type { DeviceDefinition } from "./define-device.ts";

/** A declaration as its file gives it: checked by the family's schema, with the places of its values for further faults. */
export interface Declaration<Document> {
  readonly document: Document;
  /** For people: the file it stands in. */
  readonly file: string;
  /** Returns the text of a file that the declaration names, resolved from it. */
  readonly readBeside: (path: string) => Outcome<string>;
  /** Returns a fault with file, line and column of what stands at a path of the document. */
  readonly faultAt: (path: readonly (string | number)[], fault: Fault) => Fault;
}

/** What of a declaration can be looked at further though its schema has refused other parts of it. */
export interface SoundDeclaration<Document> extends Omit<Declaration<Document>, "document"> {
  /** Without what was refused, and with stand-ins for what no document can do without. */
  readonly document: Document;
  /** Returns whether nothing was left out or stands in at a path, below it or around it. */
  readonly isWhole: (path: readonly (string | number)[]) => boolean;
}

/**
 * A driver for many instruments that differ by what is declared of them, in YAML: their commands, registers, files or
 * questions. A lab file names the declaration, and the declaration's key `driver` the family.
 */
export interface DeviceFamily<Document = unknown> {
  readonly family: string;
  /** Without the key `driver`, which the loader takes away. */
  readonly declaration: z.ZodType<Document>;
  /**
   * Returns the faults that the schema does not see, of a declaration that it has refused in other places: all of them are
   * told at once. What follows from parts that are not whole is no fault.
   */
  readonly check?: (declaration: SoundDeclaration<Document>) => Fault[];
  /** Returns the device that is declared, or every fault of the declaration that its schema does not see. */
  readonly define: (declaration: Declaration<Document>) => Outcome<DeviceDefinition>;
}

/** Returns the family as given, with its document type sealed inside. */
export function defineFamily<Document>(family: DeviceFamily<Document>): DeviceFamily<Document> {
  return family;
}

/** Returns whether a module's export is a family rather than a device. */
export function isDeviceFamily(value: unknown): value is DeviceFamily {
  const family = value as Partial<DeviceFamily> | null | undefined;
  return typeof family?.define === "function" && typeof family.family === "string";
}
