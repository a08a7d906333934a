import { LabError, type Values } from "@labloop/contracts";

/** What a parser is given: a file that lay still, decoded. */
export interface DroppedFile {
  readonly name: string;
  readonly text: string;
  /** Of the command it is looked at for. */
  readonly params: Values;
}

/** Returns the result that a file holds, in the names and units that its declaration announces; throws what is wrong. */
export type FileParser = (file: DroppedFile) => Values;

/** Returns the rows of a text with separated values, quoted where a value holds a separator, a quote or a line end. */
export function readRows(text: string, delimiter = ","): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let isQuoted = false;
  const endRow = () => {
    row.push(cell.trim());
    rows.push(row);
    row = [];
    cell = "";
  };
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text.charAt(at + 1) === '"') cell += text.charAt(at++);
      else isQuoted = false;
    } else if (character === '"' && cell.trim() === "") {
      isQuoted = true;
      cell = "";
    } else if (character === delimiter) {
      row.push(cell.trim());
      cell = "";
    } else if (character === "\n") {
      endRow();
    } else if (character !== "\r" || text.charAt(at + 1) !== "\n") {
      cell += character;
    }
  }
  if (isQuoted) throw new LabError("fileDrop.unreadable", "a quote is never closed");
  if (cell !== "" || row.length > 0) endRow();
  return rows;
}

/** Returns a number as it stands in a file, full-width digits included; throws `fileDrop.unreadable` for anything else. */
export function readNumber(cell: string | undefined, decimal: "." | "," = "."): number {
  const plain = (cell ?? "").normalize("NFKC").trim().replace("\u2212", "-");
  const text = decimal === "," ? plain.replace(",", ".") : plain;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
    throw new LabError("fileDrop.unreadable", `"${cell ?? ""}" is no number`);
  }
  return Number(text);
}
