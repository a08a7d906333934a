import { describe, expect, test } from "vitest";
import {
  checksumOf,
  decodeCommand,
  decodeDuration,
  decodeReply,
  encodeCommand,
  encodeDuration,
  encodeReply,
  type MarlinReply,
} from "../wire.ts";

// Transcribed from the sources that README.md lists: the file stands in each name.
const said: readonly (readonly [source: string, line: string, reply: MarlinReply])[] = [
  ["queue.cpp ok_to_send", "ok", { kind: "ok" }],
  ["queue.cpp ok_to_send with ADVANCED_OK", "ok N12 P15 B3", { kind: "ok" }],
  ["gcode.cpp host_keepalive, IN_HANDLER", "echo:busy: processing", { kind: "busy", reason: "processing" }],
  [
    "gcode.cpp host_keepalive, PAUSED_FOR_USER",
    "echo:busy: paused for user",
    { kind: "busy", reason: "paused for user" },
  ],
  [
    "queue.cpp gcode_line_error",
    "Error:checksum mismatch, Last Line: 41",
    { kind: "error", message: "checksum mismatch, Last Line: 41" },
  ],
  [
    "language.h STR_KILL_BUTTON",
    "!! KILL caused by KILL button/pin",
    { kind: "error", message: "KILL caused by KILL button/pin" },
  ],
  ["queue.cpp flush_and_request_resend", "Resend: 42", { kind: "resend", lineNumber: 42 }],
  [
    "parser.cpp unknown_command_warning",
    'echo:Unknown command: "M9999 S1"',
    { kind: "unknownCommand", command: "M9999 S1" },
  ],
  ["M027.md", "SD printing byte 123/12345", { kind: "printing", byte: 123, total: 12_345 }],
  ["language.h STR_SD_NOT_PRINTING", "Not SD printing", { kind: "notPrinting" }],
  ["language.h STR_FILE_PRINTED", "Done printing file", { kind: "donePrinting" }],
  [
    "cardreader.cpp openFileRead",
    "File opened: CUBE.GCO Size: 14129",
    { kind: "fileOpened", file: "CUBE.GCO", bytes: 14_129 },
  ],
  ["cardreader.cpp openFileRead", "File selected", { kind: "fileSelected" }],
  ["cardreader.cpp openFailed", "open failed, File: NONE.GCO.", { kind: "openFailed", file: "NONE.GCO" }],
  ["M27.cpp and printSelectedFilename", "Current file: CUBE.GCO", { kind: "currentFile", file: "CUBE.GCO" }],
  [
    "printSelectedFilename with LONG_FILENAME_HOST_SUPPORT",
    "Current file: MORETH~1.GCO MoretHall.gcode",
    { kind: "currentFile", file: "MORETH~1.GCO" },
  ],
  ["printSelectedFilename without an open file", "Current file: (no file)", { kind: "currentFile", file: null }],
  [
    "printcounter.cpp showStats",
    "Stats: Prints: 12, Finished: 10, Failed: 1",
    { kind: "stats", prints: 12, finished: 10, failed: 1 },
  ],
  ["M31.cpp with duration_t.h", "echo:Print time: 44m 59s", { kind: "printTime", seconds: 44 * 60 + 59 }],
  [
    "M115.md, Marlin 2.1.3",
    "FIRMWARE_NAME:Marlin 2.1.3 (Aug  1 2024 12:00:00) SOURCE_CODE_URL:github.com/MarlinFirmware/Marlin PROTOCOL_VERSION:1.0 MACHINE_TYPE:3D Printer KINEMATICS:Cartesian EXTRUDER_COUNT:1 UUID:cede2a2f-41a2-4748-9b12-c55c62f367ff",
    {
      kind: "firmware",
      name: "Marlin 2.1.3 (Aug  1 2024 12:00:00)",
      uuid: "cede2a2f-41a2-4748-9b12-c55c62f367ff",
    },
  ],
  ["M21 in cardreader.cpp mount", "echo:SD card ok", { kind: "card", isReady: true }],
  ["M021.md without the echo", "No SD card", { kind: "card", isReady: false }],
  ["M020.md, a line of a listing", "MYFILE.GCO 14129", { kind: "text", text: "MYFILE.GCO 14129" }],
  [
    "a temperature report is nothing this driver needs",
    " T:210.0 /210.0 B:60.0 /60.0 @:127 B@:127",
    { kind: "text", text: " T:210.0 /210.0 B:60.0 /60.0 @:127 B@:127" },
  ],
];

describe("what a printer says", () => {
  test.each(said)("%s: %s", (_source, line, reply) => {
    expect(decodeReply(line)).toEqual(reply);
  });

  test("a carriage return before the newline changes nothing", () => {
    for (const [, line, reply] of said) expect(decodeReply(`${line}\r`)).toEqual(reply);
  });

  test("every reply is read as what it was written from", () => {
    for (const [, , reply] of said) expect(decodeReply(encodeReply(reply))).toEqual(reply);
  });

  test("a firmware without MACHINE_UUID has none, and no line that only begins like a reply is taken for one", () => {
    expect(decodeReply("FIRMWARE_NAME:Marlin 1.1.9 (Github) SOURCE_CODE_URL:https://x PROTOCOL_VERSION:1.0")).toEqual({
      kind: "firmware",
      name: "Marlin 1.1.9 (Github)",
      uuid: null,
    });
    for (const line of ["okay", "Not SD printing?", "SD printing byte /", "Done printing file 2", "Resend: x", ""]) {
      expect(decodeReply(line)).toEqual({ kind: "text", text: line });
    }
  });
});

describe("what a host says", () => {
  test("queue.cpp: the checksum is the exclusive or of all bytes before the star", () => {
    // By hand: N^0^' '^M^1^1^0^' '^N^0 = 0x7D.
    expect(encodeCommand(0, "M110 N0")).toBe("N0 M110 N0*125");
    expect(checksumOf("")).toBe(0);
  });

  test("a numbered line is read back as number and command", () => {
    expect(decodeCommand(encodeCommand(7, "M23 CUBE.GCO"))).toEqual({
      kind: "command",
      lineNumber: 7,
      command: "M23 CUBE.GCO",
    });
    expect(decodeCommand("M27 C")).toEqual({ kind: "command", lineNumber: null, command: "M27 C" });
  });

  test("queue.cpp: one damaged byte, anywhere, and the printer refuses the line", () => {
    const line = encodeCommand(12, "M23 CUBE.GCO");
    const star = line.indexOf("*");
    for (let at = 1; at < star; at++) {
      const damaged = `${line.slice(0, at)}${String.fromCharCode(line.charCodeAt(at) ^ 0x01)}${line.slice(at + 1)}`;
      expect(decodeCommand(damaged)).not.toMatchObject({ command: "M23 CUBE.GCO" });
      expect(decodeCommand(damaged).kind === "damaged" || !/^N\d/.test(damaged)).toBe(true);
    }
  });

  test("queue.cpp: a line cut short has no checksum and is refused at every length that has a number", () => {
    const line = encodeCommand(12, "M24");
    for (let length = 2; length < line.length - 1; length++) {
      expect(decodeCommand(line.slice(0, length)).kind).toBe("damaged");
    }
  });

  test("a command that would be cut in two on the wire is not sent", () => {
    for (const command of ["M23 A.GCO\nM24", "M23 A*B.GCO", "M23 A;B.GCO"]) {
      expect(() => encodeCommand(1, command)).toThrow("cut the command");
    }
  });
});

describe("duration_t.h: toString", () => {
  test.each([
    [0, "0s"],
    [59, "59s"],
    [60, "1m 0s"],
    [44 * 60 + 59, "44m 59s"],
    [3600, "1h 0m 0s"],
    [86_399, "23h 59m 59s"],
    [86_400, "1d 0h 0m 0s"],
    [365 * 86_400 - 1, "364d 23h 59m 59s"],
    [365 * 86_400, "1y 0d 0h 0m 0s"],
  ])("%i s is written %s and read back", (seconds, text) => {
    expect(encodeDuration(seconds)).toBe(text);
    expect(decodeDuration(text)).toBe(seconds);
  });

  test("something else is no duration", () => {
    for (const text of ["", "12:33", "5m", "-1s"]) expect(decodeDuration(text)).toBeNull();
  });
});
