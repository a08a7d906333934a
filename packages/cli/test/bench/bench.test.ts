import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { BenchResult } from "@labloop/contracts";
import { afterAll, expect, test } from "vitest";
import { loadPool } from "../../src/bench/load-pool.ts";
import { faultText } from "../../src/say.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const pools = fileURLToPath(new URL("../../../../test/bench/pools", import.meta.url));
const peer = fileURLToPath(new URL("./random-peer.ts", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "labloop-bench-"));
afterAll(() => rmSync(scratch, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function bench(...words: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, "bench", ...words], { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

const documents = readdirSync(pools, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".yaml"));

test("there are pools of all 24 published tables", () => {
  expect(readdirSync(pools)).toHaveLength(24);
});

test.each(documents)("%s checks clean", (path) => {
  const loaded = loadPool(join(pools, path));
  expect(loaded.ok ? loaded.value.dropped : loaded.faults).toEqual(0);
});

const small = join(pools, "fullerenes", "pool.yaml");

test("equal arguments give equal results whatever the threads, in a shape that the contract knows, with a plot beside it", async () => {
  const words = [small, "--seeds", "3", "--budget", "8", "--batch", "2", "--json"];
  const first = await bench(...words, "--threads", "1", "--out", join(scratch, "out"));
  const second = await bench(...words, "--threads", "3");
  expect([first.code, second.code]).toEqual([0, 0]);
  const [one, two] = [first, second].map(({ stdout }) => BenchResult.parse(JSON.parse(stdout))) as [
    BenchResult,
    BenchResult,
  ];
  expect({ ...one, timing: [] }).toEqual({ ...two, timing: [] });
  expect(one.methods.map(({ method }) => method)).toEqual(["labloop", "random", "sobol"]);
  expect(one.methods[1]?.score).toEqual({ value: 1, low: 1, high: 1 });
  expect(JSON.parse(readFileSync(join(scratch, "out", "bench.json"), "utf8"))).toEqual(one);
  const starts = one.methods.map(({ campaigns }) =>
    campaigns.map(({ seed, measured }) => [seed, measured.slice(0, 2)]),
  );
  expect(starts[0]?.map(([seed]) => seed)).toEqual([1, 2, 3]);
  expect(new Set(starts.map((of) => JSON.stringify(of))).size).toBe(1);
  expect(one.methods[0]?.campaigns[2]?.recommended).toHaveLength(8);
  const plot = readFileSync(join(scratch, "out", "bench.svg"), "utf8");
  expect(plot).toContain("prefers-color-scheme: dark");
  expect(plot.match(/<path d="M[\d. L]+"/g)).toHaveLength(6);
  expect(plot).not.toMatch(/NaN|undefined/);
});

test("a bench that starts at a later seed goes on where an earlier one stopped", async () => {
  const areas = async (...words: string[]) => {
    const { stdout } = await bench(small, "--budget", "8", "--json", ...words);
    return BenchResult.parse(JSON.parse(stdout)).methods.map((method) => method.areas);
  };
  const [all, first, rest] = await Promise.all([
    areas("--seeds", "3"),
    areas("--seeds", "1"),
    areas("--seeds", "2", "--first-seed", "2"),
  ]);
  expect(first.map((areas, i) => [...areas, ...(rest[i] ?? [])])).toEqual(all);
});

test("a peer in a process of its own that picks at random scores 1 within noise, and its own clock counts", async () => {
  const methods = `peer:"${process.execPath}" ${peer}`;
  const { code, stdout, stderr } = await bench(
    small,
    "--seeds",
    "60",
    "--budget",
    "20",
    "--methods",
    methods,
    "--json",
  );
  expect(code, stderr).toBe(0);
  const { methods: figures, timing } = BenchResult.parse(JSON.parse(stdout));
  expect(figures.map(({ method }) => method)).toEqual([methods, "random"]);
  const { low, high } = figures[0]?.score ?? { low: 0, high: 0 };
  expect(low).toBeLessThan(1.15);
  expect(high).toBeGreaterThan(0.85);
  expect(timing[0]).toMatchObject({ asks: 60 * 18, median: 0.25 });
});

test("a peer is told how many experiments are left, as labloop is", async () => {
  const script = join(scratch, "told.mjs");
  writeFileSync(
    script,
    `import { createInterface } from "node:readline";
createInterface({ input: process.stdin }).on("line", (line) => {
  const { type, measurements, count, remaining } = JSON.parse(line);
  if (type === "end") return;
  const isTold = type === "start" || measurements.length + count + remaining === 8;
  console.log(JSON.stringify(isTold ? { type: "ready", indices: Array(count).fill(0), recommend: 0 } : { error: "not told" }));
});
`,
  );
  const words = ["--seeds", "1", "--budget", "8", "--batch", "4", "--methods", `peer:${process.execPath} ${script}`];
  const { code, stderr } = await bench(small, ...words);
  expect(code, stderr).toBe(0);
});

test("a budget above the pool is cut, and said so", async () => {
  const path = join(pools, "perovskite_stability", "pool.yaml");
  const { code, stdout } = await bench(path, "--seeds", "10", "--budget", "500", "--methods", "sobol");
  expect(code).toBe(0);
  expect(stdout).toContain("The pool has 94 designs, so the budget is 94 and not 500.");
  expect(stdout).toMatch(/On this pool sobol needed\n {2}.* experiments .* where random search needs /);
});

test("fewer than ten campaigns are told as too few to compare, and ten are compared", async () => {
  const said = async (seeds: string) => {
    const { stdout } = await bench(small, "--seeds", seeds, "--budget", "8", "--methods", "labloop");
    return stdout;
  };
  const [one, two, ten] = await Promise.all([said("1"), said("2"), said("10")]);
  const claim = /(better|worse) than random search: score|distinguishable/;
  for (const few of [one, two]) {
    expect(few).not.toMatch(claim);
    expect(few).not.toMatch(/experiments? \(/);
    expect(few).toContain("whether that is better or worse than random search, --seeds 10 or more would tell.");
  }
  expect(one).not.toMatch(/\d \(\d/);
  expect(two).toMatch(/its score was [\d.]+ \([\d.]+ to [\d.]+\);/);
  expect(ten).toMatch(claim);
});

test.each([
  ["a design between the steps", "inputs: {a: {kind: continuous, step: 0.5}}", "candidate 3", "t.csv:4:1"],
  [
    "a design that breaks an expression",
    "constraints: [{kind: expression, expression: a ^ 2, max: 0.3}]",
    "candidate 3",
    "t.csv:4:1",
  ],
  [
    "an expression over nothing known",
    "constraints: [{kind: expression, expression: 2 * b, max: 9}]",
    '"b"',
    "pool.yaml:5:50",
  ],
  [
    "an expression that says nothing",
    "constraints: [{kind: expression, expression: 'a * * 2', max: 9}]",
    "the expression",
    "pool.yaml:5:51",
  ],
  ["a constraint without bounds", "constraints: [{kind: linear, terms: {a: 1}}]", "constraint", "pool.yaml:5:15"],
])(
  "%s, which the optimizer would refuse, is told before any campaign, at its place",
  async (_, line, message, place) => {
    writeFileSync(join(scratch, "t.csv"), "a,y\n0,1\n0.5,2\n0.7,3\n");
    const inputs = line.startsWith("inputs") ? "" : "inputs: {a: continuous}\n";
    const document = `schemaVersion: 1\npool: p\ntable: t.csv\n${inputs}${line}\nobjectives: {y: maximise}\n`;
    writeFileSync(join(scratch, "pool.yaml"), document);
    const loaded = loadPool(join(scratch, "pool.yaml"));
    expect(loaded.ok ? "" : loaded.faults.map((fault) => fault.message).join()).toContain(message);
    expect(loaded.ok ? [] : loaded.faults.map((fault) => faultText(fault).split(": ")[0])).toEqual([
      relative(process.cwd(), join(scratch, place)),
    ]);
  },
);

test("designs that no space has are told at the lines where they first stand, five of them at most", () => {
  const rows = Array.from({ length: 9 }, (_, i) => [`${i}.2,${i}`, `${i}.2,1`, `${i},${i}`]).flat();
  writeFileSync(join(scratch, "t.csv"), `a,y\n${rows.join("\n")}\n`);
  const document =
    "schemaVersion: 1\npool: p\ntable: t.csv\ninputs: {a: {kind: continuous, min: 0, step: 1}}\nobjectives: {y: maximise}\n";
  writeFileSync(join(scratch, "pool.yaml"), document);
  const loaded = loadPool(join(scratch, "pool.yaml"));
  const faults = loaded.ok ? [] : loaded.faults;
  expect(faults.map(({ line }) => line)).toEqual([2, 5, 8, 11, 14]);
  expect(faults.at(-1)?.message).toContain("(and 4 more such)");
  expect(faults[0]?.hint).toBe("leave out the step, or correct the cell");
});

test("a table in the place of a pool is told what to write beside it, and that is a pool", () => {
  writeFileSync(join(scratch, "mine.csv"), "a,y\n0,1\n0.5,2\n0.7,3\n");
  const loaded = loadPool(join(scratch, "mine.csv"));
  const [fault] = loaded.ok ? [] : loaded.faults;
  expect(fault?.code).toBe("pool.isTable");
  const document = /\{schemaVersion.*\}$/.exec(fault?.hint ?? "")?.[0] ?? "";
  writeFileSync(
    join(scratch, "mine.yaml"),
    document.replace("NAME", "p").replace("COLUMN", "a").replace("COLUMN", "y"),
  );
  expect(loadPool(join(scratch, "mine.yaml"))).toMatchObject({ ok: true });
});

test("who stops a bench is told what was played by then, as if no more had been asked for", async () => {
  const words = [main, "bench", small, "--budget", "4", "--methods", "random", "--json", "--seeds"];
  const child = spawn(process.execPath, [...words, "3000"], { stdio: ["ignore", "pipe", "pipe"] });
  child.stderr.on("data", (said: Buffer) => {
    if (said.includes("300 of 3000 campaigns")) child.kill("SIGINT");
  });
  const [stdout, [code]] = await Promise.all([child.stdout.setEncoding("utf8").toArray(), once(child, "close")]);
  expect(code).toBe(5);
  const { settings, methods } = BenchResult.parse(JSON.parse(stdout.join("")));
  expect(settings.seeds).toBeGreaterThanOrEqual(300);
  expect(settings.seeds).toBeLessThan(3000);
  const again = await bench(...words.slice(2), String(settings.seeds));
  expect(BenchResult.parse(JSON.parse(again.stdout)).methods).toEqual(methods);
});

test("a fault's column without its line is not told as a line", () => {
  expect(faultText({ code: "a.b", message: "m", file: "f.yaml", column: 15 })).toBe("f.yaml: m [a.b]");
  expect(faultText({ code: "a.b", message: "m", file: "f.yaml", line: 2, column: 15 })).toBe("f.yaml:2:15: m [a.b]");
});

test.each([
  ["a peer that ends", [small, "--seeds", "1", "--methods", `peer:${process.execPath} -e 0`], 1, "bench.peer"],
  [
    "a peer that is not there",
    [small, "--seeds", "1", "--methods", "peer:no-such-program"],
    1,
    "a program on the PATH",
  ],
  ["an unknown method", [small, "--methods", "labloop,botorch"], 2, "usage.badMethod"],
  ["an empty list of methods", [small, "--methods", ""], 2, "usage.badMethod"],
  ["a folder without a name", [small, "--out", ""], 2, "usage.badOut"],
  ["a folder that nobody can make", [small, "--out", "/proc/labloop/out"], 1, "bench.notWritable"],
  ["a folder that is a file", [small, "--out", small], 1, "bench.notWritable"],
  ["a folder that takes no files", [small, "--out", "/proc"], 1, "bench.notWritable"],
  ["a first seed below one", [small, "--first-seed", "0"], 2, "usage.badNumber"],
  ["a budget that is spent on random designs", [small, "--budget", "2"], 2, "write --budget 3 or more"],
  ["no seeds", [small, "--seeds", "0"], 2, "usage.badNumber"],
  ["a file that is not there", ["nowhere.yaml"], 3, "file.notReadable"],
])("%s ends with its exit code and its reason", async (_, words, code, reason) => {
  const ended = await bench(...words);
  expect(ended.code).toBe(code);
  expect(ended.stderr).toContain(reason);
  if (reason === "bench.notWritable") expect(ended.stderr).not.toContain("campaigns");
});

test("what a folder holds is left as it is when a bench does not come to its end", async () => {
  const out = join(scratch, "kept");
  mkdirSync(out);
  writeFileSync(join(out, "bench.json"), "an earlier one");
  await bench(small, "--seeds", "1", "--methods", `peer:${process.execPath} -e 0`, "--out", out);
  expect(readdirSync(out)).toEqual(["bench.json"]);
  expect(readFileSync(join(out, "bench.json"), "utf8")).toBe("an earlier one");
});
