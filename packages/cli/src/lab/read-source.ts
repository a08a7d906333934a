import { readFileSync } from "node:fs";
import { relative } from "node:path";
import type { Outcome } from "@labloop/contracts";
import type { SourceText } from "@labloop/protocol";

/** Returns a text with the name it has in messages, seen from here; a file that cannot be read is a fault. */
export function readSource(path: string): Outcome<SourceText> {
  const file = relative(process.cwd(), path) || path;
  try {
    return { ok: true, value: { file, text: readFileSync(path, "utf8") } };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why = code === "ENOENT" ? "there is no such file" : `it cannot be read (${code ?? String(error)})`;
    return { ok: false, faults: [{ code: "file.notReadable", message: why, file }] };
  }
}
