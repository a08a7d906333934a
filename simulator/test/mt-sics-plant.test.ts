import { createRealClock, createScaledClock, wallNow } from "@labloop/clock";
import balance from "@labloop/device-mettler-toledo-mt-sics";
import { type ByteStream, connectTcp, createStreamPair, serveTcp } from "@labloop/driver";
import { describe, expect, test } from "vitest";
import { createMtSicsPlant } from "../src/plants/mt-sics-plant.ts";
import {
  aPart,
  createBench,
  driverContext,
  listenTo,
  operationContext,
  START,
  until,
  virtualClock,
  within,
  wireTo,
} from "./support/plant-bench.ts";

const MASS = { mass: () => 12.3449 };
const weigh = balance.operations["weigh"]!;
const config = balance.config.parse({});

/** Sets the act off and follows it to its end, as the kit does. */
const carryOut: typeof weigh.watch = async (session, params, baseline, context) => {
  await weigh.start(session, params, baseline, context);
  return weigh.watch(session, params, baseline, context);
};

function benchWithPart() {
  const clock = virtualClock();
  const bench = createBench("balance", clock, MASS);
  bench.parts.set("balance", aPart());
  return { clock, bench };
}

/** The other side of a wire, which says what a script says and is no balance at all. */
function scripted(stream: ByteStream, answers: (question: string) => string): void {
  let heard = "";
  stream.onData((chunk) => {
    heard += Buffer.from(chunk).toString("latin1");
    for (let end = heard.indexOf("\r\n"); end >= 0; end = heard.indexOf("\r\n")) {
      stream.write(Buffer.from(`${answers(heard.slice(0, end))}\r\n`, "latin1"));
      heard = heard.slice(end + 2);
    }
  });
}

describe("the balance on its wire", () => {
  test("MT-SICS levels 0 and 1: exchanges come out byte for byte, however the wire cuts them", async () => {
    const asked = "@\r\nI1\r\nI2\r\nI4\r\ns\r\nSI\r\nTA\r\nS\r\n";
    for (let chunkBytes = 1; chunkBytes <= asked.length; chunkBytes++) {
      const { clock, bench } = benchWithPart();
      const wire = listenTo(wireTo(createMtSicsPlant(bench.world), clock, chunkBytes));
      wire.send(asked);
      await until(clock, START + 10_000);
      expect(wire.text()).toBe(
        [
          'I4 A "B000000001"',
          'I1 A "01" "2.30" "2.22" "" ""',
          'I2 A "MS4002TS Standard 4200.00 g"',
          'I4 A "B000000001"',
          "ES",
          "S S      12.34 g",
          "TA A       0.00 g",
          "S S      12.34 g",
          "",
        ].join("\r\n"),
      );
    }
  });

  test("MT-SICS I0: every command is listed, the last line with status A", async () => {
    const { clock, bench } = benchWithPart();
    const wire = listenTo(wireTo(createMtSicsPlant(bench.world), clock));
    wire.send("I0\r\n");
    await until(clock, START + 1);
    const lines = wire.text().trimEnd().split("\r\n");
    expect(lines[0]).toBe('I0 B 0 "@"');
    expect(lines.at(-1)).toBe('I0 A 1 "TAC"');
  });

  test("a stable weight takes 3 to 8 s, and until then the weight is dynamic and no other command is executable", async () => {
    const { clock, bench } = benchWithPart();
    const wire = listenTo(wireTo(createMtSicsPlant(bench.world), clock));
    wire.send("S\r\n");
    await until(clock, START + 2_990);
    wire.send("SI\r\nZ\r\n");
    await until(clock, START + 2_999);
    expect(wire.text()).toBe("S D      12.34 g\r\nZ I\r\n");
    await until(clock, START + 8_001);
    expect(wire.text()).toBe("S D      12.34 g\r\nZ I\r\nS S      12.34 g\r\n");
  });

  test("a part that is put down while the balance settles makes it settle again", async () => {
    const clock = virtualClock();
    const bench = createBench("balance", clock, MASS);
    const wire = listenTo(wireTo(createMtSicsPlant(bench.world), clock));
    wire.send("S\r\n");
    await until(clock, START + 1_000);
    bench.parts.set("balance", aPart());
    await until(clock, START + 5_999);
    expect(wire.text()).toBe("");
    await until(clock, START + 11_001);
    expect(wire.text()).toBe("S S      12.34 g\r\n");
  });

  test("a pan that finds no rest is answered with S I", async () => {
    const { clock, bench } = benchWithPart();
    const wire = listenTo(wireTo(createMtSicsPlant(bench.world, { doesSettle: () => false }), clock));
    wire.send("S\r\n");
    await until(clock, START + 60_000);
    expect(wire.text()).toBe("S I\r\n");
  });

  test("a load above the capacity is answered with S +", async () => {
    const { clock, bench } = benchWithPart();
    const wire = listenTo(wireTo(createMtSicsPlant(bench.world, { capacityG: 10 }), clock));
    wire.send("SI\r\n");
    await until(clock, START + 1);
    expect(wire.text()).toBe("S +\r\n");
  });

  test("zero and tare outlive the process and the connection", async () => {
    const { clock, bench } = benchWithPart();
    const before = wireTo(createMtSicsPlant(bench.world), clock);
    const wire = listenTo(before);
    wire.send("T\r\n");
    await until(clock, START + 10_000);
    expect(wire.text()).toBe("T S      12.34 g\r\n");
    before.close();

    const after = listenTo(wireTo(createMtSicsPlant(bench.world), clock));
    after.send("TA\r\nSI\r\nTAC\r\nSI\r\nZ\r\n");
    await until(clock, START + 20_000);
    after.send("SI\r\n");
    bench.parts.delete("balance");
    await until(clock, START + 20_001);
    expect(after.text()).toBe(
      "TA A      12.34 g\r\nS S       0.00 g\r\nTAC A\r\nS S      12.34 g\r\nZ A\r\nS S     -12.34 g\r\n",
    );
  });

  test("a print that is not finished weighs nothing", async () => {
    const { clock, bench } = benchWithPart();
    bench.parts.set("balance", aPart({ readyAt: START + 60_000 }));
    const wire = listenTo(wireTo(createMtSicsPlant(bench.world), clock));
    wire.send("SI\r\n");
    await until(clock, START + 1);
    expect(wire.text()).toBe("S S       0.00 g\r\n");
  });

  test("a closed wire takes its waiting answer with it, and so does @", async () => {
    const { clock, bench } = benchWithPart();
    const stream = wireTo(createMtSicsPlant(bench.world), clock);
    const wire = listenTo(stream);
    wire.send("S\r\n@\r\nS\r\n");
    await until(clock, START + 1);
    stream.close();
    expect(await clock.run(() => false)).toBe("idle");
    expect(wire.text()).toBe('I4 A "B000000001"\r\n');
    expect(clock.now()).toBe(START + 1);
  });
});

describe("the driver on the balance", () => {
  test("weigh returns the stable weight in grams, on every cut of the wire", async () => {
    for (const chunkBytes of [1, 2, 3, 7, 100]) {
      const { clock, bench } = benchWithPart();
      const stream = wireTo(createMtSicsPlant(bench.world), clock, chunkBytes);
      const session = await within(clock, balance.connect(stream, config, driverContext(clock)));
      expect(balance.identify(session)).toEqual({ serial: "B000000001", firmware: "2.00 0.0.0.0" });
      const context = operationContext(clock);
      const baseline = await weigh.baseline(session, {}, context);
      expect(await within(clock, carryOut(session, {}, baseline, context))).toEqual({
        state: "succeeded",
        result: { mass: { value: 12.34, unit: "g" } },
        executed: {},
        evidence: { answer: "S S      12.34 g" },
      });
      expect(clock.now() - START).toBeGreaterThanOrEqual(3_000);
    }
  });

  test("D7: a reading cut off by a crash has decisively not happened, and the next session reads afresh", async () => {
    const { clock, bench } = benchWithPart();
    const plant = createMtSicsPlant(bench.world);
    const context = operationContext(clock);
    const lost = wireTo(plant, clock);
    const first = await within(clock, balance.connect(lost, config, driverContext(clock)));
    const reading = carryOut(first, {}, {}, context);
    const cutShort = expect(reading).rejects.toMatchObject({ code: "wire.closed" });
    await until(clock, START + 1_500);
    lost.close();
    await until(clock, START + 1_600);
    await cutShort;

    const second = await within(clock, balance.connect(wireTo(plant, clock), config, driverContext(clock)));
    expect(await weigh.probe(second, {}, {}, context)).toMatchObject({ outcome: "not-happened", decisive: true });
    expect(await within(clock, carryOut(second, {}, {}, context))).toMatchObject({ state: "succeeded" });
  });

  test("a pan that comes to rest late is waited for", async () => {
    const { clock, bench } = benchWithPart();
    const plant = createMtSicsPlant(bench.world, { doesSettle: () => clock.now() > START + 50_000 });
    const session = await within(clock, balance.connect(wireTo(plant, clock), config, driverContext(clock)));
    expect(await within(clock, carryOut(session, {}, {}, operationContext(clock)))).toMatchObject({
      state: "succeeded",
    });
  });

  test("a pan that never comes to rest fails with nothing moved, in bounded time", async () => {
    const { clock, bench } = benchWithPart();
    const plant = createMtSicsPlant(bench.world, { doesSettle: () => false });
    const session = await within(clock, balance.connect(wireTo(plant, clock), config, driverContext(clock)));
    expect(await within(clock, carryOut(session, {}, {}, operationContext(clock)))).toMatchObject({
      state: "failed",
      physical: "none",
      error: { code: "balance.notStable" },
    });
    expect(clock.now() - START).toBeLessThan(weigh.duration.maxMs);
  });

  test.each([
    ["S +", "balance.overload"],
    ["S -", "balance.underload"],
    ["S S       3.53 oz", "balance.unit"],
    ["S D      12.34 g", "balance.refused"],
    ["ES", "balance.refused"],
    ["EL", "balance.refused"],
  ])("%s ends the weighing with %s and nothing moved", async (answer, code) => {
    const clock = virtualClock();
    const [driverEnd, otherEnd] = createStreamPair(clock);
    scripted(otherEnd, (question) => (question === "S" ? answer : 'I4 A "1234567"'));
    const session = await within(clock, balance.connect(driverEnd, config, driverContext(clock)));
    expect(await within(clock, carryOut(session, {}, {}, operationContext(clock)))).toMatchObject({
      state: "failed",
      physical: "none",
      error: { code },
    });
  });

  test("a weight shown in kg is reported in g", async () => {
    const clock = virtualClock();
    const [driverEnd, otherEnd] = createStreamPair(clock);
    scripted(otherEnd, (question) => (question === "S" ? "S S    0.10012 kg" : 'I4 A "1234567"'));
    const session = await within(clock, balance.connect(driverEnd, config, driverContext(clock)));
    expect(await within(clock, carryOut(session, {}, {}, operationContext(clock)))).toMatchObject({
      result: { mass: { value: 100.12, unit: "g" } },
    });
  });

  test("something that is no balance is refused at once", async () => {
    const clock = virtualClock();
    const [driverEnd, otherEnd] = createStreamPair(clock);
    scripted(otherEnd, () => "ES");
    await expect(within(clock, balance.connect(driverEnd, config, driverContext(clock)))).rejects.toMatchObject({
      code: "wire.wrongInstrument",
    });
  });

  test("over TCP the same bytes weigh the same part", async () => {
    const labClock = createScaledClock({ labAt: START, wallAt: wallNow(), scale: 1_000 });
    const linkClock = createRealClock();
    const bench = createBench("balance", labClock, MASS);
    bench.parts.set("balance", aPart());
    const plant = createMtSicsPlant(bench.world);
    const server = await serveTcp({ host: "127.0.0.1", port: 0, onStream: (stream) => plant.attach(stream) });
    try {
      const stream = await connectTcp({ host: "127.0.0.1", port: server.port, linkClock });
      const session = await balance.connect(stream, config, driverContext(labClock, linkClock));
      expect(await carryOut(session, {}, {}, operationContext(labClock, linkClock))).toMatchObject({
        state: "succeeded",
        result: { mass: { value: 12.34, unit: "g" } },
      });
      stream.close();
    } finally {
      await server.close();
    }
  });
});
