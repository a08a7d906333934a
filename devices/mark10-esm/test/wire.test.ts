import {
  decodeReading,
  decodeSettings,
  decodeStatus,
  type EsmCommand,
  encodeCycles,
  encodeGaugeCommands,
  encodeLimit,
  encodeSpeed,
  encodeStatus,
  isGaugeError,
  splitCommands,
} from "@labloop/device-mark10-esm/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const NOTHING = { isGaugeOpen: false, rest: "" };

describe("stand commands (ESM301 and ESM303 user's guides, section 6.2)", () => {
  test("the guide's examples come out byte for byte", () => {
    expect(encodeSpeed(200.3)).toBe("e0200.3");
    expect(encodeCycles(500)).toBe("f0500");
    expect(encodeLimit("g", -7.52)).toBe("g-007.52");
    expect(encodeLimit("g", 10.7)).toBe("g010.70");
    expect(encodeLimit("h", -7.52)).toBe("h-007.52");
    expect(encodeLimit("h", 10.7)).toBe("h010.70");
  });

  test("a limit that rounds to zero has no sign", () => {
    expect(encodeLimit("h", 0)).toBe("h000.00");
    expect(encodeLimit("g", -0)).toBe("g000.00");
    expect(encodeLimit("g", -0.001)).toBe("g000.00");
  });

  test("the status codes are read, standing together or apart, and nothing else is", () => {
    expect(decodeStatus("DC")).toEqual({ motion: "down", mode: "cycle", limit: null });
    expect(decodeStatus("S C UL")).toEqual({ motion: "stopped", mode: "cycle", limit: "upper" });
    expect(decodeStatus("SMDL\r")).toEqual({ motion: "stopped", mode: "manual", limit: "lower" });
    expect(decodeStatus("UL")).toEqual({ motion: "up", mode: "limit", limit: null });
    for (const line of ["", "S", "C", "XC", "SCXX", "-25.00 mm", "SC UL UL"]) expect(decodeStatus(line)).toBeNull();
  });

  test("every status written is read back", () => {
    fc.assert(
      fc.property(
        fc.record({
          motion: fc.constantFrom("up" as const, "down" as const, "stopped" as const),
          mode: fc.constantFrom("cycle" as const, "limit" as const, "manual" as const),
          limit: fc.constantFrom("upper" as const, "lower" as const, null),
        }),
        (status) => {
          expect(decodeStatus(encodeStatus(status))).toEqual(status);
        },
      ),
    );
  });
});

describe("gauge answers (Series 4, 5 and 7 user's guides)", () => {
  test("the guide's readings are numbers with a unit", () => {
    expect(decodeReading("-18.78 lbF")).toEqual({ value: -18.78, unit: "lbF" });
    expect(decodeReading("4.285 N")).toEqual({ value: 4.285, unit: "N" });
    expect(decodeReading("4.285")).toEqual({ value: 4.285, unit: null });
    expect(decodeReading("60.0 mm/min")).toEqual({ value: 60, unit: "mm/min" });
  });

  test("what is no reading is not one", () => {
    for (const line of ["", "N", "*10", "1.2.3 N", "OVER", "V1.00;N;CUR"]) expect(decodeReading(line)).toBeNull();
  });

  test("the guide's error codes are known from readings", () => {
    expect(["*10", "*11", "*12", "*22"].every(isGaugeError)).toBe(true);
    expect(["10", "*1", "4.285 N"].some(isGaugeError)).toBe(false);
  });

  test("the guide's LIST answer begins with the firmware", () => {
    const settings = decodeSettings("V1.00;LBF;CUR;FLTC8;FLTP1;AOUT00;AOFF5;FULL;MIT;POL;B0");
    expect(settings).toHaveLength(11);
    expect(settings?.[0]).toBe("V1.00");
    expect(decodeSettings("4.285 N")).toBeNull();
  });

  test("gauge commands go through the stand between a slash and a back slash", () => {
    expect(encodeGaugeCommands(["CLRMEM", "LIST"])).toBe("/CLRMEM\rLIST\r\\");
  });
});

describe("commands as they arrive", () => {
  const sent = `ie0060.0h000.00g-025.00cf0001${encodeGaugeCommands(["S0"])}dp/RS\r\nMEM\r\n\\q`;
  const meant: EsmCommand[] = [
    { to: "stand", letter: "i", argument: "" },
    { to: "stand", letter: "e", argument: "0060.0" },
    { to: "stand", letter: "h", argument: "000.00" },
    { to: "stand", letter: "g", argument: "-025.00" },
    { to: "stand", letter: "c", argument: "" },
    { to: "stand", letter: "f", argument: "0001" },
    { to: "gauge", text: "S0" },
    { to: "stand", letter: "d", argument: "" },
    { to: "stand", letter: "p", argument: "" },
    { to: "gauge", text: "RS" },
    { to: "gauge", text: "MEM" },
    { to: "stand", letter: "q", argument: "" },
  ];

  test("they are the same wherever the wire cuts them in two", () => {
    for (let at = 0; at <= sent.length; at++) {
      const head = splitCommands(NOTHING, sent.slice(0, at));
      const tail = splitCommands(head.cut, sent.slice(at));
      expect([...head.commands, ...tail.commands]).toEqual(meant);
      expect(tail.cut).toEqual(NOTHING);
    }
  });

  test("they are the same byte by byte", () => {
    let cut = NOTHING;
    const commands: EsmCommand[] = [];
    for (const byte of sent) {
      const split = splitCommands(cut, byte);
      commands.push(...split.commands);
      cut = split.cut;
    }
    expect(commands).toEqual(meant);
  });

  test("a back slash closes the channel on a command that was not ended", () => {
    expect(splitCommands(NOTHING, "/ME\\p").commands).toEqual([{ to: "stand", letter: "p", argument: "" }]);
  });

  test("CR and back slash outside the channel are no commands", () => {
    expect(splitCommands(NOTHING, "\r\\\r\n ").commands).toEqual([]);
  });
});
