/**
 * Returns a text in lines of at most `width` characters, broken at spaces: the first begins with `first`, the others with as many
 * spaces. A word that is longer stands alone and overhangs.
 */
export function wrapText(text: string, first: string, width: number): string[] {
  const indent = " ".repeat(first.length);
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(" ")) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
