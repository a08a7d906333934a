import { createRealClock } from "@labloop/clock";
import { connectSerial, createLineExchange } from "@labloop/driver";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSerialPair, type SerialPair, whyNoSocat } from "../support/socat.ts";

const settings = { baudRate: 115_200, dataBits: 8, parity: "none", stopBits: 1, rtscts: false } as const;

describe.skipIf(whyNoSocat() !== null)(`a serial line (${whyNoSocat() ?? "socat"})`, () => {
  let pair: SerialPair;
  beforeAll(async () => {
    pair = await openSerialPair();
  });
  afterAll(() => pair.unplug());

  test("carries questions and answers, and says when the cable is pulled", async () => {
    const [here, there] = await Promise.all(pair.ends.map((serial) => connectSerial({ serial, ...settings })));
    if (here === undefined || there === undefined) throw new Error("a pair has two ends");
    there.onData((chunk) => {
      if (Buffer.from(chunk).toString().includes("?")) there.write(Buffer.from("MODEL 7\r\n"));
    });
    const exchange = createLineExchange(here, { linkClock: createRealClock(), terminator: "\r\n" });
    expect(await exchange.ask("*IDN?", { timeoutMs: 10_000 })).toEqual(["MODEL 7"]);
    const lost = new Promise<void>((resolve) => void here.onClose(resolve));
    await pair.unplug();
    await lost;
    expect(here.isOpen).toBe(false);
    expect(() => here.write(Buffer.from("x"))).toThrow("the serial port is closed");
  });

  test("says that a port is not there, and how to see which are", async () => {
    const missing = connectSerial({ serial: "/dev/labloop-no-such-port", ...settings });
    await expect(missing).rejects.toMatchObject({ code: "wire.unreachable", hint: expect.stringContaining("doctor") });
  });
});
