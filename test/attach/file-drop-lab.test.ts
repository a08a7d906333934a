import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createRealClock } from "@labloop/clock";
import { startInstrumentPc } from "@labloop/simulator";
import { expect, test } from "vitest";
import { createExchange } from "../../devices/file-drop/exchange.ts";
import { diskFiles } from "../../devices/file-drop/files.ts";
import { loadDriver } from "../../packages/cli/src/lab/load-driver.ts";
import { loadLab } from "../../packages/cli/src/lab/load-lab.ts";
import { demoCampaign, demoLab, labloop, root } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";
import { readDeviceJournals, readEvents } from "../support/read-folder.ts";

const declarations = join(root, "devices/file-drop/declarations");
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

const experiments = 20;

/** The demo's lab with its balance replaced by one that only drops files, and its campaign cut short, in a folder of its own. */
function labWithFileBalance(): string {
  const folder = privateFolder();
  for (const name of ["in", "out"]) mkdirSync(join(folder, "exchange", name), { recursive: true });
  copyFileSync(join(declarations, "balance.yaml"), join(folder, "balance.yaml"));
  const simulator = join(root, "simulator");
  const lab = readFileSync(demoLab, "utf8")
    .replace("../../worlds", join(simulator, "worlds"))
    .replace("designs.csv", join(simulator, "labs/demo/designs.csv"))
    .replace(
      'module: "@labloop/device-mettler-toledo-mt-sics"\n    transport: { plant: mt-sics }',
      "module: ./balance.yaml\n    transport: { plant: balance-pc }\n    config: { folder: exchange }",
    );
  writeFileSync(join(folder, "lab.yaml"), lab);
  for (const file of ["protocol.yaml", "candidates.csv"]) {
    copyFileSync(join(dirname(demoCampaign), file), join(folder, file));
  }
  const campaign = readFileSync(demoCampaign, "utf8")
    .replace("../../simulator/labs/demo/lab.yaml", "lab.yaml")
    .replace("experiments: 60", `experiments: ${experiments}`);
  writeFileSync(join(folder, "campaign.yaml"), campaign);
  return folder;
}

/** Every file at or below a folder, by its path from there. */
function filesUnder(folder: string): { path: string; bytes: number }[] {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return paths.flatMap((path) => {
    const about = statSync(join(folder, path));
    return about.isFile() ? [{ path, bytes: about.size }] : [];
  });
}

async function campaign(seed: number) {
  const cwd = labWithFileBalance();
  const args = ["run", "campaign.yaml", "--clock", "virtual", "--seed", String(seed), "--json"];
  const ended = await labloop([...args, "--data", "data"], { cwd });
  return { ...ended, cwd };
}

test("the demo's campaign runs to its end with a balance that only drops files, twice byte for byte the same", async () => {
  const [first, second] = await Promise.all([campaign(7), campaign(7)]);
  expect({ code: first.code, stderr: first.stderr.slice(-2_000) }).toMatchObject({ code: 0 });
  const [events, again] = [first, second].map(({ cwd }) => readEvents(join(cwd, "data")));
  expect(events?.at(-1)?.event).toMatchObject({ type: "campaign.finished", experiments });
  expect(again?.at(-1)?.hash).toBe(events?.at(-1)?.hash);
  const weighed = readDeviceJournals(join(first.cwd, "data")).filter(({ device }) => device === "balance");
  expect(new Set(weighed.map(({ state }) => state))).toEqual(new Set(["succeeded"]));
  // Each weighing has its raw file, with something in it, and no result is owed any more.
  const kept = filesUnder(join(first.cwd, "exchange", "labloop-kept"));
  expect(weighed).toHaveLength(experiments);
  const names = weighed.map(({ commandId }) => commandId.replace(".", "-")).sort();
  expect(kept.map(({ path }) => path)).toEqual(names.map((name) => join(name, `${name}.csv`)));
  expect(kept.filter(({ bytes }) => bytes === 0)).toEqual([]);
});

test("the declarations that come with the driver load, and announce what they declare", async () => {
  const lab = join(declarations, "lab.yaml");
  const balance = await loadDriver(lab, "./balance.yaml");
  const nimo = await loadDriver(lab, "./nimo.yaml");
  expect([balance, nimo].map(({ ok }) => ok)).toEqual([true, true]);
  const lines = readFileSync(join(declarations, "balance.yaml"), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "");
  expect(lines.length).toBeLessThanOrEqual(60);
});

test("a declaration's faults are told at once, each with its line: unknown names in braces, values without a place, a parser that is none", async () => {
  const folder = privateFolder();
  const text = readFileSync(join(declarations, "balance.yaml"), "utf8")
    .replace('"{command}.csv"', '"{sampel}.csv"')
    .replace(", column: 正味(g)", "")
    .replace("      encoding: cp932", "      parser: ./none.ts");
  writeFileSync(join(folder, "balance.yaml"), text.replace("parser: ./none.ts", "encoding: cp932"));
  writeFileSync(
    join(folder, "lab.yaml"),
    `schemaVersion: 1
lab: bench
title: { en: A bench }
mode: real
owner: Ada
contact: ada@lab.example
devices:
  balance:
    module: ./balance.yaml
    config: { folder: exchange }
`,
  );
  const faultsOf = async () => {
    const loaded = await loadLab(join(folder, "lab.yaml"));
    return loaded.ok
      ? []
      : loaded.faults.map(({ code, line, file }) => `${file?.endsWith("balance.yaml")} ${line} ${code}`);
  };
  expect(await faultsOf()).toEqual(["true 20 fileDrop.unknownHole", "true 23 fileDrop.noPlace"]);
  writeFileSync(join(folder, "balance.yaml"), text);
  expect(await faultsOf()).toEqual(["true 20 fileDrop.unknownHole", "true 21 fileDrop.parserNotLoaded"]);
});

test("a vendor's file is read by a parser of under 30 lines beside its declaration", async () => {
  const folder = privateFolder();
  const parser = join(root, "devices/file-drop/declarations/spectrum.ts");
  expect(readFileSync(parser, "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(30);
  for (const name of ["spectrum.ts", "spectrum.yaml"]) copyFileSync(join(declarations, name), join(folder, name));
  const loaded = await loadDriver(join(folder, "lab.yaml"), "./spectrum.yaml");
  expect(loaded).toMatchObject({ ok: true });
  const driver = loaded.ok && "definition" in loaded.value ? loaded.value.definition : null;
  expect(Object.keys(driver?.operations["scan"]?.result ?? {})).toEqual(["wavelength", "absorbance", "peak"]);
});

test("with a real folder and real time a robot with NIMO's exchange makes a candidate, once, and its answer is read", async () => {
  const folder = privateFolder();
  for (const name of ["EXPInput", "EXPOutput"]) mkdirSync(join(folder, name));
  const clock = createRealClock();
  const asked: string[] = [];
  const robot = startInstrumentPc({
    clock,
    inbox: { folder: join(folder, "EXPInput"), file: /^\d{12}\.csv$/, sentinel: "inputend.txt" },
    outbox: { folder: join(folder, "EXPOutput"), sentinel: "outputend.txt" },
    everyMs: 20,
    writesForMs: 20,
    measure({ bytes }) {
      asked.push(Buffer.from(bytes).toString("utf8"));
      return { durationMs: 20, drops: () => [{ name: "results.csv", bytes: Buffer.from("0.75,1.5\n") }] };
    },
  });
  const loaded = await loadDriver(join(declarations, "lab.yaml"), "./nimo.yaml");
  const operation =
    loaded.ok && "definition" in loaded.value ? loaded.value.definition.operations["perform"] : undefined;
  if (operation === undefined) throw new Error("the declaration has no such operation");
  const pace = { everyMs: 50, still: { looks: 2, forMs: 50 } };
  const exchange = createExchange(diskFiles, { folder, answerMs: 10_000 }, folder, pace, {
    linkClock: clock,
    log: quiet,
  });
  const context = {
    deviceId: "robot",
    commandId: "01JGZZZZZZZZZZZZZZZZZZ0001.1",
    labClock: clock,
    linkClock: clock,
    log: quiet,
    signal: new AbortController().signal,
    progress: () => undefined,
    partial: () => undefined,
    answer: () => new Promise<never>(() => {}),
  };
  const params = { x1: { value: 12.5, unit: "%" }, x2: { value: 300, unit: "degC" } };
  const baseline = await operation.baseline(exchange, params, context);
  await operation.start(exchange, params, baseline, context);
  const ending = await operation.watch(exchange, params, baseline, context);
  robot.close();
  expect(ending).toMatchObject({ state: "succeeded", result: { objective: { value: 0.75, unit: "1" } } });
  expect(asked).toEqual(["input file for machine\n12.5,300"]);
  expect(Math.abs(Number(baseline["shareAheadMs"]))).toBeLessThan(60_000);
});
