import { en } from "./en.ts";
import { ja } from "./ja.ts";

/** What every language has to say: the keys of the English catalogue, no more and no fewer. */
export type Messages = typeof en;

export const languages = ["en", "ja"] as const;
export type Language = (typeof languages)[number];

/** The catalogue of each language. */
export const catalogues: Readonly<Record<Language, Messages>> = { en, ja };
