import { tcpFraming } from "@labloop/device-modbus/wire";
import { describe, expect, test } from "vitest";
import { createModbusBalancePlant } from "../src/plants/modbus-balance-plant.ts";
import { serveModbus } from "../src/plants/modbus-server.ts";
import { createModbusThermostatPlant } from "../src/plants/modbus-thermostat-plant.ts";
import type { Plant } from "../src/world/plant-world.ts";
import { aPart, createBench, START, until, virtualClock, wireTo } from "./support/plant-bench.ts";

/** Asks in hexadecimal, PDU by PDU, and returns the answers' PDUs; an unanswered one gives nothing. */
async function ask(plant: Plant, clock = virtualClock(), ...pdus: readonly string[]): Promise<string[]> {
  const stream = wireTo(plant, clock, 3);
  const answers: string[] = [];
  let come: Buffer = Buffer.alloc(0);
  stream.onData((chunk) => {
    come = Buffer.concat([come, chunk]);
    for (let taken = tcpFraming.take(come); taken !== null; taken = tcpFraming.take(come)) {
      come = come.subarray(taken.used);
      answers.push(taken.pdu.bytes.toString("hex"));
    }
  });
  for (const [at, pdu] of pdus.entries()) {
    stream.write(tcpFraming.encode(at, { unit: 1, bytes: Buffer.from(pdu, "hex") }));
  }
  await until(clock, clock.now() + 1);
  stream.close();
  return answers;
}

const table = (written: unknown[]): Plant => ({
  attach: (stream) =>
    serveModbus(stream, 1, [
      { at: { kind: "holding", address: 0 }, read: () => 258, write: (value) => (written.push(value), null) },
      {
        at: { kind: "holding", address: 1, type: "f32" },
        read: () => 1,
        write: (value) => (written.push(value), null),
      },
      { at: { kind: "coil", address: 3 }, read: () => 1, write: (value) => (written.push(value), null) },
      { at: { kind: "input", address: 0, type: "i16", scale: 0.1 }, read: () => -1 },
    ]),
});

test("a table is read and written by the specification's functions, across its values and never through them", async () => {
  const written: unknown[] = [];
  const asked = [
    ["0300000003", "030601023f800000"],
    ["0100030001", "010101"],
    ["0400000001", "0402fff6"],
    ["0600000007", "0600000007"],
    ["050003ff00", "050003ff00"],
    ["1000010002044048f5c3", "1000010002"],
    ["0f000300010100", "0f00030001"],
    ["0300010001", "8302"],
    ["1000010001024048", "9003"],
    ["0700000007", "8701"],
    ["0600090007", "8602"],
    ["0500030001", "8503"],
    ["0300000000", "8303"],
  ];
  const answers = await ask(table(written), virtualClock(), ...asked.map(([pdu = ""]) => pdu));
  expect(answers).toEqual(asked.map(([, answer]) => answer));
  expect(written).toEqual([7, 1, Math.fround(3.14), 0]);
});

test("another unit is not answered, and what is no Modbus ends the connection", async () => {
  const clock = virtualClock();
  const stream = wireTo(table([]), clock);
  const heard: Uint8Array[] = [];
  stream.onData((chunk) => heard.push(chunk));
  stream.write(tcpFraming.encode(1, { unit: 9, bytes: Buffer.from("0300000001", "hex") }));
  await until(clock, START + 1);
  expect({ heard, isOpen: stream.isOpen }).toEqual({ heard: [], isOpen: true });
  stream.write(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
  await until(clock, START + 2);
  expect(stream.isOpen).toBe(false);
});

const state = "0400010001";
const weigh = "0600000001";

describe("the weighing terminal", () => {
  const onPan = (options: Parameters<typeof createModbusBalancePlant>[1] = {}) => {
    const clock = virtualClock();
    const bench = createBench("balance", clock, { mass: () => 12.3449 });
    bench.parts.set("balance", aPart());
    return { clock, plant: createModbusBalancePlant(bench.world, options) };
  };

  test("settles for 3 to 8 s once it is told to weigh, over a broken connection too, and then shows the mass", async () => {
    const { clock, plant } = onPan();
    expect(await ask(plant, clock, state, weigh, state)).toEqual(["04020000", weigh, "04020001"]);
    await until(clock, START + 8_100);
    expect(await ask(plant, clock, state, "0400020002")).toEqual(["04020002", "0404000004d2"]);
  });

  test.each([
    ["a pan that finds no rest", { doesSettle: () => false }, 40_100, "04020004"],
    ["a load above its capacity", { capacityG: 10 }, 8_100, "04020003"],
    ["a terminal that is busy", { exception: () => 6 }, 1, "8406"],
    ["a terminal that says nothing", { doesAnswer: () => false }, 1, undefined],
  ])("%s is told as that", async (_what, options, afterMs, answer) => {
    const { clock, plant } = onPan(options);
    await ask(plant, clock, weigh);
    await until(clock, START + afterMs + 1);
    expect((await ask(plant, clock, state))[0]).toBe(answer);
  });
});

describe("the thermostat", () => {
  const setpoint = (celsius: number) => {
    const data = Buffer.alloc(4);
    data.writeFloatBE(celsius);
    return `10000a000204${data.toString("hex")}`;
  };
  const on = "050000ff00";
  const temperature = "0400010001";

  test("follows its setpoint while the heater is on, and each change of its course is one act", async () => {
    const clock = virtualClock();
    const bench = createBench("bath", clock);
    const plant = createModbusThermostatPlant(bench.world);
    await ask(plant, clock, setpoint(30));
    expect(bench.actuations).toEqual([]);
    await ask(plant, clock, on, on, setpoint(40));
    expect(bench.actuations).toEqual([
      { verb: "heat", detail: { setpoint: 30 } },
      { verb: "heat", detail: { setpoint: 40 } },
    ]);
    await until(clock, clock.now() + 10_000);
    expect(await ask(plant, clock, temperature)).toEqual([`0402${(220).toString(16).padStart(4, "0")}`]);
    expect(await ask(plant, clock, setpoint(101))).toEqual(["9003"]);
  });

  test("a broken heater leaves the bath as it is, and raises the alarm", async () => {
    const clock = virtualClock();
    const bench = createBench("bath", clock);
    const plant = createModbusThermostatPlant(bench.world, { doesHeat: () => false });
    await ask(plant, clock, setpoint(30), on);
    await until(clock, clock.now() + 10_000);
    expect(await ask(plant, clock, temperature, "0200000001")).toEqual(["040200c8", "020101"]);
  });
});
