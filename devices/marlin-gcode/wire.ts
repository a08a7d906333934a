import { LabError } from "@labloop/contracts";

/**
 * One line a Marlin printer says, understood. `text` is whatever this driver has no use for: banners, temperatures,
 * echoes. Sizes and positions are in bytes, print times in whole seconds.
 */
export type MarlinReply =
  | { readonly kind: "ok" }
  | { readonly kind: "busy"; readonly reason: string }
  | { readonly kind: "error"; readonly message: string }
  | { readonly kind: "resend"; readonly lineNumber: number }
  | { readonly kind: "unknownCommand"; readonly command: string }
  | { readonly kind: "printing"; readonly byte: number; readonly total: number }
  | { readonly kind: "notPrinting" }
  | { readonly kind: "donePrinting" }
  | { readonly kind: "fileOpened"; readonly file: string; readonly bytes: number }
  | { readonly kind: "fileSelected" }
  | { readonly kind: "openFailed"; readonly file: string }
  | { readonly kind: "currentFile"; readonly file: string | null }
  | { readonly kind: "stats"; readonly prints: number; readonly finished: number; readonly failed: number }
  | { readonly kind: "printTime"; readonly seconds: number }
  | { readonly kind: "firmware"; readonly name: string; readonly uuid: string | null }
  | { readonly kind: "card"; readonly isReady: boolean }
  | { readonly kind: "text"; readonly text: string };

/** Returns what one line means; any text is at least `text`, so nothing a printer says can make this throw. */
export function decodeReply(line: string): MarlinReply {
  const text = line.endsWith("\r") ? line.slice(0, -1) : line;
  for (const [pattern, read] of replyForms) {
    const match = pattern.exec(text);
    if (match !== null) return read(match[1] ?? "", match[2] ?? "", match[3] ?? "");
  }
  return { kind: "text", text };
}

/** Returns a reply as the firmware writes it, without the line end. */
export function encodeReply(reply: MarlinReply): string {
  switch (reply.kind) {
    case "ok":
      return "ok";
    case "busy":
      return `echo:busy: ${reply.reason}`;
    case "error":
      return `Error:${reply.message}`;
    case "resend":
      return `Resend: ${reply.lineNumber}`;
    case "unknownCommand":
      return `echo:Unknown command: "${reply.command}"`;
    case "printing":
      return `SD printing byte ${reply.byte}/${reply.total}`;
    case "notPrinting":
      return "Not SD printing";
    case "donePrinting":
      return "Done printing file";
    case "fileOpened":
      return `File opened: ${reply.file} Size: ${reply.bytes}`;
    case "fileSelected":
      return "File selected";
    case "openFailed":
      return `open failed, File: ${reply.file}.`;
    case "currentFile":
      return `Current file: ${reply.file ?? "(no file)"}`;
    case "stats":
      return `Stats: Prints: ${reply.prints}, Finished: ${reply.finished}, Failed: ${reply.failed}`;
    case "printTime":
      return `echo:Print time: ${encodeDuration(reply.seconds)}`;
    case "firmware":
      return (
        `FIRMWARE_NAME:${reply.name} SOURCE_CODE_URL:github.com/MarlinFirmware/Marlin PROTOCOL_VERSION:1.0 ` +
        `MACHINE_TYPE:3D Printer KINEMATICS:Cartesian EXTRUDER_COUNT:1${reply.uuid === null ? "" : ` UUID:${reply.uuid}`}`
      );
    case "card":
      return reply.isReady ? "echo:SD card ok" : "echo:No SD card";
    case "text":
      return reply.text;
  }
}

/**
 * Returns one command as a host sends it, without the newline that ends it: numbered and with its checksum, so that the
 * printer refuses a line damaged on its way instead of carrying out something else.
 */
export function encodeCommand(lineNumber: number, command: string): string {
  if (/[\r\n*;]/.test(command)) {
    throw new LabError("printer.badCommand", `"${command}" holds a character that would cut the command in two`);
  }
  const numbered = `N${lineNumber} ${command}`;
  return `${numbered}*${checksumOf(numbered)}`;
}

/** What a printer reads from one line of its host; an unnumbered line is taken as it stands. */
export type HostLine =
  | { readonly kind: "command"; readonly lineNumber: number | null; readonly command: string }
  | { readonly kind: "damaged"; readonly reason: "checksum mismatch" | "No Checksum with line number" };

/** Returns the command in one line of a host, or how the line is damaged. */
export function decodeCommand(line: string): HostLine {
  const text = line.trim();
  const numbered = /^N(-?\d+)\s*(.*?)\s*$/.exec(text);
  if (numbered === null) return { kind: "command", lineNumber: null, command: text };
  const star = text.lastIndexOf("*");
  if (star < 0) return { kind: "damaged", reason: "No Checksum with line number" };
  if (Number.parseInt(text.slice(star + 1), 10) !== checksumOf(text.slice(0, star))) {
    return { kind: "damaged", reason: "checksum mismatch" };
  }
  const command = (numbered[2] ?? "").replace(/\*\d+$/, "").trim();
  return { kind: "command", lineNumber: Number(numbered[1]), command };
}

/** Returns the exclusive or of all bytes before the `*`. */
export function checksumOf(text: string): number {
  let sum = 0;
  for (const byte of new TextEncoder().encode(text)) sum ^= byte;
  return sum;
}

/** Returns a duration as Marlin prints it: leading units that are zero are left out (`44m 59s`, `1h 0m 3s`). */
export function encodeDuration(seconds: number): string {
  let rest = seconds;
  const counts = durationUnits.map(([letter, size]) => {
    const count = Math.floor(rest / size);
    rest %= size;
    return { count, text: `${count}${letter}` };
  });
  const first = counts.findIndex(({ count }) => count > 0);
  return counts
    .slice(first < 0 ? -1 : first)
    .map(({ text }) => text)
    .join(" ");
}

/** Returns the seconds in a duration as Marlin prints it, or null when it is none. */
export function decodeDuration(text: string): number | null {
  const match = /^(?:(\d+)y )?(?:(\d+)d )?(?:(\d+)h )?(?:(\d+)m )?(\d+)s$/.exec(text.trim());
  if (match === null) return null;
  return durationUnits.reduce((sum, [, size], index) => sum + Number(match[index + 1] ?? 0) * size, 0);
}

// A year counts 365 days: duration_t::year().
const durationUnits = [
  ["y", 365 * 86_400],
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
] as const;

type ReadForm = (a: string, b: string, c: string) => MarlinReply;

const replyForms: readonly (readonly [RegExp, ReadForm])[] = [
  // With ADVANCED_OK the acknowledgement carries the line number and free buffer places behind it.
  [/^ok(?:\s.*)?$/, () => ({ kind: "ok" })],
  [/^(?:echo:)?busy: ?(.*)$/, (reason) => ({ kind: "busy", reason })],
  [/^Error:(.*)$/, (message) => ({ kind: "error", message })],
  // A killed or stopped printer says why behind two exclamation marks.
  [/^!! ?(.*)$/, (message) => ({ kind: "error", message })],
  [/^Resend: ?(\d+)$/, (lineNumber) => ({ kind: "resend", lineNumber: Number(lineNumber) })],
  [/^echo:Unknown command: ?"(.*)"$/, (command) => ({ kind: "unknownCommand", command })],
  [
    /^SD printing byte (\d+)\/(\d+)$/,
    (byte, total) => ({ kind: "printing", byte: Number(byte), total: Number(total) }),
  ],
  [/^Not SD printing$/, () => ({ kind: "notPrinting" })],
  [/^Done printing file$/, () => ({ kind: "donePrinting" })],
  [/^File opened: ?(\S+) +Size: ?(\d+)$/, (file, bytes) => ({ kind: "fileOpened", file, bytes: Number(bytes) })],
  [/^File selected$/, () => ({ kind: "fileSelected" })],
  [/^open failed, File: (.*?)\.?$/, (file) => ({ kind: "openFailed", file })],
  [/^Current file: ?\(no file\)$/, () => ({ kind: "currentFile", file: null })],
  // With LONG_FILENAME_HOST_SUPPORT the long name follows the 8.3 name.
  [/^Current file: ?(\S+)(?: .*)?$/, (file) => ({ kind: "currentFile", file })],
  [
    /^Stats: Prints: (\d+), Finished: (\d+), Failed: (-?\d+)$/,
    (prints, finished, failed) => ({
      kind: "stats",
      prints: Number(prints),
      finished: Number(finished),
      failed: Number(failed),
    }),
  ],
  [
    /^echo:Print time: (.*)$/,
    (text) => {
      const seconds = decodeDuration(text);
      return seconds === null ? { kind: "text", text: `echo:Print time: ${text}` } : { kind: "printTime", seconds };
    },
  ],
  [
    /^FIRMWARE_NAME:(.*?) SOURCE_CODE_URL:(?:.*?UUID:(\S+))?/,
    (name, uuid) => ({ kind: "firmware", name, uuid: uuid === "" ? null : uuid }),
  ],
  [/^(?:echo:)?SD card ok$/, () => ({ kind: "card", isReady: true })],
  [/^(?:echo:)?(?:No SD card|No media|SD init fail)$/, () => ({ kind: "card", isReady: false })],
];
