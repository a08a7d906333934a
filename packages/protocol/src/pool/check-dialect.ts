import type { Fault } from "@labloop/contracts";
import type { SourceText } from "../documents/source-text.ts";
import { faultOf } from "../outcome.ts";

const separators = [
  [";", "semicolons"],
  ["\t", "tabs"],
] as const;

/** Returns what tells that a table is written in another way than with commas between cells; null where nothing does. */
export function dialectFault({ file, text }: SourceText): Fault | null {
  const at = { file, line: 1, column: 1 };
  // Quoted cells may hold anything.
  const [header = "", row] = text
    .replace(/^\ufeff/, "")
    .slice(0, 100_000)
    .replaceAll(/"[^"]*"/g, "")
    .split(/\r?\n/, 2);
  if (/^sep=.?$/.test(header)) {
    return { ...faultOf("table.separator", `'${header}' is a line for Excel alone`, "delete this line"), ...at };
  }
  const count = (line: string, separator: string) => line.split(separator).length - 1;
  for (const [separator, name] of separators) {
    const between = count(header, separator);
    if (between <= count(header, ",") || (row !== undefined && row !== "" && count(row, separator) !== between))
      continue;
    const hint = "save the table with commas between cells, and with decimal points";
    return { ...faultOf("table.separator", `the cells are separated by ${name}`, hint), ...at };
  }
  return null;
}
