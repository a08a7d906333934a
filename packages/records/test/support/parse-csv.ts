/** Reads CSV as RFC 4180 has it, apart from the writer under test; an empty field is null, a quoted empty one a text. */
export function parseCsv(text: string): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  let at = 0;
  while (at < text.length) {
    let field: string | null = null;
    if (text[at] === '"') {
      field = "";
      at++;
      while (!(text[at] === '"' && text[at + 1] !== '"')) {
        if (text[at] === undefined) throw new Error("a quoted field does not end");
        if (text[at] === '"') at++;
        field += text[at];
        at++;
      }
      at++;
    } else {
      const end = text.slice(at).search(/[,\n]/);
      const plain = text.slice(at, at + end);
      at += end;
      if (plain !== "") field = plain;
    }
    row.push(field);
    if (text[at] === "\n") {
      rows.push(row);
      row = [];
    }
    at++;
  }
  return rows;
}
