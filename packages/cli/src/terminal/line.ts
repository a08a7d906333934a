/** How a piece of a line is meant; which colour that is, the painter knows. */
export type Tone = "strong" | "quiet" | "good" | "busy" | "warn" | "bad" | "accent";

/** A line of the screen, in pieces of one tone each. */
export type Line = readonly (string | readonly [string, Tone])[];

const codes: Readonly<Record<Tone, string>> = {
  strong: "1",
  quiet: "2",
  good: "32",
  busy: "36",
  warn: "33",
  bad: "31;1",
  accent: "34;1",
};

/**
 * Returns a line as the terminal takes it: never wider than `columns`, cut with an ellipsis, with nothing in it that moves
 * the cursor, whatever a device has put into its messages.
 */
export function paintLine(line: Line, columns: number, isColour: boolean): string {
  const whole = line.map((piece) => harmless(typeof piece === "string" ? piece : piece[0]));
  const isTooWide = widthOf(whole.join("")) > columns;
  let left = isTooWide ? columns - 1 : columns;
  const pieces = line.map((piece, index) => {
    const wanted = whole[index] ?? "";
    const text = cutTo(wanted, left);
    // Once something is cut, nothing narrower may slip in behind it.
    left = text === wanted ? left - widthOf(text) : 0;
    return typeof piece === "string" || !isColour || text === "" ? text : `\u001b[${codes[piece[1]]}m${text}\u001b[0m`;
  });
  return `${pieces.join("")}${isTooWide && columns > 0 ? "…" : ""}`;
}

/** Returns how many columns a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** Returns a text broken between words into lines of at most `columns`, each but the first indented by two. */
export function wrapText(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(word);
    else if (widthOf(last) + 1 + widthOf(word) > columns) lines.push(`  ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** Returns a bar of `columns` columns, as full as `share` (0 to 1). */
export function barOf(share: number, columns: number): Line {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * columns);
  return [
    ["━".repeat(filled), "busy"],
    ["─".repeat(Math.max(0, columns - filled)), "quiet"],
  ];
}

/** Control characters, among them those that begin escape sequences, become blanks. */
function harmless(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, " ");
}

function cutTo(text: string, columns: number): string {
  let width = 0;
  let cut = "";
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns) return cut;
    cut += character;
  }
  return cut;
}

const wide =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\u3000-\u303f\uff01-\uff60]/u;

function characterWidth(character: string): number {
  if (/\p{Mark}/u.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}
