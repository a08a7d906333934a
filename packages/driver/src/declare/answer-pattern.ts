import { LabError } from "@labloop/contracts";

type Places<Pattern extends string> = Pattern extends `${string}{${infer Place}}${infer Rest}`
  ? Place | Places<Rest>
  : never;
type NameOf<Place extends string> = Place extends `${infer Name}:${string}` ? Name : Place;
type Words<Kind extends string> = Kind extends `${infer Word}|${infer Rest}` ? Word | Words<Rest> : Kind;
type ValueAt<Place extends string> = Place extends `${string}:${infer Kind}`
  ? Kind extends "number" | "integer"
    ? number
    : Kind extends `${string}|${string}`
      ? Words<Kind>
      : never
  : string;

/** What an answer says at the places of its pattern, by name. */
export type AnswerOf<Pattern extends string> = {
  readonly [Place in Places<Pattern> as NameOf<Place>]: ValueAt<Place>;
};

const numbers = { number: String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`, integer: String.raw`[+-]?\d+` };
const isNumber = (kind: string): kind is keyof typeof numbers => kind in numbers;

/**
 * Returns what a line says at the places of a pattern, or null when it is another line: `ABS {value:number}`. A place is
 * `{name}` for a text, `{name:number}`, `{name:integer}`, or `{name:a|b}` for one of a few words; a space stands for any
 * number of them, and spaces around the line are dropped.
 */
export function readAnswer<Pattern extends string>(pattern: Pattern, line: string): AnswerOf<Pattern> | null {
  // Every third part is a literal, and after each come the name and the kind of a place.
  const parts = pattern.trim().split(/\{(\w+)(?::([^}]*))?\}/);
  const places: { readonly name: string; readonly isNumber: boolean }[] = [];
  let source = literal(parts[0]);
  for (let at = 1; at < parts.length; at += 3) {
    const [name = "", kind] = [parts[at], parts[at + 1]];
    places.push({ name, isNumber: kind !== undefined && isNumber(kind) });
    source += `(${kind === undefined ? ".+?" : sourceOf(kind, pattern)})${literal(parts[at + 2])}`;
  }
  const found = new RegExp(`^${source}$`, "u").exec(line.trim());
  if (found === null) return null;
  const values = places.map((place, at) => {
    const text = found[at + 1] ?? "";
    return [place.name, place.isNumber ? Number(text) : text];
  });
  return Object.fromEntries(values) as AnswerOf<Pattern>;
}

function literal(text = ""): string {
  return text
    .split(/\s+/)
    .map((word) => RegExp.escape(word))
    .join(String.raw`\s+`);
}

function sourceOf(kind: string, pattern: string): string {
  if (isNumber(kind)) return numbers[kind];
  if (kind.includes("|")) {
    return kind
      .split("|")
      .map((word) => RegExp.escape(word))
      .join("|");
  }
  throw new LabError("driver.answerPattern", `"${pattern}" has a place of kind "${kind}"`, {
    hint: "{name}, {name:number}, {name:integer}, or {name:a|b} for one of a few words",
  });
}
