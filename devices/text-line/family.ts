import { defineFamily } from "@labloop/driver";
import { TextDeclaration } from "./declaration.ts";
import { defineTextDevice } from "./define-text-device.ts";

/** Instruments that are asked and told in lines of text, over a serial line or TCP: SCPI and its like. */
export default defineFamily<TextDeclaration>({
  family: "text-line",
  declaration: TextDeclaration,
  define: ({ document, faultAt }) => defineTextDevice(document, faultAt),
});
