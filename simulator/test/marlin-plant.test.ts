// One instrument whole, plant and driver together: its parts share one bench, and reading one needs the others.
import { createScaledClock, wallNow } from "@labloop/clock";
import type { Values } from "@labloop/contracts";
import driver from "@labloop/device-marlin-gcode";
import { encodeCommand } from "@labloop/device-marlin-gcode/wire";
import { type ByteStream, createStreamPair } from "@labloop/driver";
import { describe, expect, test } from "vitest";
import { createMarlinPlant } from "../src/plants/marlin-plant.ts";
import {
  benchOf,
  carryOut,
  inTime,
  journaled,
  listen,
  morning,
  operationOf,
  overTcp,
  pass,
  virtualMorning,
  visit,
  withWrite,
} from "./support/drive.ts";
import { createTinyWorld } from "./support/tiny-world.ts";

const cube: Values = { file: "CUBE.GCO" };
const print = operationOf(driver, "print");

function setUp(config: Record<string, unknown> = {}) {
  const clock = virtualMorning();
  const world = createTinyWorld("printer-1", clock);
  const plant = createMarlinPlant(world);
  const bench = benchOf(driver, config, clock, plant);
  return { clock, world, plant, bench };
}

/** Says lines one after the other, each after what the one before brought forth has come to rest. */
async function converse(clock: ReturnType<typeof virtualMorning>, stream: ByteStream, ...said: string[]) {
  const wire = listen(stream);
  for (const line of said) {
    wire.say(line);
    await pass(clock, 1);
  }
  return wire.lines;
}

describe("the plant, line by line", () => {
  test("M23, M24, M27, M78 and the end of a print: the words of cardreader.cpp, printcounter.cpp and M1001.cpp", async () => {
    const { clock, bench } = setUp();
    const stream = bench.wire();
    const lines = await converse(clock, stream, "M27", "M23 cube.gco", "M24", "M27 C", "M78");
    expect(lines).toEqual([
      "Not SD printing",
      "ok",
      "echo:Now fresh file: cube.gco",
      "File opened: cube.gco Size: 14129",
      "File selected",
      "ok",
      "ok",
      "Current file: CUBE.GCO",
      "ok",
      "Stats: Prints: 1, Finished: 0, Failed: 0",
      "Stats: Total time: 0s, Longest job: 0s",
      "Stats: Filament used: 0.00m",
      "ok",
    ]);
    await pass(clock, 45_000);
    expect(await converse(clock, stream, "M27")).toEqual(["SD printing byte 7064/14129", "ok"]);
    const atEnd = listen(stream);
    await pass(clock, 60_000);
    expect(atEnd.lines).toEqual(["echo:Print time: 1m 30s", "Done printing file"]);
    expect(await converse(clock, stream, "M27", "M27 C", "M31")).toEqual([
      "Not SD printing",
      "ok",
      "Current file: (no file)",
      "ok",
      "echo:Print time: 1m 30s",
      "ok",
    ]);
  });

  test("M20: the listing stands between its two marks (M020.md)", async () => {
    const { clock, bench } = setUp();
    expect(await converse(clock, bench.wire(), "M20")).toEqual([
      "Begin file list",
      "CUBE.GCO 14129",
      "RING.GCO 250000",
      "End file list",
      "ok",
    ]);
  });

  test("parser.cpp: an unknown command is echoed and still acknowledged", async () => {
    const { clock, bench } = setUp();
    expect(await converse(clock, bench.wire(), "M9999 S1")).toEqual(['echo:Unknown command: "M9999 S1"', "ok"]);
  });

  test("queue.cpp: a damaged line and a line out of order are asked for again, and get no ok", async () => {
    const { clock, bench } = setUp();
    const stream = bench.wire();
    const said = [encodeCommand(4, "M110 N4"), encodeCommand(5, "M27"), encodeCommand(6, "M27").replace("7", "8")];
    const lines = await converse(clock, stream, ...said, encodeCommand(9, "M27"), "N6 M27");
    expect(lines).toEqual([
      "ok",
      "Not SD printing",
      "ok",
      "Error:checksum mismatch, Last Line: 5",
      "Resend: 6",
      "Error:Line Number is not Last Line Number+1, Last Line: 5",
      "Resend: 6",
      "Error:No Checksum with line number, Last Line: 5",
      "Resend: 6",
    ]);
  });

  test("gcode.cpp: a slow command keeps its host alive with busy lines before its ok, and what follows waits", async () => {
    const { clock, bench } = setUp();
    const wire = listen(bench.wire());
    wire.say("M21");
    wire.say("M27");
    await pass(clock, 2_500);
    expect(wire.lines).toEqual(["echo:busy: processing"]);
    await pass(clock, 1_000);
    expect(wire.lines.slice(1)).toEqual(["echo:SD card ok", "ok", "Not SD printing", "ok"]);
  });

  test("M24_M25.cpp: M24 without an open file is acknowledged and starts nothing", async () => {
    const { clock, world, bench } = setUp();
    expect(await converse(clock, bench.wire(), "M24", "M23 NONE.GCO", "M24", "M27")).toEqual([
      "ok",
      "echo:Now fresh file: NONE.GCO",
      "open failed, File: NONE.GCO.",
      "ok",
      "ok",
      "Not SD printing",
      "ok",
    ]);
    expect(world.actuations).toEqual([]);
  });

  test("autoreport.h: M27 S reports every so many seconds of lab time, at most every 60, until the line is closed", async () => {
    const { clock, bench } = setUp();
    const stream = bench.wire();
    const lines = await converse(clock, stream, "M23 RING.GCO", "M24", "M27 S100");
    const before = lines.length;
    await pass(clock, 181_000);
    expect(lines.slice(before).map((line) => line.split("/")[0])).toEqual([
      "SD printing byte 5555",
      "SD printing byte 11111",
      "SD printing byte 16666",
    ]);
    stream.close();
    const closedAt = clock.now();
    expect(await clock.run(() => false)).toBe("idle");
    expect(lines).toHaveLength(before + 3);
    expect(clock.now()).toBe(closedAt);
  });

  test("M524: an aborted print counts as failed, closes its file and says nothing at the time it would have ended", async () => {
    const { clock, bench } = setUp();
    const stream = bench.wire();
    await converse(clock, stream, "M23 CUBE.GCO", "M24", "M524");
    const wire = listen(stream);
    await pass(clock, 120_000);
    expect(wire.lines).toEqual([]);
    expect(await converse(clock, stream, "M27 C", "M78")).toContain("Stats: Prints: 1, Finished: 0, Failed: 1");
  });

  test("a print and the part it makes are durable in one commit before M24 is acknowledged", async () => {
    const clock = virtualMorning();
    const world = createTinyWorld("printer-1", clock);
    const order: string[] = [];
    const plant = createMarlinPlant({
      ...world,
      commit(change) {
        world.commit(change);
        if (change.actuation !== undefined) order.push(`${Object.keys(change).sort().join(" ")} durable`);
      },
    });
    const [near, far] = createStreamPair(clock);
    plant.attach(
      withWrite(far, (bytes) => {
        order.push(Buffer.from(bytes).toString("utf8").trim());
        far.write(bytes);
      }),
    );
    await converse(clock, near, "M23 CUBE.GCO", "M24");
    expect(order.slice(-2)).toEqual(["actuation memory parts durable", "ok"]);
    expect(world.actuations).toEqual([{ verb: "print", detail: { file: "CUBE.GCO" }, at: morning + 1 }]);
    expect(world.changes).toEqual([
      { kind: "made", place: "printer-1", file: "CUBE.GCO", readyAt: morning + 1 + 90_000 },
    ]);
  });

  test("a print goes on with nobody connected and survives the plant's process; its end is not told to who comes later", async () => {
    const { clock, world, bench } = setUp();
    const first = bench.wire();
    await converse(clock, first, "M23 CUBE.GCO", "M24");
    first.close();
    await pass(clock, 45_000);
    const [near, far] = createStreamPair(clock);
    createMarlinPlant(world).attach(far);
    expect(await converse(clock, near, "M27")).toEqual(["SD printing byte 7064/14129", "ok"]);
    near.close();
    await pass(clock, 60_000);
    const late = bench.wire();
    const lines = await converse(clock, late, "M78");
    await pass(clock, 60_000);
    expect(lines).toContain("Stats: Prints: 1, Finished: 1, Failed: 0");
    expect(lines).not.toContain("Done printing file");
  });
});

describe("driver and plant", () => {
  test("a print runs to its end, with the time the printer measured, and leaves no report running", async () => {
    const { clock, world, bench } = setUp();
    const session = await inTime(clock, bench.open());
    const ending = await inTime(clock, carryOut(bench, "print", cube, session));
    expect(ending).toMatchObject({
      state: "succeeded",
      result: { file: "CUBE.GCO", elapsed: { value: 90, unit: "s" } },
      executed: { file: "CUBE.GCO" },
      evidence: { prints: 1, finished: 1, failed: 0, isPrinting: false },
    });
    expect(world.actuations).toHaveLength(1);
    expect(session.progress.length).toBeGreaterThan(5);
    expect(session.progress).toEqual([...session.progress].sort((a, b) => a - b));
    expect(await clock.run(() => false)).toBe("idle");
  });

  test.each([1, 2, 3, 5, 7, 16])("the wire may be cut into chunks of %i bytes", async (chunkBytes) => {
    const { clock, world, bench } = setUp();
    const session = await inTime(clock, bench.open({ chunkBytes }));
    const ending = await inTime(clock, carryOut(bench, "print", cube, session));
    expect(ending.state).toBe("succeeded");
    expect(world.actuations).toHaveLength(1);
  });

  test("temperatures, busy lines, reports and carriage returns may stand before every answer", async () => {
    const { clock, world, plant, bench } = setUp();
    const [near, far] = createStreamPair(clock);
    const noise = " T:20.0 /0.0\r\necho:busy: processing\r\nSD printing byte 5/10\r\n// action:notification\r\n";
    plant.attach(
      withWrite(far, (bytes) =>
        far.write(Buffer.from(noise + Buffer.from(bytes).toString("utf8").replaceAll("\n", "\r\n"), "utf8")),
      ),
    );
    const session = await inTime(clock, visit(driver, driver.config.parse({}), near, clock));
    const ending = await inTime(clock, carryOut(bench, "print", cube, session));
    expect(ending.state).toBe("succeeded");
    expect(world.actuations).toHaveLength(1);
  });

  test("a build without automatic reports, and an end that nobody heard announced, are found by asking", async () => {
    const { clock, plant, bench } = setUp();
    const [near, far] = createStreamPair(clock);
    plant.attach(
      withWrite(far, (bytes) => {
        if (Buffer.from(bytes).toString("utf8").endsWith("ok\n")) far.write(bytes);
      }),
    );
    const session = await inTime(clock, visit(driver, driver.config.parse({}), near, clock));
    const ending = await inTime(clock, carryOut(bench, "print", cube, session));
    expect(ending).toMatchObject({ state: "succeeded", result: { elapsed: { value: 90, unit: "s" } } });
  });

  test("an end announced in the very chunk of an older answer is noticed at once, not at the next report", async () => {
    const { clock, plant } = setUp();
    const [near, far] = createStreamPair(clock);
    let held = "";
    plant.attach(
      withWrite(far, (bytes) => {
        held += Buffer.from(bytes).toString("utf8");
        if (held.startsWith("Stats: Prints: 1, Finished: 0") && !held.includes("Done printing file")) return;
        far.write(Buffer.from(held, "utf8"));
        held = "";
      }),
    );
    const slow = driver.config.parse({ autoReportS: 60 });
    const { session, context } = await inTime(clock, visit(driver, slow, near, clock));
    const baseline = journaled(await inTime(clock, print.baseline(session, cube, context)));
    await inTime(clock, print.start(session, cube, baseline, context));
    const endsAt = clock.now() + 90_000;
    await pass(clock, 88_000);
    expect((await inTime(clock, print.watch(session, cube, baseline, context))).state).toBe("succeeded");
    expect(clock.now() - endsAt).toBeLessThan(1_000);
  });

  test("half a command and unread answers of an earlier session do no harm", async () => {
    const { clock, world, plant, bench } = setUp();
    await converse(clock, bench.wire(), encodeCommand(5, "M110 N5"));
    const [near, far] = createStreamPair(clock);
    far.write(Buffer.from("ok\nSD printing byte 1/2\nok\nok\n", "utf8"));
    plant.attach(far);
    near.write(Buffer.from("N7 M2", "utf8"));
    const session = await inTime(clock, visit(driver, driver.config.parse({}), near, clock));
    const baseline = await inTime(clock, print.baseline(session.session, cube, session.context));
    expect(baseline).toEqual({ file: "CUBE.GCO", bytes: 14_129, prints: 0, finished: 0, failed: 0 });
    expect(world.actuations).toEqual([]);
  });

  test("D4: baseline selects and verifies the file, and moves nothing", async () => {
    const { clock, world, bench } = setUp();
    const { session, context } = await inTime(clock, bench.open());
    await inTime(clock, print.baseline(session, cube, context));
    expect(world.actuations).toEqual([]);
    expect(world.memory()).toMatchObject({ selected: { file: "CUBE.GCO" }, print: null });
  });

  test("a file that is not on the card ends the command before anything moves", async () => {
    const { clock, world, bench } = setUp();
    const { session, context } = await inTime(clock, bench.open());
    await expect(inTime(clock, print.baseline(session, { file: "NONE.GCO" }, context))).rejects.toMatchObject({
      code: "printer.noFile",
    });
    expect(world.actuations).toEqual([]);
  });

  test("a printer at work is refused, and its print is not aborted by the asking (M23 would)", async () => {
    const { clock, world, bench } = setUp();
    const person = bench.wire();
    await converse(clock, person, "M23 RING.GCO", "M24");
    const { session, context } = await inTime(clock, bench.open());
    await expect(inTime(clock, print.baseline(session, cube, context))).rejects.toMatchObject({ code: "printer.busy" });
    expect(world.memory()).toMatchObject({ print: { file: "RING.GCO" } });
  });

  test("an abort at the printer ends the watch as failed, in part", async () => {
    const { clock, bench } = setUp();
    const { session, context } = await inTime(clock, bench.open());
    const baseline = journaled(await inTime(clock, print.baseline(session, cube, context)));
    await inTime(clock, print.start(session, cube, baseline, context));
    const watching = print.watch(session, cube, baseline, context);
    clock.at(clock.now() + 20_000, () => listen(bench.wire()).say("M524"));
    expect(await inTime(clock, watching)).toMatchObject({
      state: "failed",
      physical: "partial",
      error: { code: "printer.aborted" },
    });
  });

  test("M24 that was acknowledged but began nothing is reported as not moved", async () => {
    const { clock, bench } = setUp();
    const { session, context } = await inTime(clock, bench.open());
    const baseline = journaled(await inTime(clock, print.baseline(session, cube, context)));
    expect(await inTime(clock, print.watch(session, cube, baseline, context))).toMatchObject({
      state: "failed",
      physical: "none",
      error: { code: "printer.didNotStart" },
    });
  });

  test("a printer without counters, another firmware and another printer are refused at connect", async () => {
    const { clock, plant } = setUp();
    const answering = (change: (line: string) => string) => {
      const [near, far] = createStreamPair(clock);
      plant.attach(
        withWrite(far, (bytes) => far.write(Buffer.from(change(Buffer.from(bytes).toString("utf8")), "utf8"))),
      );
      return near;
    };
    const connect = (stream: ByteStream, config = {}) =>
      inTime(clock, visit(driver, driver.config.parse(config), stream, clock));
    await expect(connect(answering((text) => text.replace("Stats: Prints", "Stat")))).rejects.toMatchObject({
      code: "printer.unanswered",
    });
    await expect(connect(answering((text) => text.replace("NAME:Marlin", "NAME:Repetier")))).rejects.toMatchObject({
      code: "printer.notMarlin",
    });
    await expect(
      connect(
        answering((text) => text),
        { uuid: "another" },
      ),
    ).rejects.toMatchObject({
      code: "printer.wrongPrinter",
    });
    const { session } = await connect(answering((text) => text));
    expect(driver.identify(session)).toEqual({
      serial: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      firmware: "Marlin 2.1.3 (Aug  1 2024 12:00:00)",
    });
  });

  test("busy lines keep a slow answer waited for; silence does not", async () => {
    const { clock, bench } = setUp({ answerTimeoutS: 2.5 });
    const patient = await inTime(clock, bench.open());
    await inTime(clock, print.baseline(patient.session, cube, patient.context));
    const { bench: hasty } = setUp({ answerTimeoutS: 1.5 });
    const { session, context } = await inTime(hasty.clock, hasty.open());
    await expect(inTime(hasty.clock, print.baseline(session, cube, context))).rejects.toMatchObject({
      code: "wire.timeout",
    });
  });
});

describe("after a crash", () => {
  /** Crashes a driver at one moment of a print, lets time pass, and asks a new one. */
  async function crashAndProbe(
    moment: (bench: ReturnType<typeof setUp>["bench"], baseline: Record<string, never>) => Promise<void>,
    world: (plantWorld: ReturnType<typeof setUp>) => void = () => {},
  ) {
    const parts = setUp();
    const { clock, bench } = parts;
    const first = await inTime(clock, bench.open());
    const baseline = journaled(await inTime(clock, print.baseline(first.session, cube, first.context)));
    first.crash();
    await moment(bench, baseline as Record<string, never>);
    world(parts);
    const next = await inTime(clock, bench.open());
    const finding = await inTime(clock, print.probe(next.session, cube, baseline, next.context));
    return { ...parts, next, baseline, finding };
  }

  const begin = async (bench: ReturnType<typeof setUp>["bench"], baseline: Record<string, never>) => {
    const visitor = await inTime(bench.clock, bench.open());
    await inTime(bench.clock, print.start(visitor.session, cube, baseline, visitor.context));
    visitor.crash();
  };

  test("D7: before the first irreversible byte, the probe knows for certain that nothing happened", async () => {
    const { finding, world } = await crashAndProbe(async () => {});
    expect(finding).toMatchObject({ outcome: "not-happened", decisive: true });
    expect(world.actuations).toEqual([]);
  });

  test("D7: a printer still printing is found printing, and is watched to its end without a second start", async () => {
    const { finding, clock, next, baseline, world } = await crashAndProbe(async (bench, before) => {
      await begin(bench, before);
      await pass(bench.clock, 30_000);
    });
    expect(finding).toMatchObject({ outcome: "running", decisive: true, evidence: { currentFile: "CUBE.GCO" } });
    const ending = await inTime(clock, print.watch(next.session, cube, baseline, next.context));
    expect(ending).toMatchObject({ state: "succeeded", result: { elapsed: { value: 90, unit: "s" } } });
    expect(world.actuations).toHaveLength(1);
  });

  test("D7: a print that ended while nobody watched is found with its full result", async () => {
    const { finding } = await crashAndProbe(async (bench, before) => {
      await begin(bench, before);
      await pass(bench.clock, 3_600_000);
    });
    expect(finding).toMatchObject({
      outcome: "happened",
      decisive: true,
      ending: { state: "succeeded", result: { file: "CUBE.GCO", elapsed: { value: 90, unit: "s" } } },
    });
  });

  test("D7: a print aborted while nobody watched is found as done in part", async () => {
    const { finding } = await crashAndProbe(async (bench, before) => {
      await begin(bench, before);
      await converse(bench.clock, bench.wire(), "M524");
    });
    expect(finding).toMatchObject({ outcome: "partial", decisive: true });
  });

  test("D7: a printer that lost power may have lost the count of its start: that is nobody's certainty", async () => {
    const { finding } = await crashAndProbe(begin, ({ world }) => {
      world.commit({ memory: { selected: null, print: null, prints: 0, finished: 0, lastSeconds: 0 } });
    });
    expect(finding).toMatchObject({ outcome: "unknown", decisive: false });
  });

  test("D7: a finished print whose time the printer lost is left to a person, not given an invented time", async () => {
    const { finding } = await crashAndProbe(begin, ({ world }) => {
      world.commit({ memory: { selected: null, print: null, prints: 1, finished: 1, lastSeconds: 0 } });
    });
    expect(finding).toMatchObject({ outcome: "unknown", decisive: false, evidence: { finished: 1 } });
  });

  test("D7: somebody else's print at the panel is not taken for ours", async () => {
    const { finding } = await crashAndProbe(async (bench) => {
      await converse(bench.clock, bench.wire(), "M23 RING.GCO", "M24");
    });
    expect(finding).toMatchObject({ outcome: "unknown", decisive: false });
  });

  test("D7: wherever the wire breaks inside M24, the printer prints at most once and the probe says truly whether", async () => {
    const outcomes = new Map<string, number>();
    for (let cut = 0; ; cut++) {
      const { clock, world, plant, bench } = setUp();
      const [near, far] = createStreamPair(clock);
      plant.attach(far);
      let left = Number.POSITIVE_INFINITY;
      const breaking = withWrite(near, (bytes) => {
        near.write(bytes.slice(0, left));
        if (left < bytes.length) near.close();
      });
      const { session, context } = await inTime(clock, visit(driver, driver.config.parse({}), breaking, clock));
      const baseline = journaled(await inTime(clock, print.baseline(session, cube, context)));
      left = cut;
      const starting = inTime(clock, print.start(session, cube, baseline, context));
      const isWhole = await starting.then(
        () => true,
        () => false,
      );
      const next = await inTime(clock, bench.open());
      const { outcome, decisive } = await inTime(clock, print.probe(next.session, cube, baseline, next.context));
      expect(decisive).toBe(true);
      expect(outcome).toBe(world.actuations.length === 0 ? "not-happened" : "running");
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (isWhole) break;
    }
    expect(outcomes.get("running")).toBeGreaterThanOrEqual(1);
    expect(outcomes.get("not-happened")).toBeGreaterThan(8);
  });

  test("D7: an M24 damaged on the wire is refused by its checksum, breaks the session, and did not happen", async () => {
    const { clock, world, plant, bench } = setUp();
    const [near, far] = createStreamPair(clock);
    plant.attach(far);
    let isNoisy = false;
    const noisy = withWrite(near, (bytes) =>
      near.write(isNoisy ? Buffer.from(bytes).map((byte) => (byte === 0x34 ? 0x35 : byte)) : bytes),
    );
    const { session, context } = await inTime(clock, visit(driver, driver.config.parse({}), noisy, clock));
    const baseline = journaled(await inTime(clock, print.baseline(session, cube, context)));
    isNoisy = true;
    await expect(inTime(clock, print.start(session, cube, baseline, context))).rejects.toMatchObject({
      code: "printer.lineDamaged",
    });
    expect(near.isOpen).toBe(false);
    const next = await inTime(clock, bench.open());
    expect(await inTime(clock, print.probe(next.session, cube, baseline, next.context))).toMatchObject({
      outcome: "not-happened",
    });
    expect(world.actuations).toEqual([]);
  });

  test("shutting down ends the watch at once and leaves the printer printing", async () => {
    const { clock, world, bench } = setUp();
    const { session, context } = await inTime(clock, bench.open());
    const baseline = journaled(await inTime(clock, print.baseline(session, cube, context)));
    await inTime(clock, print.start(session, cube, baseline, context));
    const shutdown = new AbortController();
    const watching = print.watch(session, cube, baseline, { ...context, signal: shutdown.signal });
    const shutAt = clock.now() + 15_000;
    clock.at(shutAt, () => shutdown.abort());
    await expect(inTime(clock, watching)).rejects.toMatchObject({ code: "device.stopped" });
    expect(clock.now()).toBe(shutAt);
    expect(world.memory()).toMatchObject({ print: { file: "CUBE.GCO" } });
  });
});

test("the same print over real TCP, in a lab a thousand times as fast as life", async () => {
  const labClock = createScaledClock({ labAt: morning, wallAt: wallNow(), scale: 1000 });
  const world = createTinyWorld("printer-1", labClock);
  const { stream, linkClock, server } = await overTcp(createMarlinPlant(world));
  const visitor = await visit(driver, driver.config.parse({}), stream, linkClock);
  const context = { ...visitor.context, labClock };
  const baseline = journaled(await print.baseline(visitor.session, cube, context));
  await print.start(visitor.session, cube, baseline, context);
  const ending = await print.watch(visitor.session, cube, baseline, context);
  expect(ending).toMatchObject({ state: "succeeded", result: { elapsed: { value: 90, unit: "s" } } });
  expect(world.actuations).toHaveLength(1);
  stream.close();
  await server.close();
});
