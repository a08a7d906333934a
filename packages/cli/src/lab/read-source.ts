import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import type { Fault, Outcome } from "@labloop/contracts";
import type { SourceText } from "@labloop/protocol";

/**
 * Returns a text with the name it has in messages, seen from here; a file that cannot be read, or is no text in UTF-8, is a fault
 * that says what it is instead.
 */
export function readSource(path: string): Outcome<SourceText> {
  const file = relative(process.cwd(), path) || path;
  try {
    const bytes = readFileSync(path);
    const wrong = wrongWith(bytes);
    if (wrong !== null) return { ok: false, faults: [{ code: "file.notText", ...wrong, file }] };
    return { ok: true, value: { file, text: bytes.toString("utf8") } };
  } catch (error) {
    return { ok: false, faults: [{ code: "file.notReadable", ...whyUnreadable(error), file }] };
  }
}

type Told = Pick<Fault, "message" | "hint">;

const asUtf8 = 'save it as UTF-8: in a spreadsheet as "CSV UTF-8", in an editor by its "save with encoding"';

function wrongWith(bytes: Buffer): Told | null {
  const head = bytes.subarray(0, 4).toString("latin1");
  if (head.startsWith("PK\u0003\u0004")) {
    return { message: "this is a workbook or an archive, and no text", hint: `open it and ${asUtf8}` };
  }
  if (head.startsWith("\u00ff\u00fe") || head.startsWith("\u00fe\u00ff") || bytes.includes(0)) {
    return { message: "this file is not UTF-8: it has zero bytes, as UTF-16 does", hint: asUtf8 };
  }
  return isUtf8(bytes) ? null : { message: "this file is not UTF-8", hint: asUtf8 };
}

function whyUnreadable(error: unknown): Told {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return { message: "there is no such file" };
  if (code === "EISDIR") return { message: "this is a folder, and no file", hint: "name the file that stands in it" };
  return { message: `it cannot be read (${code ?? String(error)})` };
}
