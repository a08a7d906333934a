/** Ends every line that stand or gauge sends (gauge: GCL2 section; stand: assumed, see the README). */
export const TERMINATOR = "\r\n";

/** What the stand says of its crosshead when asked `p` (ESM303 user's guide, section 6.2). */
export interface StandStatus {
  readonly motion: "up" | "down" | "stopped";
  readonly mode: "cycle" | "limit" | "manual";
  readonly limit: "upper" | "lower" | null;
}

const MOTION = { U: "up", D: "down", S: "stopped" } as const;
const MODE = { C: "cycle", L: "limit", M: "manual" } as const;
const LIMIT = { UL: "upper", DL: "lower" } as const;

/** Returns the status in one `p` answer, or null when the line is none; codes may stand together or apart. */
export function decodeStatus(line: string): StandStatus | null {
  const [, motion, mode, limit] = /^\s*([UDS])\s*([CLM])\s*(UL|DL)?\s*$/.exec(line) ?? [];
  if (!isKeyOf(MOTION, motion) || !isKeyOf(MODE, mode)) return null;
  return { motion: MOTION[motion], mode: MODE[mode], limit: isKeyOf(LIMIT, limit) ? LIMIT[limit] : null };
}

/** Returns the `p` answer for a status, without its terminator. */
export function encodeStatus({ motion, mode, limit }: StandStatus): string {
  return keyOf(MOTION, motion) + keyOf(MODE, mode) + (limit === null ? "" : keyOf(LIMIT, limit));
}

/** Returns the command that sets the speed in mm/min: `e0200.3`; it carries one decimal. */
export function encodeSpeed(mmPerMin: number): string {
  return `e${mmPerMin.toFixed(1).padStart(6, "0")}`;
}

/** Returns the command that sets the lower (`g`) or upper (`h`) travel limit in mm: `g-007.52`; two decimals. */
export function encodeLimit(which: "g" | "h", mm: number): string {
  const size = Math.abs(mm).toFixed(2).padStart(6, "0");
  return which + (mm < 0 && Number(size) !== 0 ? "-" : "") + size;
}

/** Returns the command that sets how many cycles one sequence has: `f0500`. */
export function encodeCycles(count: number): string {
  return `f${String(count).padStart(4, "0")}`;
}

/** Returns gauge commands as they go through the stand: between slash and back slash, each ended by CR. */
export function encodeGaugeCommands(commands: readonly string[]): string {
  return `/${commands.map((command) => `${command}\r`).join("")}\\`;
}

/** A number as stand or gauge sends it, with the unit that followed, if any. */
export interface Reading {
  readonly value: number;
  readonly unit: string | null;
}

/** Returns the number in a line such as `-25.00 mm`, `0001` or `4.285 N`, or null when the line is nothing like it. */
export function decodeReading(line: string): Reading | null {
  const [, value, unit] = /^\s*([+-]?\d+(?:\.\d*)?)\s*([A-Za-z/]+)?\s*$/.exec(line) ?? [];
  return value === undefined ? null : { value: Number(value), unit: unit ?? null };
}

/** Whether the line is one of the gauge's error codes: `*10` illegal command, `*11`, `*12`, `*22`. */
export function isGaugeError(line: string): boolean {
  return /^\s*\*\d\d\s*$/.test(line);
}

/** Returns the fields of the gauge's `LIST` answer, the first of which is the firmware, or null when it is none. */
export function decodeSettings(line: string): string[] | null {
  const fields = line.trim().split(";");
  return fields.length > 1 ? fields : null;
}

/** One command as it reaches the stand or, through the stand, the gauge. */
export type EsmCommand =
  | { readonly to: "stand"; readonly letter: string; readonly argument: string }
  | { readonly to: "gauge"; readonly text: string };

/** Where a stream of commands was cut: give it back with the next bytes. */
export interface CommandCut {
  readonly isGaugeOpen: boolean;
  readonly rest: string;
}

/** How many characters follow these letters in millimetres, a minus sign not counted. */
const ARGUMENT_LENGTH: Readonly<Record<string, number>> = { e: 6, f: 4, g: 6, h: 6 };

/** Returns the complete commands in what has come so far; stand commands have no terminator (section 6.2). */
export function splitCommands(cut: CommandCut, bytes: string): { commands: EsmCommand[]; cut: CommandCut } {
  const commands: EsmCommand[] = [];
  let text = cut.rest + bytes;
  let isGaugeOpen = cut.isGaugeOpen;
  while (text.length > 0) {
    if (isGaugeOpen) {
      const end = text.search(/[\r\\]/);
      if (end < 0) break;
      const command = text.slice(0, end).trim();
      // A back slash closes the channel on whatever had not been ended by then.
      if (text[end] === "\\") isGaugeOpen = false;
      else if (command !== "") commands.push({ to: "gauge", text: command });
      text = text.slice(end + 1);
      continue;
    }
    const letter = text[0] ?? "";
    const length = ARGUMENT_LENGTH[letter] ?? 0;
    const end = 1 + length + (length > 0 && text[1] === "-" ? 1 : 0);
    if (length > 0 && text.length < end) break;
    if (letter === "/") isGaugeOpen = true;
    else if (/[a-z]/.test(letter)) commands.push({ to: "stand", letter, argument: text.slice(1, end) });
    text = text.slice(end);
  }
  return { commands, cut: { isGaugeOpen, rest: text } };
}

function isKeyOf<T extends object>(table: T, key: string | undefined): key is Extract<keyof T, string> {
  return key !== undefined && Object.hasOwn(table, key);
}

function keyOf(table: Readonly<Record<string, string>>, value: string): string {
  return Object.keys(table).find((key) => table[key] === value) ?? "";
}
