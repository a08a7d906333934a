import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { sha256 } from "@labloop/contracts/digest";
import { type InstrumentPc, startInstrumentPc } from "@labloop/simulator";
import { afterEach, expect, test } from "vitest";
import { diskFiles, type Files } from "../../devices/file-drop/files.ts";
import { idOf } from "../../packages/driver/test/support/bench.ts";
import { type FileDropBench, fileDropBench, meter } from "./support/file-drop-bench.ts";

const pcs: InstrumentPc[] = [];
afterEach(() => {
  for (const pc of pcs.splice(0)) pc.close();
});

const nameOf = (n: number) => idOf(n).replace(".", "-");

/** A computer beside the instrument; it counts what it begins. */
function pcOf(bench: FileDropBench, change: Partial<Parameters<typeof startInstrumentPc>[0]> = {}, text?: string) {
  const begun: string[] = [];
  const pc = startInstrumentPc({
    clock: bench.clock,
    inbox: { folder: join(bench.folder, "in"), file: /\.req$/ },
    outbox: { folder: join(bench.folder, "out") },
    measure({ name, bytes }) {
      begun.push(Buffer.from(bytes).toString("utf8"));
      const drop = {
        name: name.replace(/\.req$/, ".csv"),
        bytes: Buffer.from(text ?? `mass\r\n${begun.length}.5\r\n`),
      };
      return { durationMs: 10_000, drops: () => [drop] };
    },
    ...change,
  });
  pcs.push(pc);
  return { pc, begun };
}

const endOf = (bench: FileDropBench, n: number) => bench.journal().get(idOf(n));

test("a request is written, taken and measured; the raw file is kept with its digest, and nothing is left over", async () => {
  const bench = fileDropBench();
  const { begun } = pcOf(bench);
  await bench.start();
  await bench.measure(1);
  await bench.pass(30_000);
  expect(begun).toEqual(["MEASURE S1\r\n"]);
  const end = endOf(bench, 1);
  expect(end).toMatchObject({ state: "succeeded", result: { mass: { value: 1.5, unit: "g" } } });
  const kept = `labloop-kept/${nameOf(1)}/${nameOf(1)}.csv`;
  expect(end?.evidence).toMatchObject({ keptAs: kept, sha256: sha256("mass\r\n1.5\r\n"), encoding: "utf-8" });
  expect(readFileSync(join(bench.folder, kept), "utf8")).toBe("mass\r\n1.5\r\n");
  expect([readdirSync(join(bench.folder, "in")), readdirSync(join(bench.folder, "out"))]).toEqual([[], []]);
});

test("a file that is still being written is not read, however slowly it grows", async () => {
  const bench = fileDropBench();
  pcOf(bench, { writesForMs: 900 }, "mass\r\n12.75\r\n");
  await bench.start();
  await bench.measure(1);
  await bench.pass(30_000);
  expect(endOf(bench, 1)).toMatchObject({ state: "succeeded", result: { mass: { value: 12.75 } } });
});

/** The disk as a process sees it that dies at its n-th call, before or after what that does. */
function dyingFiles() {
  const state = { calls: 0, killAt: Number.POSITIVE_INFINITY, isBefore: true, kill: () => {} };
  const files = new Proxy(diskFiles, {
    get(target, name: keyof Files) {
      return async (...given: never[]) => {
        const call = ++state.calls;
        // What a dead process would have done next does not happen.
        if (call > state.killAt) throw new Error("the process is gone");
        if (call === state.killAt) state.kill();
        if (call === state.killAt && state.isBefore) throw new Error("the process is gone");
        return (target[name] as (...values: never[]) => unknown)(...given);
      };
    },
  });
  return { files, state };
}

for (const isBefore of [true, false]) {
  for (const awayMs of [50, 40_000]) {
    const when = isBefore ? "before" : "after";
    test(`killed ${when} each of its calls to the folders and back after ${awayMs} ms, it measures at most once and loses nothing`, async () => {
      let killAt = 0;
      let isOver = false;
      const outcomes = new Set<string>();
      while (!isOver) {
        const { files, state } = dyingFiles();
        const bench = fileDropBench(meter, files);
        const { begun, pc } = pcOf(bench);
        await bench.start();
        Object.assign(state, { calls: 0, killAt: ++killAt, isBefore, kill: () => bench.device().kill() });
        await bench.measure(1);
        for (let s = 0; s < 40 && state.calls < killAt; s++) await bench.pass(1_000);
        isOver = state.calls < killAt;
        bench.device().kill();
        await bench.pass(awayMs);
        state.killAt = Number.POSITIVE_INFINITY;
        await bench.start([1]);
        await bench.pass(90_000);
        pc.close();
        const end = endOf(bench, 1);
        outcomes.add(`${begun.length} ${end?.state ?? "absent"} ${end?.physical ?? "none"}`);
      }
      // Whatever was measured is reported, and what is called not happened did not.
      const unasked = isBefore ? ["0 absent none", "0 failed none"] : ["0 absent none"];
      expect([...outcomes].sort()).toEqual([...unasked, "1 succeeded full"]);
      expect(killAt).toBeGreaterThan(40);
    });
  }
}

test("a request that nobody takes is withdrawn at its deadline and never begins, also when the computer comes back", async () => {
  const bench = fileDropBench();
  await bench.start();
  await bench.measure(1);
  await bench.pass(70_000);
  expect(endOf(bench, 1)).toMatchObject({ state: "failed", physical: "none", error: { code: "fileDrop.notTaken" } });
  const { begun } = pcOf(bench);
  await bench.pass(60_000);
  expect(begun).toEqual([]);
});

test("a cancel and an E-STOP take a request back that was not taken; once it was taken, only the result tells", async () => {
  const bench = fileDropBench();
  await bench.start();
  await bench.measure(1);
  await bench.pass(3_000);
  await bench.cancel(1);
  await bench.pass(3_000);
  expect(endOf(bench, 1)).toMatchObject({ state: "failed", physical: "none", error: { code: "fileDrop.withdrawn" } });
  await bench.measure(2);
  await bench.pass(3_000);
  await bench.estop(1);
  await bench.pass(5_000);
  expect(endOf(bench, 2)).toMatchObject({ state: "failed", physical: "none" });
  expect(readdirSync(join(bench.folder, "in")).filter((name) => name.endsWith(".req"))).toEqual([]);
});

test("a result that does not come leaves the command in doubt, and one that comes late is found when asked for", async () => {
  const bench = fileDropBench();
  const { begun } = pcOf(bench, {
    measure: ({ name }) => {
      begun.push(name);
      const drop = { name: name.replace(".req", ".csv"), bytes: Buffer.from("mass\r\n8.25\r\n") };
      return { durationMs: 600_000, drops: () => [drop] };
    },
  });
  await bench.start();
  await bench.measure(1);
  await bench.pass(120_000);
  expect(endOf(bench, 1)).toMatchObject({ state: "unknown", physical: "unknown" });
  await bench.probe(1);
  await bench.pass(10_000);
  expect(bench.last("probe-result")).toMatchObject({ outcome: "unknown", decisive: false });
  await bench.pass(600_000);
  await bench.probe(1);
  await bench.pass(10_000);
  const { outcome, decisive, evidence } = bench.last("probe-result");
  expect({ outcome, decisive }).toEqual({ outcome: "happened", decisive: true });
  expect(evidence).toMatchObject({ ending: { result: { mass: { value: 8.25, unit: "g" } } } });
  expect(begun).toHaveLength(1);
});

test("what cannot be read goes into quarantine with the reason beside it, and counts once it has been mended", async () => {
  const bench = fileDropBench();
  pcOf(bench, {}, "mass\r\nno weight\r\n");
  await bench.start();
  await bench.measure(1);
  await bench.pass(40_000);
  expect(endOf(bench, 1)).toMatchObject({ state: "unknown", evidence: { reason: '"no weight" is no number' } });
  const folder = join(bench.folder, "labloop-quarantine", nameOf(1));
  const file = `${nameOf(1)}.csv`;
  expect(readFileSync(join(folder, file), "utf8")).toBe("mass\r\nno weight\r\n");
  expect(readFileSync(join(folder, `${file}.reason.txt`), "utf8")).toContain('"no weight" is no number');
  expect(existsSync(join(bench.folder, "out", file))).toBe(false);
  writeFileSync(join(folder, file), "mass\r\n3.5\r\n");
  await bench.probe(1);
  await bench.pass(5_000);
  expect(bench.last("probe-result")).toMatchObject({ outcome: "happened", decisive: true });
});

test("a share that is away for a while is waited for; the result counts when it is back", async () => {
  const bench = fileDropBench();
  const away = join(bench.folder, "out-away");
  pcOf(bench, { outbox: { folder: join(bench.folder, "out-pc") } });
  await bench.start();
  await bench.measure(1);
  await bench.pass(3_000);
  renameSync(join(bench.folder, "out"), away);
  await bench.pass(20_000);
  renameSync(join(bench.folder, "out-pc"), join(bench.folder, "out"));
  await bench.pass(10_000);
  expect(endOf(bench, 1)).toMatchObject({ state: "succeeded" });
});

const byOrder = {
  ...meter,
  operations: {
    measure: { ...meter.operations.measure, result: { ...meter.operations.measure.result, file: "*.csv" } },
  },
};

test("told by order alone, only a new file counts, whatever the share's clock says", async () => {
  const bench = fileDropBench(byOrder);
  const old = join(bench.folder, "out", "old.csv");
  writeFileSync(old, "mass\r\n99\r\n");
  // The share's clock is a day behind: a new file looks older than the old one.
  pcOf(bench, { clockAheadMs: -86_400_000 });
  utimesSync(old, bench.clock.now() / 1_000, bench.clock.now() / 1_000);
  await bench.start();
  await bench.measure(1);
  await bench.pass(40_000);
  expect(endOf(bench, 1)).toMatchObject({ state: "succeeded", result: { mass: { value: 1.5 } } });
  expect(readFileSync(old, "utf8")).toContain("99");
});

test("told by order alone, a second command does not begin while the first one's result may still come", async () => {
  const bench = fileDropBench(byOrder);
  await bench.start();
  await bench.measure(1);
  await bench.pass(2_000);
  rmSync(join(bench.folder, "in", `${nameOf(1)}.req`));
  await bench.pass(120_000);
  expect(endOf(bench, 1)).toMatchObject({ state: "unknown" });
  await bench.measure(2);
  await bench.pass(5_000);
  expect(endOf(bench, 2)).toMatchObject({ state: "cancelled", physical: "none" });
  expect(endOf(bench, 2)?.error?.message).toContain("could be taken for this one's");
});

test("told by the sample, another sample's file is left alone", async () => {
  const { result } = meter.operations.measure;
  const bySample = {
    ...meter,
    operations: {
      measure: { ...meter.operations.measure, result: { ...result, file: "*.csv", match: { sample: "{sample}" } } },
    },
  };
  const bench = fileDropBench(bySample);
  await bench.start();
  await bench.measure(1);
  await bench.pass(2_000);
  writeFileSync(join(bench.folder, "out", "a.csv"), "sample,mass\r\nS7,7\r\n");
  await bench.pass(5_000);
  writeFileSync(join(bench.folder, "out", "b.csv"), "sample,mass\r\nS1,4\r\n");
  await bench.pass(5_000);
  expect(endOf(bench, 1)).toMatchObject({ state: "succeeded", result: { mass: { value: 4 } } });
  expect(readdirSync(join(bench.folder, "out"))).toEqual(["a.csv"]);
});

test("a parameter that would lead a file's name elsewhere is refused, and nothing is asked", async () => {
  const { request } = meter.operations.measure;
  const named = {
    ...meter,
    operations: { measure: { ...meter.operations.measure, request: { ...request, file: "{sample}.req" } } },
  };
  const bench = fileDropBench(named);
  await bench.start();
  await bench.measure(1, { sample: "../../etc/passwd" });
  await bench.pass(5_000);
  expect(endOf(bench, 1)).toMatchObject({ state: "cancelled", physical: "none" });
  expect(endOf(bench, 1)?.error?.message).toContain("cannot be the name of a file");
});

test("without the folder there is no session, and it comes with the folder", async () => {
  const bench = fileDropBench();
  rmSync(join(bench.folder, "out"), { recursive: true });
  await bench.start();
  await bench.measure(1);
  expect(bench.refusals().concat(bench.reports(1)).join()).not.toContain("started");
  mkdirSync(join(bench.folder, "out"));
  pcOf(bench);
  await bench.pass(60_000);
  await bench.measure(2);
  await bench.pass(30_000);
  expect(endOf(bench, 2)).toMatchObject({ state: "succeeded" });
});
