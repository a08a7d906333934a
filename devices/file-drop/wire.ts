import { LabError } from "@labloop/contracts";
import * as z from "zod";

/** How text stands in a file; `cp932` is what Windows in Japan calls Shift_JIS. */
export const Encoding = z.enum(["utf-8", "utf-8-bom", "utf-16le", "cp932"]);
export type Encoding = z.infer<typeof Encoding>;

/** Names that `TextDecoder` knows; its `shift_jis` has the characters of NEC and IBM that CP932 has. */
const labels = { "utf-8": "utf-8", "utf-8-bom": "utf-8", "utf-16le": "utf-16le", cp932: "shift_jis" } as const;

/**
 * Returns the text of a file, without a byte order mark, and the encoding it was read by: the one that is wanted, or the
 * one that the bytes tell. Throws `fileDrop.encoding` for bytes that are no text in it.
 */
export function decodeText(bytes: Uint8Array, wanted: Encoding | "auto"): { text: string; encoding: string } {
  const candidates = wanted === "auto" ? guesses(bytes) : [labels[wanted]];
  for (const label of candidates) {
    try {
      return { text: new TextDecoder(label, { fatal: true }).decode(bytes), encoding: label };
    } catch {
      // Not this one; whether it was the last is told below.
    }
  }
  throw new LabError("fileDrop.encoding", `its bytes are no text in ${candidates.join(" or ")}`, {
    hint: "write the encoding that the instrument's computer uses: utf-8, utf-16le or cp932",
  });
}

/** A byte order mark decides; without one, UTF-8 is so strict that text in CP932 hardly ever passes for it. */
function guesses([first, second]: Uint8Array): string[] {
  if (first === 0xff && second === 0xfe) return ["utf-16le"];
  if (first === 0xfe && second === 0xff) return ["utf-16be"];
  return ["utf-8", "shift_jis"];
}

/** Returns the bytes of a text; throws `fileDrop.encoding` when a character does not exist in the encoding. */
export function encodeText(text: string, encoding: Encoding): Uint8Array {
  if (encoding === "utf-8") return Buffer.from(text, "utf8");
  if (encoding === "utf-8-bom") return Buffer.from(`\ufeff${text}`, "utf8");
  if (encoding === "utf-16le") return Buffer.from(`\ufeff${text}`, "utf16le");
  const table = cp932Table();
  return Uint8Array.from(
    Array.from(text, (character) => {
      const code = table.get(character);
      if (code === undefined) {
        throw new LabError("fileDrop.encoding", `"${character}" does not exist in ${encoding}`);
      }
      return code > 0xff ? [code >> 8, code & 0xff] : [code];
    }).flat(),
  );
}

let table: ReadonlyMap<string, number> | null = null;

/** Character to code, read off the decoder: Node has none the other way. */
function cp932Table(): ReadonlyMap<string, number> {
  if (table !== null) return table;
  const built = new Map<string, number>();
  const decoder = new TextDecoder("shift_jis");
  const add = (code: number, ...bytes: number[]) => {
    const character = decoder.decode(Uint8Array.from(bytes));
    // Of a character with two codes the first counts, as it does on Windows.
    if (!character.includes("\ufffd") && !built.has(character)) built.set(character, code);
  };
  for (let byte = 0; byte <= 0xff; byte++) add(byte, byte);
  for (let lead = 0x81; lead <= 0xfc; lead++) {
    // What NEC chose of IBM's characters stands in 0xED and 0xEE; Windows writes IBM's own codes, from 0xFA.
    if ((lead > 0x9f && lead < 0xe0) || lead === 0xed || lead === 0xee) continue;
    for (let trail = 0x40; trail <= 0xfc; trail++) if (trail !== 0x7f) add(lead * 256 + trail, lead, trail);
  }
  table = built;
  return built;
}
