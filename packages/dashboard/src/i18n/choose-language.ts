import { type Language, languages } from "./catalogues.ts";

/**
 * Returns the language to speak: what the address asks for (`?lang=`), else what was chosen before, else the first of the
 * browser's languages that there is, else English.
 */
export function chooseLanguage(search: string, stored: string | null, preferred: readonly string[]): Language {
  const asked = new URLSearchParams(search).get("lang");
  const wishes = [asked, stored, ...preferred].flatMap((tag) => tag?.toLowerCase().split("-")[0] ?? []);
  return wishes.flatMap((wish) => languages.find((language) => language === wish) ?? [])[0] ?? "en";
}
