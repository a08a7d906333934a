/** Text that is markup already, made by `markup` alone, so that everything else is escaped. */
export interface Markup {
  readonly markup: string;
}

/** What may stand in a markup template; null and false are nothing. */
export type Insert = string | number | null | false | Markup | readonly Insert[];

/** Returns HTML or SVG from a template in which every inserted text is escaped, in content and in quoted attributes. */
export function markup(texts: TemplateStringsArray, ...inserts: readonly Insert[]): Markup {
  return { markup: String.raw({ raw: texts }, ...inserts.map(insertText)) };
}

function insertText(insert: Insert): string {
  if (insert === null || insert === false) return "";
  if (typeof insert === "string") return insert.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? "");
  if (typeof insert === "number") return String(insert);
  return "markup" in insert ? insert.markup : insert.map(insertText).join("");
}

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
