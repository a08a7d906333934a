/** Ends every command and every answer (MT-SICS reference manual, section 2, "Command Formats"). */
export const TERMINATOR = "\r\n";

/** The weight value's field: ten characters, right-aligned, sign and point included (section 2.2.1). */
const VALUE_WIDTH = 10;

/**
 * One line from the balance.
 *
 * `weight`: a value with its unit; `status` is S (stable), D (dynamic) or A (a value that was asked for, such as the
 * tare). `text`: quoted texts, such as a serial number; `status` B says that more lines follow. `status`: an answer with
 * nothing but its status: A (done), I (not executable now), L (wrong parameter), + (overload), - (underload).
 * `refusal`: ES (syntax), ET (transmission), EL (logic), which name no command. `unreadable`: none of these.
 */
export type SicsAnswer =
  | {
      readonly kind: "weight";
      readonly id: string;
      readonly status: "S" | "D" | "A";
      readonly value: string;
      readonly unit: string;
    }
  | { readonly kind: "text"; readonly id: string; readonly status: "A" | "B"; readonly texts: readonly string[] }
  | { readonly kind: "status"; readonly id: string; readonly status: string }
  | { readonly kind: "refusal"; readonly code: "ES" | "ET" | "EL" }
  | { readonly kind: "unreadable"; readonly line: string };

/** By how many places the point moves on the way to grams. */
const GRAM_SHIFT = new Map([
  ["g", 0],
  ["kg", 3],
  ["mg", -3],
]);

const WEIGHT = /^([A-Z][A-Z0-9]*) ([SDA]) ([ ]*-?\d+(?:\.\d*)?) ([^\s"]{1,5})[ ]*$/;
const TEXT = /^([A-Z][A-Z0-9]*) ([AB])((?: \d+)?(?: "[^"]*")+)[ ]*$/;
const STATUS = /^([A-Z][A-Z0-9]*) ([A-Z+-])[ ]*$/;

/** Returns what one line from the balance, without its terminator, says. */
export function decodeAnswer(line: string): SicsAnswer {
  if (line === "ES" || line === "ET" || line === "EL") return { kind: "refusal", code: line };
  const [, weightId, weightStatus, value, unit] = WEIGHT.exec(line) ?? [];
  if (weightId !== undefined && value !== undefined && unit !== undefined) {
    const status = weightStatus === "S" || weightStatus === "D" ? weightStatus : "A";
    return { kind: "weight", id: weightId, status, value: value.trim(), unit };
  }
  const [, textId, textStatus, quoted] = TEXT.exec(line) ?? [];
  if (textId !== undefined && quoted !== undefined) {
    const texts = [...quoted.matchAll(/"([^"]*)"/g)].map(([, text]) => text ?? "");
    return { kind: "text", id: textId, status: textStatus === "B" ? "B" : "A", texts };
  }
  const [, id, status] = STATUS.exec(line) ?? [];
  if (id !== undefined && status !== undefined) return { kind: "status", id, status };
  return { kind: "unreadable", line };
}

/** Returns the line of a weight answer, without its terminator: `S S     100.00 g` (section 2.2.1). */
export function encodeWeight(id: string, status: "S" | "D" | "A", value: string, unit: string): string {
  return `${id} ${status} ${value.padStart(VALUE_WIDTH)} ${unit}`;
}

/** Returns the line of an answer with texts, without its terminator: `I4 A "1234567"` (section 2.2.2). */
export function encodeText(id: string, texts: readonly string[], status: "A" | "B" = "A"): string {
  return [id, status, ...texts.map((text) => `"${text}"`)].join(" ");
}

/**
 * Returns a weight in grams, with no more decimals than the balance resolved, or null for a unit other than g, kg and mg.
 *
 * The value stays text until here because its decimals say what the balance resolved: 0.10012 kg is 100.12 g, not
 * 100.11999999999999 g.
 */
export function gramsOf(value: string, unit: string): number | null {
  const shift = GRAM_SHIFT.get(unit);
  if (shift === undefined) return null;
  const decimals = value.split(".")[1]?.length ?? 0;
  return Number((Number(value) * 10 ** shift).toFixed(Math.max(0, decimals - shift)));
}
