import type { Fault, Outcome, PoolDocument } from "@labloop/contracts";
import type { ReadDocument } from "../documents/read-document.ts";
import type { SourceText } from "../documents/source-text.ts";
import { faultOf } from "../outcome.ts";
import { type CellTable, readCells } from "./read-cells.ts";

/** Returns a text with its letters as keyboards write them: some systems write ö as o with a mark, which looks the same and is another name. */
export function composed(text: string): string {
  return text.normalize("NFC");
}

/** Returns the text of a file that a pool names, as seen from the pool's own file. */
export type OpenBeside = (file: string) => Outcome<SourceText>;

/** Returns the cells of a table that a pool names at a path; null, with its faults told, where it cannot be opened or read. */
export function openTable(
  file: string,
  path: readonly string[],
  { atValue }: ReadDocument<PoolDocument>,
  open: OpenBeside,
  faults: Fault[],
): CellTable | null {
  const text = open(file);
  if (!text.ok) {
    faults.push(
      ...text.faults.map(({ code, message, hint }) => atValue(path, faultOf(code, `${file}: ${message}`, hint))),
    );
    return null;
  }
  const cells = readCells({ ...text.value, text: composed(text.value.text) });
  if (cells.ok) return cells.value;
  faults.push(...cells.faults);
  return null;
}
