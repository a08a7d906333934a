// One instrument whole, plant and driver together: its parts share one bench, and reading one needs the others.
import { createRealClock, createScaledClock, type VirtualClock, wallNow } from "@labloop/clock";
import type { Series, Values } from "@labloop/contracts";
import tester from "@labloop/device-mark10-esm";
import { type ByteStream, connectTcp, createStreamPair, type Ending, type Evidence, serveTcp } from "@labloop/driver";
import type { Plant } from "@labloop/simulator";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMark10EsmPlant } from "../src/plants/mark10-esm-plant.ts";
import {
  aPart,
  type Bench,
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

interface Curve {
  readonly travelMm: readonly number[];
  readonly loadN: readonly number[];
}

/** 25 mm at 60 mm/min: 25 s down, 25 s up, 626 readings. */
const PARAMS: Values = { travel: { value: 25, unit: "mm" }, speed: { value: 60, unit: "mm/min" } };
const HILL: Curve = { travelMm: [0, 2, 10, 20, 24, 25], loadN: [0, 800, 1_250, 1_000, 0, 0] };
const CONFIG = tester.config.parse({});
const compress = tester.operations["compress"]!;

function integral({ travelMm, loadN }: Curve): number {
  let sum = 0;
  for (let index = 1; index < travelMm.length; index++) {
    sum += ((loadN[index]! + loadN[index - 1]!) / 2) * (travelMm[index]! - travelMm[index - 1]!);
  }
  return sum / 1_000;
}

interface Rig {
  readonly clock: VirtualClock;
  readonly bench: Bench;
  readonly plant: Plant;
}

function rig(curve: Curve = HILL): Rig {
  const clock = virtualClock();
  const bench = createBench("tester", clock, { curve: () => curve });
  bench.parts.set("tester", aPart());
  return { clock, bench, plant: createMark10EsmPlant(bench.world) };
}

function connect({ clock, plant }: Rig, stream: ByteStream = wireTo(plant, clock), config = CONFIG) {
  return within(clock, tester.connect(stream, config, driverContext(clock)));
}

/** Runs a command up to a point with a driver whose wire is then torn off. */
async function abandon(the: Rig, far: "baseline" | "start" | number): Promise<Evidence> {
  const { clock, plant } = the;
  const stream = wireTo(plant, clock);
  const session = await connect(the, stream);
  const context = operationContext(clock);
  const baseline = await within(clock, compress.baseline(session, PARAMS, context));
  if (far !== "baseline") await within(clock, compress.start(session, PARAMS, baseline, context));
  if (typeof far === "number") {
    const watch = compress.watch(session, PARAMS, baseline, context).catch(() => "torn off");
    await until(clock, clock.now() + far);
    stream.close();
    expect(await within(clock, watch)).toBe("torn off");
  }
  stream.close();
  return JSON.parse(JSON.stringify(baseline)) as Evidence;
}

function curveIn(ending: Ending): Curve {
  if (ending.state !== "succeeded") throw new Error(JSON.stringify(ending));
  const { load, travel } = ending.result as { load: Series; travel: Series };
  return { travelMm: travel.values, loadN: load.values };
}

describe("stand and gauge on their wire", () => {
  test("section 6.2: settings are taken and told again, byte for byte, however the wire cuts them", async () => {
    const asked = "ie0200.3h010.70g-007.52cf0500avwrqxp";
    for (let chunkBytes = 1; chunkBytes <= asked.length; chunkBytes++) {
      const { clock, plant } = rig();
      const wire = listenTo(wireTo(plant, clock, chunkBytes));
      wire.send(asked);
      await until(clock, START + 1);
      expect(wire.text()).toBe("200.3 mm/min\r\n10.70 mm\r\n-7.52 mm\r\n0500\r\n0000\r\n0.00 mm\r\nSC\r\n");
    }
  });

  test("GCL2: gauge commands pass through the stand, setters are silent and unknown ones answered *10", async () => {
    const asked = "/N\rRS\rBOGUS\r?C\rMEM\rLIST\r\\x";
    for (let chunkBytes = 1; chunkBytes <= asked.length; chunkBytes++) {
      const { clock, plant } = rig();
      const wire = listenTo(wireTo(plant, clock, chunkBytes));
      wire.send(asked);
      await until(clock, START + 1);
      expect(wire.text()).toBe(
        "3790001\r\n*10\r\n0 N\r\nV1.05;N;CUR;FLTC8;FLTP1;AOUT00;AOFF0;FULL;MITD;POL;B0\r\n0.00 mm\r\n",
      );
    }
  });

  test("n tells load and travel, p which way, and s stops the crosshead where it is", async () => {
    const { clock, plant } = rig();
    const wire = listenTo(wireTo(plant, clock));
    wire.send("e0060.0h000.00g-025.00ld");
    await until(clock, START + 10_000);
    wire.send("npsp");
    await until(clock, START + 15_000);
    wire.send("xup");
    await until(clock, START + 15_001);
    expect(wire.text()).toBe("1250 N\r\n-10.00 mm\r\nDL\r\nSL\r\n-10.00 mm\r\nUL\r\n");
  });

  test("in limit mode d ends at the lower limit and u at the upper", async () => {
    const { clock, plant } = rig();
    const wire = listenTo(wireTo(plant, clock));
    wire.send("e0060.0h000.00g-005.00ld");
    await until(clock, START + 6_000);
    wire.send("xpu");
    await until(clock, START + 12_000);
    wire.send("xpq");
    await until(clock, START + 12_001);
    expect(wire.text()).toBe("-5.00 mm\r\nSLDL\r\n0.00 mm\r\nSLUL\r\n0000\r\n");
  });

  test("a sequence of two cycles crushes once, counts two and ends at the upper limit", async () => {
    const { clock, plant, bench } = rig();
    const wire = listenTo(wireTo(plant, clock));
    wire.send("e0060.0h000.00g-005.00cf0002d");
    await until(clock, START + 12_000);
    wire.send("pq");
    await until(clock, START + 20_000);
    wire.send("pqtq");
    await until(clock, START + 20_001);
    expect(wire.text()).toBe("DC\r\n0001\r\nSCUL\r\n0002\r\n0000\r\n");
    expect(bench.actuations).toHaveLength(1);
  });

  test("I1: the stroke is in the world before any answer, and d on a moving crosshead is none", async () => {
    const { clock, plant, bench } = rig();
    const stream = wireTo(plant, clock);
    stream.onData(() => bench.happened.push("answer"));
    stream.write(Buffer.from("e0060.0h000.00g-025.00cf0001/S0\r\\dpdd"));
    await until(clock, START + 1_000);
    expect(bench.happened).toEqual(["commit crush", "answer"]);
    expect(bench.actuations).toEqual([{ verb: "crush", detail: { part: "part-1", bottomMm: -25, speedMmPerMin: 60 } }]);
    expect(bench.parts.get("tester")?.isCrushed).toBe(true);
  });

  test("a stroke on an empty platen, or on a print not finished, is counted and feels nothing", async () => {
    for (const part of [null, aPart({ readyAt: START + 3_600_000 })]) {
      const { clock, plant, bench } = rig();
      if (part === null) bench.parts.delete("tester");
      else bench.parts.set("tester", part);
      const wire = listenTo(wireTo(plant, clock));
      wire.send("e0060.0h000.00g-025.00cd");
      await until(clock, START + 10_000);
      wire.send("n");
      await until(clock, START + 10_001);
      expect(wire.text()).toBe("0 N\r\n-10.00 mm\r\n");
      expect(bench.actuations).toMatchObject([{ verb: "crush", detail: { part: null } }]);
    }
  });

  test("the stroke goes on while nobody is connected and the plant's process is gone", async () => {
    const { clock, plant, bench } = rig();
    const stream = wireTo(plant, clock);
    stream.write(Buffer.from("e0060.0h000.00g-025.00cf0001/S0\r\\d"));
    await until(clock, START + 1_000);
    stream.close();
    expect(await clock.run(() => false)).toBe("idle");
    await until(clock, START + 30_000);

    const wire = listenTo(wireTo(createMark10EsmPlant(bench.world), clock));
    wire.send("pxq");
    await until(clock, START + 60_000);
    wire.send("pxq");
    await until(clock, START + 60_001);
    expect(wire.text()).toBe("UC\r\n-20.00 mm\r\n0000\r\nSCUL\r\n0.00 mm\r\n0001\r\n");
  });

  test("the gauge stores at its rate while its trigger is held, until its memory is full", async () => {
    const { clock, bench } = rig();
    const wire = listenTo(
      wireTo(createMark10EsmPlant(bench.world, { readingsPerSecond: 10, memoryReadings: 50 }), clock),
    );
    wire.send("/S0\r\\");
    await until(clock, START + 1_000);
    wire.send("/C0\rMEM\r\\");
    await until(clock, START + 2_000);
    expect(wire.text()).toBe("0 N\r\n".repeat(11));
    wire.send("/S0\r\\");
    await until(clock, START + 60_000);
    wire.send("/MEM\rCLRMEM\rC0\rCLRMEM\rMEM\rRN\r\\");
    await until(clock, START + 60_001);
    expect(wire.text()).toBe(`${"0 N\r\n".repeat(11 + 50)}SERIES 7\r\n`);
  });
});

describe("the driver on stand and gauge", () => {
  test("compress returns the curve of the way down, on every cut of the wire", async () => {
    for (const chunkBytes of [1, 2, 5, 64, Number.POSITIVE_INFINITY]) {
      const the = rig();
      const session = await connect(the, wireTo(the.plant, the.clock, chunkBytes));
      expect(tester.identify(session)).toEqual({ serial: "3790001", firmware: "V1.05" });
      const fractions: number[] = [];
      const context = { ...operationContext(the.clock), progress: (fraction: number) => fractions.push(fraction) };
      const baseline = await within(the.clock, compress.baseline(session, PARAMS, context));
      expect(the.bench.actuations).toEqual([]);
      await within(the.clock, compress.start(session, PARAMS, baseline, context));
      const ending = await within(the.clock, compress.watch(session, PARAMS, baseline, context));
      expect(ending).toMatchObject({
        state: "succeeded",
        executed: PARAMS,
        result: { peak: { value: 1_250, unit: "N" } },
      });
      const { travelMm, loadN } = curveIn(ending);
      expect([travelMm.length, loadN.length, travelMm[0], travelMm[1], travelMm.at(-1)]).toEqual([
        626, 626, 0, 0.04, 25,
      ]);
      expect(the.bench.actuations).toHaveLength(1);
      expect(fractions.length).toBeGreaterThan(2);
      expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    }
  });

  test("the integral that comes back is the physics' own within 0.1 %, from 0.4 J to 47 J", async () => {
    const shape = fc.array(fc.double({ min: 0.5, max: 1, noNaN: true }), { minLength: 3, maxLength: 9 });
    const energyJ = fc.oneof(fc.constantFrom(0.4, 47), fc.double({ min: 0.4, max: 47, noNaN: true }));
    await fc.assert(
      fc.asyncProperty(shape, energyJ, fc.integer({ min: 200, max: 300 }), async (heights, joules, tenthMm) => {
        const wholeMm = tenthMm / 10;
        const rough: Curve = {
          travelMm: [0, ...heights.map((_, index) => ((index + 0.5) / heights.length) * wholeMm), wholeMm],
          loadN: [0, ...heights, 0],
        };
        const scale = joules / integral(rough);
        const curve = { ...rough, loadN: rough.loadN.map((load) => load * scale) };
        const the = rig(curve);
        const params: Values = { travel: { value: wholeMm, unit: "mm" }, speed: { value: 60, unit: "mm/min" } };
        const session = await connect(the);
        const context = operationContext(the.clock);
        const baseline = await within(the.clock, compress.baseline(session, params, context));
        await within(the.clock, compress.start(session, params, baseline, context));
        const ending = await within(the.clock, compress.watch(session, params, baseline, context));
        expect(Math.abs(integral(curveIn(ending)) / joules - 1)).toBeLessThan(0.001);
      }),
      { numRuns: 60 },
    );
  });

  test("a curve given in whole newtons at the sampled travels comes back exactly", async () => {
    const travelMm = Array.from({ length: 626 }, (_, index) => index * 0.04);
    const loadN = travelMm.map((mm) => Math.round(700 * Math.sin((Math.PI * mm) / 25)));
    const the = rig({ travelMm, loadN });
    const baseline = await abandon(the, "start");
    await until(the.clock, START + 120_000);
    const session = await connect(the);
    const finding = await within(the.clock, compress.probe(session, PARAMS, baseline, operationContext(the.clock)));
    if (finding.outcome !== "happened") throw new Error(finding.outcome);
    expect(curveIn(finding.ending).loadN).toEqual(loadN);
  });

  test("D7: with the driver gone after the baseline, the probe says decisively that nothing happened", async () => {
    const the = rig();
    const baseline = await abandon(the, "baseline");
    const session = await connect(the);
    expect(
      await within(the.clock, compress.probe(session, PARAMS, baseline, operationContext(the.clock))),
    ).toMatchObject({
      outcome: "not-happened",
      decisive: true,
    });
    expect(the.bench.actuations).toEqual([]);
  });

  test("D7: a trigger that was held without a stroke is no stroke", async () => {
    const the = rig();
    const baseline = await abandon(the, "baseline");
    wireTo(the.plant, the.clock).write(Buffer.from("e0060.0h000.00g-025.00cf0001/S0\r\\"));
    await until(the.clock, the.clock.now() + 5_000);
    const session = await connect(the);
    expect(
      await within(the.clock, compress.probe(session, PARAMS, baseline, operationContext(the.clock))),
    ).toMatchObject({
      outcome: "not-happened",
      decisive: true,
      evidence: { cycles: 0, storedPeakN: 0 },
    });
  });

  test.each([
    ["right after the start", "start" as const],
    ["on the way down", 12_000],
    ["on the way up", 40_000],
  ])(
    "D7: with the driver gone %s, the next one finds the stroke running, watches it, and has the whole curve",
    async (_, far) => {
      const the = rig();
      const baseline = await abandon(the, far);
      const session = await connect(the);
      const context = operationContext(the.clock);
      expect(await within(the.clock, compress.probe(session, PARAMS, baseline, context))).toMatchObject({
        outcome: "running",
        decisive: true,
      });
      const ending = await within(the.clock, compress.watch(session, PARAMS, baseline, context));
      expect(integral(curveIn(ending))).toBeCloseTo(integral(HILL), 2);
      expect(the.bench.actuations).toHaveLength(1);
    },
  );

  test("D7: with the driver gone until after the end and the part carried off, the curve is still there", async () => {
    const the = rig();
    const baseline = await abandon(the, 5_000);
    await until(the.clock, START + 3_600_000);
    the.bench.parts.delete("tester");
    const session = await connect({ ...the, plant: createMark10EsmPlant(the.bench.world) });
    const finding = await within(the.clock, compress.probe(session, PARAMS, baseline, operationContext(the.clock)));
    if (finding.outcome !== "happened") throw new Error(finding.outcome);
    expect(finding.decisive).toBe(true);
    expect(integral(curveIn(finding.ending))).toBeCloseTo(integral(HILL), 2);
    expect(the.bench.actuations).toHaveLength(1);
  });

  test("readings wiped after the stroke end as failed in full: crushed, and the curve lost", async () => {
    const the = rig();
    const baseline = await abandon(the, 5_000);
    await until(the.clock, START + 120_000);
    wireTo(the.plant, the.clock).write(Buffer.from("/C0\rCLRMEM\r\\"));
    await until(the.clock, START + 120_001);
    const session = await connect(the);
    expect(
      await within(the.clock, compress.probe(session, PARAMS, baseline, operationContext(the.clock))),
    ).toMatchObject({
      outcome: "happened",
      decisive: true,
      ending: { state: "failed", physical: "full", error: { code: "tester.readingsLost" } },
    });
  });

  test("a stand that lost its count beside a gauge full of load settles nothing", async () => {
    const the = rig();
    const baseline = await abandon(the, 5_000);
    await until(the.clock, START + 120_000);
    wireTo(the.plant, the.clock).write(Buffer.from("t"));
    await until(the.clock, START + 120_001);
    const session = await connect(the);
    const context = operationContext(the.clock);
    expect(await within(the.clock, compress.probe(session, PARAMS, baseline, context))).toMatchObject({
      outcome: "unknown",
      decisive: false,
      evidence: { cycles: 0, storedPeakN: 1_250 },
    });
    await expect(within(the.clock, compress.watch(session, PARAMS, baseline, context))).rejects.toMatchObject({
      code: "tester.unclear",
    });
  });

  test("a crosshead that somebody stopped half-way is a partial stroke, watched or probed", async () => {
    const the = rig();
    const baseline = await abandon(the, 5_000);
    wireTo(the.plant, the.clock).write(Buffer.from("s"));
    await until(the.clock, the.clock.now() + 1);
    const session = await connect(the);
    const context = operationContext(the.clock);
    expect(await within(the.clock, compress.probe(session, PARAMS, baseline, context))).toMatchObject({
      outcome: "partial",
      decisive: true,
    });
    expect(await within(the.clock, compress.watch(session, PARAMS, baseline, context))).toMatchObject({
      state: "failed",
      physical: "partial",
      error: { code: "tester.brokenOff" },
    });
    expect(
      await within(
        the.clock,
        compress.baseline(session, PARAMS, context).catch((error) => error),
      ),
    ).toMatchObject({
      code: "tester.notAtHome",
    });
  });

  test("somebody moving the crosshead by hand settles nothing", async () => {
    const the = rig();
    const baseline = await abandon(the, "baseline");
    wireTo(the.plant, the.clock).write(Buffer.from("md"));
    await until(the.clock, the.clock.now() + 1_000);
    const session = await connect(the);
    expect(
      await within(the.clock, compress.probe(session, PARAMS, baseline, operationContext(the.clock))),
    ).toMatchObject({
      outcome: "unknown",
      decisive: false,
    });
  });

  test("D7: a crosshead seen standing in the moment of its turn is running, neither broken off nor not begun", async () => {
    for (const [turning, travel] of [
      ["SCDL", "-25.00 mm"],
      ["SCUL", "0.00 mm"],
    ] as const) {
      const clock = virtualClock();
      const [driverEnd, standEnd] = createStreamPair(clock);
      const session = connect({ ...rig(), clock }, driverEnd);
      const standingUntil = START + 500;
      const say = (line: string) => standEnd.write(Buffer.from(`${line}\r\n`, "latin1"));
      standEnd.onData((chunk) => {
        const text = Buffer.from(chunk).toString("latin1");
        const isStanding = clock.now() < standingUntil;
        if (text.includes("LIST")) say("V1.05;N");
        if (text === "p") say(isStanding ? turning : "UC");
        if (text === "x") say(isStanding ? travel : "-12.00 mm");
        if (text === "q") say("0000");
      });
      const probe = compress.probe(await session, PARAMS, {}, operationContext(clock));
      expect(await within(clock, probe)).toMatchObject({ outcome: "running", decisive: true });
    }
  });

  test("D4: a stroke that the gauge could not store is refused before anything moves", async () => {
    const the = rig();
    const session = await connect(the);
    const slow: Values = { ...PARAMS, speed: { value: 1, unit: "mm/min" } };
    await expect(
      within(the.clock, compress.baseline(session, slow, operationContext(the.clock))),
    ).rejects.toMatchObject({ code: "tester.tooManyReadings" });
    expect(the.bench.actuations).toEqual([]);
  });

  test("a load beyond the gauge's range is not passed off as a measurement", async () => {
    const the = rig({ travelMm: [0, 10, 25], loadN: [0, 6_000, 0] });
    const session = await connect(the);
    const context = operationContext(the.clock);
    const baseline = await within(the.clock, compress.baseline(session, PARAMS, context));
    await within(the.clock, compress.start(session, PARAMS, baseline, context));
    expect(await within(the.clock, compress.watch(session, PARAMS, baseline, context))).toMatchObject({
      state: "failed",
      physical: "full",
      error: { code: "tester.overload" },
    });
  });

  test("a stroke on an empty platen succeeds with a curve of zeros", async () => {
    const the = rig();
    the.bench.parts.delete("tester");
    const session = await connect(the);
    const context = operationContext(the.clock);
    const baseline = await within(the.clock, compress.baseline(session, PARAMS, context));
    await within(the.clock, compress.start(session, PARAMS, baseline, context));
    const ending = await within(the.clock, compress.watch(session, PARAMS, baseline, context));
    expect(ending).toMatchObject({ state: "succeeded", result: { peak: { value: 0 } } });
    expect(curveIn(ending).loadN).toEqual(Array.from({ length: 626 }, () => 0));
  });

  test("two strokes on one session each have their own curve", async () => {
    const the = rig();
    const session = await connect(the);
    const context = operationContext(the.clock);
    const peaks: unknown[] = [];
    for (const id of ["part-1", "part-2"]) {
      the.bench.parts.set("tester", aPart({ id }));
      const baseline = await within(the.clock, compress.baseline(session, PARAMS, context));
      await within(the.clock, compress.start(session, PARAMS, baseline, context));
      const ending = await within(the.clock, compress.watch(session, PARAMS, baseline, context));
      peaks.push(ending.state === "succeeded" ? ending.result["peak"] : ending);
    }
    expect(peaks).toEqual([
      { value: 1_250, unit: "N" },
      { value: 1_250, unit: "N" },
    ]);
    expect(the.bench.actuations.map(({ detail }) => detail["part"])).toEqual(["part-1", "part-2"]);
  });

  test("over TCP and in fast time the same bytes bring the same curve", async () => {
    const labClock = createScaledClock({ labAt: START, wallAt: wallNow(), scale: 1_000 });
    const linkClock = createRealClock();
    const bench = createBench("tester", labClock, { curve: () => HILL });
    bench.parts.set("tester", aPart());
    const plant = createMark10EsmPlant(bench.world);
    const server = await serveTcp({ host: "127.0.0.1", port: 0, onStream: (stream) => plant.attach(stream) });
    try {
      const stream = await connectTcp({ host: "127.0.0.1", port: server.port, linkClock });
      const session = await tester.connect(stream, CONFIG, driverContext(labClock, linkClock));
      const context = operationContext(labClock, linkClock);
      const baseline = await compress.baseline(session, PARAMS, context);
      await compress.start(session, PARAMS, baseline, context);
      const ending = await compress.watch(session, PARAMS, baseline, context);
      expect(Math.abs(integral(curveIn(ending)) / integral(HILL) - 1)).toBeLessThan(0.001);
      expect(bench.actuations).toHaveLength(1);
      stream.close();
    } finally {
      await server.close();
    }
  });
});
