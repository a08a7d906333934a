import { describe, expect, test } from "vitest";
import {
  decodeLoad,
  decodeLoadedProgram,
  decodePlay,
  decodePolyscopeVersion,
  decodeProgramState,
  decodeRemoteControl,
  decodeRobotMode,
  decodeSafety,
  decodeSerialNumber,
  decodeStop,
  encodeLoad,
  isSameProgram,
} from "../wire.ts";

// Article: Universal Robots, "Dashboard Server, port 29999", 15690. Client: dashboard_client_implementation_g5.cpp.
type Case = readonly [source: string, decode: (line: string) => unknown, line: string, answer: unknown];
const answers: readonly Case[] = [
  ["article, load", decodeLoad, "Loading program: move.urp", { kind: "loaded", program: "move.urp" }],
  [
    "client, load: a path may stand before the name",
    decodeLoad,
    "Loading program: /programs/lab/move.urp",
    { kind: "loaded", program: "/programs/lab/move.urp" },
  ],
  ["article, load", decodeLoad, "File not found: none.urp", { kind: "notFound" }],
  ["article, load", decodeLoad, "Error while loading program: move.urp", { kind: "failed" }],
  ["article, play", decodePlay, "Starting program", true],
  ["article, play", decodePlay, "Failed to execute: play", false],
  ["article, stop", decodeStop, "Stopped", true],
  ["article, stop", decodeStop, "Failed to execute: stop", false],
  ["client, programState", decodeProgramState, "STOPPED move.urp", { state: "STOPPED", program: "move.urp" }],
  ["client, programState", decodeProgramState, "PLAYING my move.urp", { state: "PLAYING", program: "my move.urp" }],
  ["client, programState", decodeProgramState, "PAUSED move.urp", { state: "PAUSED", program: "move.urp" }],
  [
    "client, get loaded program",
    decodeLoadedProgram,
    "Loaded program: /programs/move.urp",
    { program: "/programs/move.urp" },
  ],
  ["article, get loaded program", decodeLoadedProgram, "No program loaded", "none"],
  ["client, robotmode", decodeRobotMode, "Robotmode: RUNNING", "RUNNING"],
  ["client, robotmode", decodeRobotMode, "Robotmode: POWER_OFF", "POWER_OFF"],
  ["client, safetystatus", decodeSafety, "Safetystatus: PROTECTIVE_STOP", "PROTECTIVE_STOP"],
  ["client, safetymode", decodeSafety, "Safetymode: NORMAL", "NORMAL"],
  ["client, is in remote control", decodeRemoteControl, "true", true],
  ["client, is in remote control", decodeRemoteControl, "false", false],
  ["client, get serial number", decodeSerialNumber, "20195000364", "20195000364"],
  [
    "client, PolyscopeVersion",
    decodePolyscopeVersion,
    "URSoftware 3.15.1.106171 (Mar 29 2021)",
    { text: "URSoftware 3.15.1.106171 (Mar 29 2021)", major: 3, minor: 15 },
  ],
];

describe("what the Dashboard Server answers", () => {
  test.each(answers)("%s", (_source, decode, line, answer) => {
    expect(decode(line)).toEqual(answer);
    expect(decode(`${line}\r`)).toEqual(answer);
  });

  test("an answer the manual does not know is none, so that it cannot be taken for another", () => {
    for (const [, decode] of answers) {
      for (const line of ["could not understand: 'x'", "", "Connected: Universal Robots Dashboard Server"]) {
        expect(decode(line)).toBeNull();
      }
    }
  });
});

describe("what is asked", () => {
  test("load carries the program's name, and nothing that would begin a second request", () => {
    expect(encodeLoad("lab/move.urp")).toBe("load lab/move.urp");
    for (const name of ["move.urp\nplay", "move.urp\rplay.urp", "move.script", ""]) {
      expect(() => encodeLoad(name)).toThrow("is no program file");
    }
  });

  test("a path and a file name are the same program when the file name is", () => {
    expect(isSameProgram("/programs/lab/move.urp", "move.urp")).toBe(true);
    expect(isSameProgram("move.urp", "remove.urp")).toBe(false);
  });
});
