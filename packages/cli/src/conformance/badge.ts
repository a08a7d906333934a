import { fullSoak } from "./test-driver.ts";
import type { Level, SuiteResult } from "@labloop/driver/conformance";

/** Told apart by their names; each has enough contrast with white text (WCAG AA). */
const colours: Readonly<Record<Level, string>> = {
  none: "#595959",
  bronze: "#8a5a2b",
  silver: "#5f6b76",
  gold: "#866400",
};
/** Verdana at 11 px, as badges have it; an upper bound, since fonts differ. */
const perCharacter = 7;
const height = 20;

/** Returns the badge of a result as SVG: the level, of which driver and version, and whether there was less than a soak. */
export function badgeOf({ kind, driverVersion, standing, soak }: SuiteResult): string {
  const { level } = standing;
  const said = soak >= fullSoak ? level : `${level}, ${soak === 0 ? "no soak" : `soak of ${soak}`}`;
  const label = "labloop conformance";
  const left = label.length * perCharacter + 10;
  const right = said.length * perCharacter + 14;
  const title = `${kind} ${driverVersion}: ${said}`.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const text = (x: number, words: string) => `<text x="${x}" y="14">${words}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="${height}" role="img" aria-label="${title.replaceAll('"', "&quot;")}">`,
    `<title>${title}</title>`,
    `<rect width="${left}" height="${height}" fill="#333"/>`,
    `<rect x="${left}" width="${right}" height="${height}" fill="${colours[level]}"/>`,
    '<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">',
    text(left / 2, label),
    text(left + right / 2, said),
    "</g></svg>",
    "",
  ].join("\n");
}
