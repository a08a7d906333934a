import { en, type Messages } from "./en.ts";
import { ja } from "./ja.ts";

export const languages = ["en", "ja"] as const;
export type Language = (typeof languages)[number];

/** The catalogue of each language. */
export const catalogues: Readonly<Record<Language, Messages>> = { en, ja };
