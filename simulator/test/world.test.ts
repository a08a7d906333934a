import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createVirtualClock } from "@labloop/clock";
import { afterAll, describe, expect, test } from "vitest";
import { openWorldStore, type WorldStore } from "../src/world/world-store.ts";
import { compareWithRandom, randomBand } from "../worlds/crossed-barrel/compare-with-random.ts";
import { createPhysics } from "../worlds/crossed-barrel/physics.ts";
import { type Design, designKey, readTruth } from "../worlds/crossed-barrel/read-truth.ts";
import world from "../worlds/crossed-barrel/world.ts";

const folder = mkdtempSync(join(tmpdir(), "labloop-world-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const newFile = () => join(folder, `world-${++files}.db`);

function open(file = newFile()): WorldStore {
  return openWorldStore(file, (name, before) => name.length + before, ["bin"]);
}

/** A print that is begun at `at` and done 100 ms later. */
function print(store: WorldStore, place: string, at: number, name = "A.GCO"): void {
  store.commit(place, at, {
    actuation: { verb: "print", detail: { file: name } },
    parts: [{ kind: "made", place, file: name, readyAt: at + 100 }],
  });
}

/** A transfer that is begun at `at`, grips 10 ms later and lets go after another 10. */
function move(store: WorldStore, from: string, to: string, at: number): void {
  store.commit("arm", at, { parts: [{ kind: "moved", from, to, pickAt: at + 10, placeAt: at + 20 }] });
}

const crush = (store: WorldStore, at: number) =>
  store.commit("tester", at, { parts: [{ kind: "crushed", place: "tester" }] });
const damagesOf = (store: WorldStore) => store.damages().map(({ what }) => what);

describe("the world's store", () => {
  test("a part stands where it was put, and nowhere while the gripper has it", () => {
    const store = open();
    print(store, "printer-1", 1_000);
    const part = { id: "part-00001", file: "A.GCO", replicate: 5, readyAt: 1_100, isCrushed: false };
    expect(store.partAt("printer-1", 1_000)).toEqual(part);
    move(store, "printer-1", "balance", 2_000);
    const places = (at: number) => ["printer-1", "balance"].filter((place) => store.partAt(place, at) !== null);
    expect([2_009, 2_010, 2_019, 2_020, 9_999].map(places)).toEqual([["printer-1"], [], [], ["balance"], ["balance"]]);
    move(store, "balance", "tester", 3_000);
    crush(store, 3_500);
    expect(store.partAt("tester", 3_500)).toEqual({ ...part, isCrushed: true });
    move(store, "tester", "bin", 4_000);
    expect(store.partAt("tester", 4_020)).toBeNull();
    expect(store.damages()).toEqual([]);
    store.close();
  });

  test("each further part of a file draws its own replicate, and each part has its own id", () => {
    const store = open();
    print(store, "printer-1", 1_000);
    print(store, "printer-2", 1_000, "LONGER.GCO");
    print(store, "printer-3", 1_000);
    expect(["printer-1", "printer-2", "printer-3"].map((place) => store.partAt(place, 1_000))).toMatchObject([
      { id: "part-00001", replicate: 5 },
      { id: "part-00002", replicate: 10 },
      { id: "part-00003", replicate: 6 },
    ]);
    store.close();
  });

  test.each<readonly [damage: string, act: (store: WorldStore) => void]>([
    ["printed onto a part standing on printer-1", (store) => print(store, "printer-1", 2_000)],
    ["reached for a part on tester where none stands", (store) => move(store, "tester", "bin", 2_000)],
    ["tore an unfinished print off printer-1", (store) => move(store, "printer-1", "balance", 1_050)],
    [
      "put a part onto another on balance",
      (store) => {
        move(store, "printer-1", "balance", 2_000);
        print(store, "printer-1", 3_000);
        move(store, "printer-1", "balance", 4_000);
      },
    ],
    ["crushed nothing on tester", (store) => crush(store, 2_000)],
    [
      "crushed a crushed part on tester",
      (store) => {
        move(store, "printer-1", "tester", 2_000);
        crush(store, 3_000);
        crush(store, 4_000);
      },
    ],
  ])("%s: counted as damage, once", (damage, act) => {
    const store = open();
    print(store, "printer-1", 1_000);
    act(store);
    expect(damagesOf(store)).toEqual([damage]);
    store.close();
  });

  test("an open place takes any number of parts", () => {
    const store = open();
    for (const at of [1_000, 2_000, 3_000]) {
      print(store, "printer-1", at);
      move(store, "printer-1", "bin", at + 500);
    }
    expect(store.damages()).toEqual([]);
    store.close();
  });

  test("parts, memories, acts, damages and time outlive the process that wrote them", () => {
    const file = newFile();
    const before = open(file);
    print(before, "printer-1", 1_000);
    crush(before, 1_500);
    before.commit("arm", 1_200, { memory: { loaded: "a.urp" } });
    before.close();
    const after = open(file);
    expect(after.memory("arm")).toEqual({ loaded: "a.urp" });
    expect(after.memory("balance")).toBeNull();
    expect(after.partAt("printer-1", 1_000)).toMatchObject({ id: "part-00001" });
    expect(after.actuations()).toEqual([
      { seq: 1, at: 1_000, device: "printer-1", verb: "print", detail: { file: "A.GCO" } },
    ]);
    expect(damagesOf(after)).toEqual(["crushed nothing on tester"]);
    // The latest instant, although an earlier one was written after it.
    expect(after.lastAt()).toBe(1_500);
    after.close();
  });

  test("memory, act and parts of one change stand or fall together", () => {
    const file = newFile();
    const store = open(file);
    const change = {
      memory: { prints: 1 },
      actuation: { verb: "print", detail: { file: "A.GCO" } },
      // A lab time is a whole number of milliseconds, as the table says: this one is refused by it.
      parts: [{ kind: "made", place: "printer-1", file: "A.GCO", readyAt: 1_100.5 }],
    } as const;
    expect(() => store.commit("printer-1", 1_000, change)).toThrow(
      expect.objectContaining({ code: "world.notWritten" }),
    );
    expect([store.memory("printer-1"), store.actuations(), store.lastAt()]).toEqual([null, [], null]);
    expect(store.partAt("printer-1", 2_000)).toBeNull();
    store.close();
  });
});

describe("the crossed-barrel world", () => {
  const designs = readTruth();
  const keys = [...designs.keys()];

  test("crushing any part yields a curve whose integral is the toughness measured for its replicate, within 0.01 %", () => {
    const fileOf = (index: number) => `CB${index}.GCO`;
    const physics = createPhysics(designs, new Map(keys.map((key, index) => [fileOf(index), key])));
    let worst = 0;
    for (const [index, key] of keys.entries()) {
      for (const [replicate, measured] of designs.get(key)!.toughness.entries()) {
        const part = { id: "part-00001", file: fileOf(index), replicate, readyAt: 0, isCrushed: false };
        const { travelMm, loadN } = physics.curve(part);
        let joules = 0;
        for (let i = 1; i < loadN.length; i++) {
          joules += ((travelMm[i]! - travelMm[i - 1]!) * (loadN[i]! + loadN[i - 1]!)) / 2_000;
        }
        worst = Math.max(worst, Math.abs(joules - measured) / measured);
      }
    }
    expect(designs.size).toBe(600);
    expect(worst).toBeLessThan(1e-4);
  });

  test("prints take 40 to 80 minutes, masses are those of the plastic, and both depend on nothing but the part", () => {
    const physics = createPhysics(designs, new Map(keys.map((key) => [key, key])));
    for (const key of keys) {
      const part = { id: "part-00001", file: key, replicate: 1, readyAt: 0, isCrushed: false };
      const { durationMs, bytes } = physics.print(key)!;
      expect(durationMs / 60_000).toBeGreaterThan(39);
      expect(durationMs / 60_000).toBeLessThan(81);
      expect(bytes).toBeGreaterThan(100_000);
      const mass = physics.mass(part);
      expect(mass).toBeGreaterThan(5);
      expect(mass).toBeLessThan(15);
      expect(physics.mass({ ...part, id: "part-00077" })).toBe(mass);
    }
    expect(physics.print("NONE.GCO")).toBeNull();
  });

  /** Eight designs whose means are 0 to 7, in this order. */
  const means = [5, 1, 7, 2, 3, 6, 4, 0];
  const pool = new Map<string, Design>(
    means.map((mean, n) => {
      const parameters = { n, theta: 0, r: 0, t: 0 };
      return [designKey(parameters), { parameters, toughness: [mean - 1, mean, mean + 1] }];
    }),
  );
  /** Every set of `size` of the pool's means. */
  const drawsOf = (size: number): number[][] =>
    Array.from({ length: 2 ** means.length }, (_, bits) => means.filter((_mean, n) => (bits >> n) & 1)).filter(
      (draw) => draw.length === size,
    );
  const quantile = (values: readonly number[], share: number) =>
    values.toSorted((a, b) => a - b)[Math.floor(share * values.length)];

  test("random search is compared exactly: median and 95 % agree with every order of a small pool", () => {
    // The design of mean 6: with that of mean 7, two of eight are good enough, wherever in the order they come.
    const best = { n: 5, theta: 0, r: 0, t: 0 };
    const needed = means.flatMap((_, six) =>
      means.flatMap((__, seven) => (six === seven ? [] : Math.min(six, seven) + 1)),
    );
    for (const seed of [1, 2, 3]) {
      expect(compareWithRandom(pool, best, seed)).toEqual({
        ok: true,
        value: {
          medianExperiments: quantile(needed, 0.5),
          interval95: [quantile(needed, 0.025), quantile(needed, 0.975)],
        },
      });
    }
    expect(compareWithRandom(pool, { ...best, n: 9 }, 1)).toMatchObject({
      ok: false,
      reason: expect.stringContaining("pool"),
    });
  });

  test("the band of random search agrees with every set that could have been drawn from a small pool", () => {
    const sizes = [1, 2, 3, 4, 5, 6, 7, 8];
    const bests = sizes.map((size) => drawsOf(size).map((draw) => Math.max(...draw)));
    expect(randomBand(pool, 20)).toEqual({
      experiments: sizes,
      low: bests.map((values) => quantile(values, 0.05)),
      median: bests.map((values) => quantile(values, 0.5)),
      high: bests.map((values) => quantile(values, 0.95)),
    });
  });

  test("the same seed draws the same parts, another seed others; the folder's time is that of its last change", async () => {
    const draw = async (seed: number, name: string) => {
      const clock = createVirtualClock(1_000);
      const place = join(folder, name);
      expect(world.lastAt(place)).toBeNull();
      const opened = await world.open({
        folder: place,
        seed,
        labClock: clock,
        linkClock: clock,
        wires: "memory",
        devices: { "printer-1": { plant: "marlin", config: {} } },
        places: ["bin"],
        tables: { designs: [{ ...designs.get(keys[300]!)!.parameters, file: "CB0301.GCO" }] },
      });
      const wire = await opened.openWire("printer-1");
      for (let part = 0; part < 12; part++) {
        wire.write(Buffer.from("M23 CB0301.GCO\nM24\n"));
        const doneAt = clock.now() + 3 * 3_600_000;
        clock.at(doneAt, () => undefined);
        await clock.run(() => clock.now() >= doneAt);
      }
      const prints = opened.actuations();
      await opened.close();
      expect(prints).toHaveLength(12);
      expect(world.lastAt(place)).toBe(prints.at(-1)!.at);
      const database = new DatabaseSync(join(place, "world.db"), { readOnly: true });
      const drawn = database.prepare("SELECT replicate FROM parts ORDER BY id").all();
      database.close();
      return drawn.map(({ replicate }) => replicate);
    };
    const first = await draw(7, "first");
    expect(new Set(first)).toEqual(new Set([0, 1, 2]));
    expect(await draw(7, "again")).toEqual(first);
    expect(await draw(8, "other")).not.toEqual(first);
  });

  test("a plant that this world lacks, and a device that the lab lacks, are named", async () => {
    const clock = createVirtualClock(0);
    const options = { seed: 1, labClock: clock, linkClock: clock, wires: "memory", places: [], tables: {} } as const;
    await expect(
      world.open({ ...options, folder: join(folder, "odd"), devices: { lamp: { plant: "lamp", config: {} } } }),
    ).rejects.toMatchObject({ code: "world.unknownPlant", hint: expect.stringContaining("marlin") });
    const empty = await world.open({ ...options, folder: join(folder, "empty"), devices: {} });
    expect(() => empty.openWire("lamp")).toThrow(expect.objectContaining({ code: "world.unknownDevice" }));
    await empty.close();
  });
});
