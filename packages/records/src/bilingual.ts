import type { Text } from "@labloop/contracts";
import { markup, type Markup } from "./markup.ts";

/** Returns both languages of a text, each in an element that the page shows or hides by its language. */
export function bilingual({ en, ja = en }: Text): Markup {
  return en === ja
    ? markup`${en}`
    : markup`<span class="en" lang="en">${en}</span><span class="ja" lang="ja">${ja}</span>`;
}

/** Returns a drawing of a text in both languages, each in a group that the page shows or hides. */
export function drawBilingual({ en, ja = en }: Text, draw: (text: string) => Markup): Markup {
  return en === ja ? draw(en) : markup`<g class="en" lang="en">${draw(en)}</g><g class="ja" lang="ja">${draw(ja)}</g>`;
}

/** Returns both languages of a text in one, where markup cannot stand. */
export function bilingualText({ en, ja }: Text): string {
  return ja === undefined || ja === en ? en : `${en} / ${ja}`;
}
