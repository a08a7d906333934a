import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { LabError } from "@labloop/contracts";
import { Trace } from "@labloop/driver/conformance";

/** Returns the trace in a file, or null when there is none; throws `conformance.badTrace` when it is something else. */
export function readTrace(file: string): Trace | null {
  if (!existsSync(file)) return null;
  try {
    return Trace.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new LabError("conformance.badTrace", `${file} is no recorded trace`, {
      cause: error,
      hint: "record it anew with --record",
    });
  }
}

/** Writes a trace one message a line, so that a change of it can be read. */
export function writeTrace(file: string, { lines, ...head }: Trace): void {
  const written = lines.map((line) => `    ${JSON.stringify(line)}`).join(",\n");
  const fields = Object.entries(head).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},`);
  writeFileSync(file, `{\n${fields.join("\n")}\n  "lines": [\n${written}\n  ]\n}\n`);
}
