const number = String.raw`[-+\u2212]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`;

/** What a cell that is no number looks like, and what would mend it; `$1` is the number in it. */
const looks: readonly (readonly [RegExp, string])[] = [
  [/^([-+]?\d+),(\d{3})$/, "write $1$2 where the comma parts thousands, $1.$2 where it is a decimal one"],
  [/^([-+]?\d+),(\d+)$/, "write $1.$2, with a decimal point"],
  [/^[-+]?\d{1,3}(?:[, '\u00a0\u2009\u202f]\d{3})+(?:\.\d+)?$/, "write the number without anything between thousands"],
  [/^\u2212(.*\d.*)$/, "write -$1, with a hyphen for the minus sign"],
  [new RegExp(`^(${number})\\s*(?:±|\\+/?-).*$`), "write $1 alone"],
  [/^[<>≤≥]/, "write the number that it shall count as, or leave the cell empty"],
  [new RegExp(`^(${number})\\s*%$`), "write $1, and leave the unit to the header"],
  [new RegExp(`^(${number})\\s*[^\\d\\s.,;:/-][^\\d]*$`), "write $1, and leave the unit to the header"],
  [/^\p{L}/u, "leave the cell empty for an experiment that gave no number"],
];

// Chosen: what is longer is a text.
const longest = 100;

/** Returns what would mend a cell that should hold a number, by what it looks like; undefined where it looks like nothing known. */
export function cellHint(text: string): string | undefined {
  if (text.length > longest) return undefined;
  for (const [look, hint] of looks) {
    const match = look.exec(text);
    if (match !== null) return hint.replaceAll(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? "");
  }
  return undefined;
}
