import type { Outcome } from "@labloop/contracts";

/** A word of an expression; `at` is its offset in the text. */
export type Token = { readonly at: number } & (
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "sign"; readonly sign: string }
  | { readonly kind: "end" }
);

const WORD =
  /\s*(?:(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([\p{L}_][\p{L}\p{N}_]*)|"([^"]+)"|([-+*/^()]))/uy;

/** Returns the words of an expression, closed by one of kind "end", or the place of the first character that is in none. */
export function tokenize(source: string): Outcome<Token[]> {
  const tokens: Token[] = [];
  let at = 0;
  while (source.slice(at).trim() !== "") {
    WORD.lastIndex = at;
    const match = WORD.exec(source);
    const start = at + source.slice(at).search(/\S/);
    if (match === null) {
      const character = String.fromCodePoint(source.codePointAt(start) as number);
      const message = `the expression cannot be read: '${character}' cannot stand here`;
      return { ok: false, faults: [{ code: "expression.syntax", message, column: start + 1 }] };
    }
    const [, number, word, quoted, sign] = match;
    const name = word ?? quoted;
    if (number !== undefined) tokens.push({ at: start, kind: "number", value: Number(number) });
    else if (name !== undefined) tokens.push({ at: start, kind: "name", name });
    else if (sign !== undefined) tokens.push({ at: start, kind: "sign", sign });
    at = WORD.lastIndex;
  }
  return { ok: true, value: [...tokens, { at: source.trimEnd().length, kind: "end" }] };
}
