import { defineFamily } from "@labloop/driver";
import { checkDeclaration } from "./check-declaration.ts";
import { TextDeclaration } from "./declaration.ts";
import { defineTextDevice } from "./define-text-device.ts";

/** Instruments that are asked and told in lines of text, over a serial line or TCP: SCPI and its like. */
export default defineFamily<TextDeclaration>({
  family: "text-line",
  declaration: TextDeclaration,
  check: ({ document, faultAt, isWhole }) => checkDeclaration(document, faultAt, isWhole),
  define: ({ document, faultAt }) => defineTextDevice(document, faultAt),
});
