// One instrument whole, plant and driver together: its parts share one bench, and reading one needs the others.
import { createScaledClock, wallNow } from "@labloop/clock";
import type { Values } from "@labloop/contracts";
import driver from "@labloop/device-universal-robots-dashboard";
import { type ByteStream, createStreamPair } from "@labloop/driver";
import { describe, expect, test } from "vitest";
import {
  type ArmMemory,
  createUrDashboardPlant,
  type UrDashboardPlantOptions,
} from "../src/plants/ur-dashboard-plant.ts";
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

const transfer = operationOf(driver, "transfer");
const toBalance: Values = { from: "printer-1", to: "balance" };
const toBin: Values = { from: "balance", to: "bin" };
const config = {
  programs: { "printer-1>balance": "p1-balance.urp", "balance>bin": "balance-bin.urp" },
  senses: { "printer-1": "see-p1.urp", balance: "see-balance.urp" },
};
const taught: UrDashboardPlantOptions = {
  programs: {
    "p1-balance.urp": { from: "printer-1", to: "balance" },
    "balance-bin.urp": { from: "balance", to: "bin" },
    "see-p1.urp": { sense: "printer-1" },
    "see-balance.urp": { sense: "balance" },
    "tool-change.urp": { from: "rack", to: "flange" },
  },
};

function setUp(change: Record<string, unknown> = {}) {
  const clock = virtualMorning();
  const world = createTinyWorld("arm", clock);
  world.put("printer-1");
  const plant = createUrDashboardPlant(world, taught);
  const bench = benchOf(driver, { ...config, ...change }, clock, plant);
  const moves = () => world.actuations.map(({ verb, detail }) => ({ verb, ...detail }));
  const remember = (memory: Partial<ArmMemory>) => {
    const untouched: ArmMemory = { loaded: null, run: null, safety: "NORMAL", isRemote: true };
    world.commit({ memory: { ...untouched, ...(world.memory() as ArmMemory | null), ...memory } });
  };
  return { clock, world, plant, bench, moves, remember };
}

async function converse(clock: ReturnType<typeof virtualMorning>, stream: ByteStream, ...said: string[]) {
  const wire = listen(stream);
  await pass(clock, 1);
  for (const line of said) {
    wire.say(line);
    await pass(clock, 1);
  }
  return wire.lines;
}

describe("the plant, line by line", () => {
  test("article 15690: greeting, load, play, programState and the end of a program", async () => {
    const { clock, bench } = setUp();
    const stream = bench.wire();
    const said = ["get loaded program", "play", "load p1-balance.urp", "get loaded program", "programState"];
    expect(await converse(clock, stream, ...said, "play", "programState", "running", "play")).toEqual([
      "Connected: Universal Robots Dashboard Server",
      "No program loaded",
      "Failed to execute: play",
      "Loading program: /programs/p1-balance.urp",
      "Loaded program: /programs/p1-balance.urp",
      "STOPPED p1-balance.urp",
      "Starting program",
      "PLAYING p1-balance.urp",
      "Program running: true",
      "Failed to execute: play",
    ]);
    await pass(clock, 45_000);
    expect(await converse(clock, stream, "programState", "running", "stop")).toEqual([
      "STOPPED p1-balance.urp",
      "Program running: false",
      "Failed to execute: stop",
    ]);
  });

  test("article 15690: an unknown program is not found, and none is loaded while one runs", async () => {
    const { clock, bench } = setUp();
    const said = ["load none.urp", "load see-p1.urp", "play", "load p1-balance.urp", "stop", "quit"];
    const stream = bench.wire();
    expect((await converse(clock, stream, ...said)).slice(1)).toEqual([
      "File not found: none.urp",
      "Loading program: /programs/see-p1.urp",
      "Starting program",
      "Error while loading program: p1-balance.urp",
      "Stopped",
      "Disconnected",
    ]);
    expect(stream.isOpen).toBe(false);
  });

  test("identity and state, as the client library reads them", async () => {
    const { clock, bench } = setUp();
    const said = [
      "robotmode",
      "safetystatus",
      "is in remote control",
      "get serial number",
      "PolyscopeVersion",
      "dance",
    ];
    expect((await converse(clock, bench.wire(), ...said)).slice(1)).toEqual([
      "Robotmode: RUNNING",
      "Safetystatus: NORMAL",
      "true",
      "20245300001",
      "URSoftware 5.12.0.1101319 (Mar 22 2022)",
      "could not understand: 'dance'",
    ]);
  });

  test("a sensing program moves nothing: it ends over an empty place, and waits at its popup over a part", async () => {
    const { clock, world, bench } = setUp();
    const stream = bench.wire();
    await converse(clock, stream, "load see-balance.urp", "play");
    await pass(clock, 1_000);
    expect(await converse(clock, stream, "programState", "load see-p1.urp", "play", "programState")).toEqual([
      "STOPPED see-balance.urp",
      "Loading program: /programs/see-p1.urp",
      "Starting program",
      "PLAYING see-p1.urp",
    ]);
    await pass(clock, 1_000);
    expect(await converse(clock, stream, "programState", "close popup", "programState")).toEqual([
      "PAUSED see-p1.urp",
      "closing popup",
      "STOPPED see-p1.urp",
    ]);
    expect(world.actuations).toEqual([]);
    expect(world.changes).toEqual([]);
  });

  test("a protective stop and local control keep programs from playing, and hold the one that plays", async () => {
    const { clock, bench, remember, world } = setUp();
    const stream = bench.wire();
    await converse(clock, stream, "load p1-balance.urp");
    remember({ safety: "PROTECTIVE_STOP" });
    expect(await converse(clock, stream, "safetystatus", "play")).toEqual([
      "Safetystatus: PROTECTIVE_STOP",
      "Failed to execute: play",
    ]);
    remember({ safety: "NORMAL", isRemote: false });
    expect(await converse(clock, stream, "is in remote control", "play")).toEqual(["false", "Failed to execute: play"]);
    expect(world.actuations).toEqual([]);
    remember({ isRemote: true });
    await converse(clock, stream, "play");
    remember({ safety: "PROTECTIVE_STOP" });
    expect(await converse(clock, stream, "programState")).toEqual(["PAUSED p1-balance.urp"]);
  });

  test("what a transfer does to parts is durable in one commit before play is answered", async () => {
    const clock = virtualMorning();
    const world = createTinyWorld("arm", clock);
    const order: string[] = [];
    const plant = createUrDashboardPlant(
      {
        ...world,
        commit(change) {
          world.commit(change);
          if (change.actuation !== undefined) order.push(`${Object.keys(change).sort().join(" ")} durable`);
        },
      },
      taught,
    );
    const [near, far] = createStreamPair(clock);
    plant.attach(
      withWrite(far, (bytes) => {
        order.push(Buffer.from(bytes).toString("utf8").trim());
        far.write(bytes);
      }),
    );
    await converse(clock, near, "load p1-balance.urp", "play");
    expect(order.slice(-2)).toEqual(["actuation memory parts durable", "Starting program"]);
    const playedAt = world.actuations[0]?.at ?? 0;
    expect(world.changes).toEqual([
      { kind: "moved", from: "printer-1", to: "balance", pickAt: playedAt + 15_000, placeAt: playedAt + 30_000 },
    ]);
  });

  test("a program goes on with nobody connected, and survives the plant's process", async () => {
    const { clock, world, bench } = setUp();
    const first = bench.wire();
    await converse(clock, first, "load p1-balance.urp", "play");
    first.close();
    await pass(clock, 20_000);
    const [near, far] = createStreamPair(clock);
    createUrDashboardPlant(world, taught).attach(far);
    expect((await converse(clock, near, "programState")).slice(1)).toEqual(["PLAYING p1-balance.urp"]);
    near.close();
    await pass(clock, 30_000);
    expect((await converse(clock, bench.wire(), "programState")).slice(1)).toEqual(["STOPPED p1-balance.urp"]);
    expect(world.partAt("balance")).not.toBeNull();
  });
});

describe("driver and plant", () => {
  test("a part is carried, and both switches confirm it", async () => {
    const { clock, world, bench, moves } = setUp();
    const session = await inTime(clock, bench.open());
    const ending = await inTime(clock, carryOut(bench, "transfer", toBalance, session));
    expect(ending).toMatchObject({
      state: "succeeded",
      result: { program: "p1-balance.urp" },
      executed: toBalance,
      evidence: { source: "empty", destination: "occupied" },
    });
    expect(moves()).toEqual([{ verb: "move", ...toBalance }]);
    expect(world.partAt("printer-1")).toBeNull();
    expect(await clock.run(() => false)).toBe("idle");
  });

  test("a bin has no switch: the source's word is enough", async () => {
    const { clock, world, bench, moves } = setUp();
    world.put("balance");
    const session = await inTime(clock, bench.open());
    const ending = await inTime(clock, carryOut(bench, "transfer", toBin, session));
    expect(ending).toMatchObject({ state: "succeeded", evidence: { source: "empty", destination: null } });
    expect(moves()).toEqual([{ verb: "move", ...toBin }]);
  });

  test.each([1, 2, 3, 5, 7, 16])("the wire may be cut into chunks of %i bytes", async (chunkBytes) => {
    const { clock, bench, moves } = setUp();
    const session = await inTime(clock, bench.open({ chunkBytes }));
    expect((await inTime(clock, carryOut(bench, "transfer", toBalance, session))).state).toBe("succeeded");
    expect(moves()).toHaveLength(1);
  });

  test("D4: baseline senses, loads and verifies, and moves nothing", async () => {
    const { clock, bench, moves, world } = setUp();
    const { session, context } = await inTime(clock, bench.open());
    expect(await inTime(clock, transfer.baseline(session, toBalance, context))).toEqual({
      program: "p1-balance.urp",
      source: "occupied",
      destination: "empty",
    });
    expect(moves()).toEqual([]);
    expect(world.memory()).toMatchObject({ loaded: "p1-balance.urp", run: null });
  });

  test.each<readonly [why: string, code: string, params: Values, change: (parts: ReturnType<typeof setUp>) => void]>([
    ["no program for the route", "arm.noProgram", { from: "bin", to: "printer-1" }, () => {}],
    ["nothing stands at the source", "arm.nothingThere", toBalance, ({ world }) => world.remove("printer-1")],
    ["the destination is taken", "arm.placeTaken", toBalance, ({ world }) => world.put("balance")],
    ["a protective stop", "arm.notReady", toBalance, ({ remember }) => remember({ safety: "PROTECTIVE_STOP" })],
    ["local control", "arm.notReady", toBalance, ({ remember }) => remember({ isRemote: false })],
    [
      "another program plays",
      "arm.busy",
      toBalance,
      ({ remember }) => {
        const run = { program: "tool-change.urp", endsAt: morning + 600_000, isBlocked: false };
        remember({ loaded: "tool-change.urp", run });
      },
    ],
  ])("refused before anything moves: %s", async (_why, code, params, change) => {
    const parts = setUp();
    change(parts);
    const { clock, bench, moves } = parts;
    const { session, context } = await inTime(clock, bench.open());
    await expect(inTime(clock, transfer.baseline(session, params, context))).rejects.toMatchObject({ code });
    expect(moves()).toEqual([]);
  });

  test("what keeps an arm at rest from moving is told as its condition, and asking moves nothing", async () => {
    const { clock, bench, moves, remember } = setUp();
    const { session, context } = await inTime(clock, bench.open());
    const look = () => inTime(clock, driver.health?.look(session, context) ?? Promise.resolve(null));
    expect(await look()).toBe("ok");
    remember({ safety: "PROTECTIVE_STOP" });
    expect(await look()).toEqual({ attention: "it would not move: safety status PROTECTIVE_STOP" });
    remember({ safety: "NORMAL", isRemote: false });
    expect(await look()).toEqual({ attention: "it would not move: in local control" });
    expect(moves()).toEqual([]);
  });

  test("a program taught in the lab file but not on the controller is refused before anything moves", async () => {
    const programs = { ...config.programs, "printer-1>balance": "not-taught.urp" };
    const { clock, bench, moves } = setUp({ programs });
    const { session, context } = await inTime(clock, bench.open());
    await expect(inTime(clock, transfer.baseline(session, toBalance, context))).rejects.toMatchObject({
      code: "arm.noProgram",
    });
    expect(moves()).toEqual([]);
  });

  test("a program loaded by somebody else between baseline and start is not played", async () => {
    const { clock, bench, moves } = setUp();
    const { session, context } = await inTime(clock, bench.open());
    const baseline = journaled(await inTime(clock, transfer.baseline(session, toBalance, context)));
    await converse(clock, bench.wire(), "load tool-change.urp");
    await expect(inTime(clock, transfer.start(session, toBalance, baseline, context))).rejects.toMatchObject({
      code: "arm.programChanged",
    });
    expect(moves()).toEqual([]);
  });

  test("a stop while a switch is read is not taken for the switch's word", async () => {
    const { clock, bench, remember } = setUp();
    const { session, context } = await inTime(clock, bench.open());
    const reading = transfer.baseline(session, toBalance, context);
    clock.at(clock.now() + 500, () => remember({ safety: "PROTECTIVE_STOP" }));
    await expect(inTime(clock, reading)).rejects.toMatchObject({ code: "arm.notReady" });
  });

  test("one answer that is older than the program's first instruction is not taken for its end", async () => {
    const { clock, plant, bench, moves } = setUp();
    const [near, far] = createStreamPair(clock);
    let isStale = false;
    plant.attach(
      withWrite(far, (bytes) => {
        const said = Buffer.from(bytes).toString("utf8");
        far.write(Buffer.from(isStale ? said.replace("PLAYING", "STOPPED") : said, "utf8"));
        isStale = said.startsWith("Starting program");
      }),
    );
    const session = await inTime(clock, visit(driver, driver.config.parse(config), near, clock));
    expect(await inTime(clock, carryOut(bench, "transfer", toBalance, session))).toMatchObject({ state: "succeeded" });
    expect(moves()).toHaveLength(1);
  });

  test("a controller whose program stays at its popup although it was closed is stopped", async () => {
    const { clock, plant, bench, moves } = setUp();
    const [near, far] = createStreamPair(clock);
    plant.attach(far);
    const stubborn = withWrite(near, (bytes) => {
      const isClosing = Buffer.from(bytes).toString("utf8") === "close popup\n";
      near.write(isClosing ? Buffer.from("running\n", "utf8") : bytes);
    });
    const session = await inTime(clock, visit(driver, driver.config.parse(config), stubborn, clock));
    expect(await inTime(clock, carryOut(bench, "transfer", toBalance, session))).toMatchObject({ state: "succeeded" });
    expect(moves()).toHaveLength(1);
  });

  test("a CB3 controller, which knows neither safetystatus nor remote control nor its number, is driven all the same", async () => {
    const { clock, plant, bench, moves, remember } = setUp();
    const open = async () => {
      const [near, far] = createStreamPair(clock);
      plant.attach(far);
      const cb3 = withWrite(near, (bytes) => {
        const asked = Buffer.from(bytes).toString("utf8").trim();
        const isUnknown = ["safetystatus", "is in remote control", "get serial number"].includes(asked);
        near.write(Buffer.from(`${isUnknown ? "dance" : asked}\n`, "utf8"));
      });
      return inTime(clock, visit(driver, driver.config.parse(config), cb3, clock));
    };
    const session = await open();
    expect(driver.identify(session.session).serial).toBeNull();
    expect(await inTime(clock, carryOut(bench, "transfer", toBalance, session))).toMatchObject({ state: "succeeded" });
    expect(moves()).toHaveLength(1);
    remember({ safety: "PROTECTIVE_STOP" });
    const stopped = await open();
    await expect(inTime(clock, transfer.baseline(stopped.session, toBalance, stopped.context))).rejects.toMatchObject({
      code: "arm.notReady",
    });
  });

  test("a transfer held by a protective stop is waited for, not ended", async () => {
    const { clock, bench, remember } = setUp();
    const { session, context } = await inTime(clock, bench.open());
    const baseline = journaled(await inTime(clock, transfer.baseline(session, toBalance, context)));
    await inTime(clock, transfer.start(session, toBalance, baseline, context));
    const watching = transfer.watch(session, toBalance, baseline, context);
    clock.at(clock.now() + 10_000, () => remember({ safety: "PROTECTIVE_STOP" }));
    clock.at(clock.now() + 40_000, () => remember({ safety: "NORMAL" }));
    expect(await inTime(clock, watching)).toMatchObject({ state: "succeeded" });
  });

  test("a part that stands where it stood is reported as not moved; one that is nowhere is left to a person", async () => {
    const { clock, bench, world } = setUp();
    const { session, context } = await inTime(clock, bench.open());
    const baseline = journaled(await inTime(clock, transfer.baseline(session, toBalance, context)));
    expect(await inTime(clock, transfer.watch(session, toBalance, baseline, context))).toMatchObject({
      state: "failed",
      physical: "none",
      error: { code: "arm.notMoved" },
    });
    world.remove("printer-1");
    await expect(inTime(clock, transfer.watch(session, toBalance, baseline, context))).rejects.toMatchObject({
      code: "arm.unclear",
    });
  });

  test("another server, an old controller and another robot are refused; an unknown serial number is none", async () => {
    const { clock, plant } = setUp();
    const connect = (change: (text: string) => string, more = {}) => {
      const [near, far] = createStreamPair(clock);
      plant.attach(
        withWrite(far, (bytes) => far.write(Buffer.from(change(Buffer.from(bytes).toString("utf8")), "utf8"))),
      );
      return inTime(clock, visit(driver, driver.config.parse({ ...config, ...more }), near, clock));
    };
    await expect(connect((text) => text.replace("Connected:", "220"))).rejects.toMatchObject({
      code: "arm.notDashboard",
    });
    for (const version of ["3.3.4", "1.8.16"]) {
      await expect(connect((text) => text.replace("5.12.0", version))).rejects.toMatchObject({ code: "arm.tooOld" });
    }
    await expect(connect((text) => text, { serial: "20190000000" })).rejects.toMatchObject({ code: "arm.wrongRobot" });
    const old = await connect((text) => text.replace("20245300001", "could not understand: 'get serial number'"));
    expect(driver.identify(old.session)).toEqual({ serial: null, firmware: "URSoftware 5.12.0.1101319 (Mar 22 2022)" });
    const [near] = createStreamPair(clock);
    await expect(inTime(clock, visit(driver, driver.config.parse(config), near, clock))).rejects.toMatchObject({
      code: "wire.timeout",
    });
  });
});

describe("after a crash", () => {
  type Parts = ReturnType<typeof setUp>;

  async function crashAndProbe(
    params: Values,
    moment: (parts: Parts, baseline: Record<string, never>) => Promise<void>,
  ) {
    const parts = setUp();
    if (params["from"] === "balance") parts.world.put("balance");
    const { clock, bench } = parts;
    const first = await inTime(clock, bench.open());
    const baseline = journaled(await inTime(clock, transfer.baseline(first.session, params, first.context)));
    first.crash();
    await moment(parts, baseline as Record<string, never>);
    const next = await inTime(clock, bench.open());
    const finding = await inTime(clock, transfer.probe(next.session, params, baseline, next.context));
    return { ...parts, next, baseline, finding };
  }

  const begin =
    (params: Values, thenMs: number) =>
    async ({ bench, clock }: Parts, baseline: Record<string, never>) => {
      const visitor = await inTime(clock, bench.open());
      await inTime(clock, transfer.start(visitor.session, params, baseline, visitor.context));
      visitor.crash();
      await pass(clock, thenMs);
    };

  test("D7: before the first irreversible byte, the switches prove that nothing happened", async () => {
    const { finding, moves } = await crashAndProbe(toBalance, async () => {});
    expect(finding).toMatchObject({ outcome: "not-happened", decisive: true });
    expect(moves()).toEqual([]);
  });

  test.each([0, 10_000, 20_000, 40_000])(
    "D7: %i ms into the transfer it is found playing and watched to its end",
    async (at) => {
      const { finding, clock, next, baseline, moves } = await crashAndProbe(toBalance, begin(toBalance, at));
      expect(finding).toMatchObject({ outcome: "running", decisive: true, evidence: { state: "PLAYING" } });
      expect(await inTime(clock, transfer.watch(next.session, toBalance, baseline, next.context))).toMatchObject({
        state: "succeeded",
      });
      expect(moves()).toEqual([{ verb: "move", ...toBalance }]);
    },
  );

  test("D7: a transfer that ended while nobody watched is found as happened, and again by the next probe", async () => {
    const { finding, clock, next, baseline } = await crashAndProbe(toBalance, begin(toBalance, 3_600_000));
    const happened = { outcome: "happened", decisive: true, ending: { result: { program: "p1-balance.urp" } } };
    expect(finding).toMatchObject(happened);
    expect(await inTime(clock, transfer.probe(next.session, toBalance, baseline, next.context))).toMatchObject(
      happened,
    );
  });

  test("D7: into a bin, the source's switch and the loaded program decide, as often as they are asked", async () => {
    const { finding, clock, next, baseline } = await crashAndProbe(toBin, begin(toBin, 3_600_000));
    expect(finding).toMatchObject({ outcome: "happened", decisive: true });
    expect(await inTime(clock, transfer.probe(next.session, toBin, baseline, next.context))).toMatchObject({
      outcome: "happened",
    });
    const untouched = await crashAndProbe(toBin, async () => {});
    expect(untouched.finding).toMatchObject({ outcome: "not-happened", decisive: true });
  });

  test("D7: into a bin, a crash at any moment of reading the switch leaves the evidence whole", async () => {
    for (let afterMs = 45_000; afterMs < 52_000; afterMs += 250) {
      const { clock, world, bench, moves } = setUp();
      world.put("balance");
      const first = await inTime(clock, bench.open());
      const baseline = journaled(await inTime(clock, transfer.baseline(first.session, toBin, first.context)));
      await inTime(clock, transfer.start(first.session, toBin, baseline, first.context));
      const watching = transfer.watch(first.session, toBin, baseline, first.context).catch(() => null);
      clock.at(clock.now() + afterMs, first.crash);
      await inTime(clock, watching);
      const next = await inTime(clock, bench.open());
      const finding = await inTime(clock, transfer.probe(next.session, toBin, baseline, next.context));
      expect({ afterMs, ...finding }).toMatchObject({ afterMs, outcome: "happened", decisive: true });
      expect(moves()).toHaveLength(1);
    }
  });

  test("D7: into a bin, a program that somebody else has loaded meanwhile leaves the question to a person", async () => {
    const { finding, world } = await crashAndProbe(toBin, async (parts, baseline) => {
      await begin(toBin, 3_600_000)(parts, baseline);
      await converse(parts.clock, parts.bench.wire(), "load tool-change.urp");
    });
    expect(finding).toMatchObject({ outcome: "unknown", decisive: false });
    // Nor is their program replaced, so that asking again gives the same answer.
    expect(world.memory()).toMatchObject({ loaded: "tool-change.urp" });
  });

  test("D7: a part that left one place and reached none is nobody's certainty", async () => {
    const { finding } = await crashAndProbe(toBalance, async (parts, baseline) => {
      await begin(toBalance, 3_600_000)(parts, baseline);
      parts.world.remove("balance");
    });
    expect(finding).toMatchObject({
      outcome: "unknown",
      decisive: false,
      evidence: { source: "empty", destination: "empty" },
    });
  });

  test("D7: with the arm in a stop the switches cannot be read, and nothing is claimed", async () => {
    const { finding } = await crashAndProbe(toBalance, async (parts, baseline) => {
      await begin(toBalance, 3_600_000)(parts, baseline);
      parts.remember({ safety: "PROTECTIVE_STOP" });
    });
    expect(finding).toMatchObject({
      outcome: "unknown",
      decisive: false,
      evidence: { obstacle: "safety status PROTECTIVE_STOP" },
    });
  });

  test("D7: a transfer paused by a protective stop is still running", async () => {
    const { finding } = await crashAndProbe(toBalance, async (parts, baseline) => {
      await begin(toBalance, 10_000)(parts, baseline);
      parts.remember({ safety: "PROTECTIVE_STOP" });
    });
    expect(finding).toMatchObject({ outcome: "running", decisive: true, evidence: { state: "PAUSED" } });
  });

  test("D7: somebody else's program on the arm is not taken for ours, and is left alone", async () => {
    const { finding, world } = await crashAndProbe(toBalance, async ({ clock, bench }) => {
      await converse(clock, bench.wire(), "load tool-change.urp", "play");
    });
    expect(finding).toMatchObject({ outcome: "unknown", decisive: false, evidence: { program: "tool-change.urp" } });
    expect(world.memory()).toMatchObject({ run: { program: "tool-change.urp" } });
  });

  test("D7: a sensing program left at its popup by a crash is ended, whenever the crash came", async () => {
    for (const afterMs of [0, 400, 1_500, 2_500, 3_500]) {
      const { clock, bench, moves } = setUp();
      const first = await inTime(clock, bench.open());
      const reading = transfer.baseline(first.session, toBalance, first.context);
      clock.at(clock.now() + afterMs, first.crash);
      await inTime(
        clock,
        reading.then(
          () => {},
          () => {},
        ),
      );
      const next = await inTime(clock, bench.open());
      expect(await inTime(clock, carryOut(bench, "transfer", toBalance, next))).toMatchObject({ state: "succeeded" });
      expect(moves()).toHaveLength(1);
    }
  });

  test("D7: wherever the wire breaks inside play, the arm moves at most once and the probe says truly whether", async () => {
    const outcomes: string[] = [];
    for (let cut = 0; cut <= "play\n".length; cut++) {
      const { clock, plant, bench, moves } = setUp();
      const [near, far] = createStreamPair(clock);
      plant.attach(far);
      let isArmed = false;
      const breaking = withWrite(near, (bytes) => {
        const isPlay = isArmed && Buffer.from(bytes).toString("utf8").startsWith("play");
        near.write(isPlay ? bytes.slice(0, cut) : bytes);
        if (isPlay) near.close();
      });
      const { session, context } = await inTime(clock, visit(driver, driver.config.parse(config), breaking, clock));
      const baseline = journaled(await inTime(clock, transfer.baseline(session, toBalance, context)));
      isArmed = true;
      await expect(inTime(clock, transfer.start(session, toBalance, baseline, context))).rejects.toMatchObject({
        code: "wire.closed",
      });
      const next = await inTime(clock, bench.open());
      const { outcome, decisive } = await inTime(
        clock,
        transfer.probe(next.session, toBalance, baseline, next.context),
      );
      expect(decisive).toBe(true);
      expect(outcome).toBe(moves().length === 0 ? "not-happened" : "running");
      outcomes.push(outcome);
    }
    expect(new Set(outcomes)).toEqual(new Set(["not-happened", "running"]));
  });
});

test("the same transfer over real TCP, in a lab a thousand times as fast as life", async () => {
  const labClock = createScaledClock({ labAt: morning, wallAt: wallNow(), scale: 1000 });
  const world = createTinyWorld("arm", labClock);
  world.put("printer-1");
  const { stream, linkClock, server } = await overTcp(createUrDashboardPlant(world, taught));
  const visitor = await visit(driver, driver.config.parse(config), stream, linkClock);
  const context = { ...visitor.context, labClock };
  const baseline = journaled(await transfer.baseline(visitor.session, toBalance, context));
  await transfer.start(visitor.session, toBalance, baseline, context);
  expect(await transfer.watch(visitor.session, toBalance, baseline, context)).toMatchObject({
    state: "succeeded",
    result: { program: "p1-balance.urp" },
  });
  expect(world.actuations).toHaveLength(1);
  stream.close();
  await server.close();
});
