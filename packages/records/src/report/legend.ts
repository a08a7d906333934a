import { type Insert, markup, type Markup } from "../markup.ts";

/** Returns the key of a drawing: each sign, in a box of 28 by 14, with what it means. */
export function legend(entries: readonly (readonly [Insert, Insert])[]): Markup {
  return markup`<ul class="legend">${entries.map(([sign, text]) => markup`<li><svg viewBox="0 0 28 14" aria-hidden="true">${sign}</svg>${text}</li>`)}</ul>`;
}
