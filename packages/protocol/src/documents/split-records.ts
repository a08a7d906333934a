/** One row of a CSV text: the line it begins in, and each cell with the column it begins in, both from 1. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: { readonly text: string; readonly column: number }[];
}

/** Takes what is wrong at a place of a table. */
export type Refuse = (line: number, column: number, code: string, message: string, hint?: string) => void;

/**
 * Returns the rows of a CSV text, header included, without empty lines and a byte-order mark.
 *
 * A cell is quoted as a whole or not at all; a quoted cell may hold commas, line ends, and quotes written twice. What cannot be
 * read is told to `refuse`, and what came before it is returned.
 */
export function splitRecords(source: string, refuse: Refuse): CsvRecord[] {
  const text = source.startsWith("\ufeff") ? source.slice(1) : source;
  const records: CsvRecord[] = [];
  const cell = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  const lone = /(?:"[^"]*(?:""[^"]*)*"|[^",\r\n]*)\r/y;
  let line = 1;
  let lineStart = 0;
  let record: CsvRecord = { line, cells: [] };
  for (let at = 0; at < text.length || record.cells.length > 0; ) {
    cell.lastIndex = at;
    const match = cell.exec(text);
    if (match === null) {
      const column = at - lineStart + 1;
      lone.lastIndex = at;
      if (lone.test(text)) {
        const hint = 'save the table as plain "CSV" or "CSV UTF-8", and not as one for Macintosh';
        refuse(line, column, "table.lineEnd", "a line ends with a carriage return alone", hint);
      } else if (text[at] === '"' && !closed(text, at)) {
        const hint = "close it at the end of the cell, or leave it out";
        refuse(line, column, "table.syntax", "a quote opens here that is never closed", hint);
      } else {
        const hint = 'quote the whole cell, and write "" for a quote in it';
        refuse(line, column, "table.syntax", "a quote stands where none may", hint);
      }
      return records;
    }
    const [whole, quoted, bare, end] = match;
    const content = quoted?.replaceAll('""', '"') ?? bare?.trim() ?? "";
    record.cells.push({ text: content, column: at - lineStart + 1 });
    const lines = whole.split("\n").length - 1;
    if (lines > 0) {
      line += lines;
      lineStart = at + whole.lastIndexOf("\n") + 1;
    }
    at += whole.length;
    if (end === ",") continue;
    // A line without anything on it is no row.
    if (record.cells.length > 1 || content !== "" || quoted !== undefined) records.push(record);
    record = { line, cells: [] };
  }
  return records;
}

/** Whether the quoted cell that begins at an index ends anywhere. */
function closed(text: string, at: number): boolean {
  const quoted = /"[^"]*(?:""[^"]*)*"/y;
  quoted.lastIndex = at;
  return quoted.test(text);
}
