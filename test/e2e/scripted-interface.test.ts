import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openBroker } from "@labloop/broker";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { audit } from "../support/auditor.ts";
import { demoCampaign, demoLab, jsonLines, labloop, launch, root } from "../support/launch.ts";
import { listeningSockets } from "../support/listening-sockets.ts";
import { privateFolder } from "../support/private-folder.ts";
import { sharedRun } from "../support/shared-run.ts";
import type { VirtualRun } from "../support/virtual-run.ts";

const Parameters = z.strictObject({ n: z.number(), theta: z.number(), r: z.number(), t: z.number() });
const Pair = z.tuple([z.number(), z.number()]);
const LastLine = z.strictObject({
  v: z.literal(1),
  type: z.literal("campaign.finished"),
  experiments: z.number(),
  best: z.strictObject({
    parameters: Parameters,
    value: z.number(),
    interval90: Pair,
    observed: z.array(z.number()).min(1),
  }),
  bestMeasured: z.strictObject({ parameters: Parameters, value: z.number() }),
  random: z.strictObject({ medianExperiments: z.number(), interval95: Pair }),
  journal: z.strictObject({ events: z.number(), head: z.string().regex(/^sha256:[0-9a-f]{64}$/) }),
});

const observed = (lines: readonly string[]) => lines.filter((line) => line.includes('"type":"observation"')).length;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** What a failed command says on stdout with --json. */
async function refusal(args: readonly string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await labloop([...args, "--json"], { env });
  const lines = jsonLines(stdout);
  expect(stderr).not.toBe("");
  return { code, said: lines.at(-1) };
}

/** A copy of the demo's files, laid out as in the repository, with something changed in each of those named. */
function copyOfDemo(changes: Readonly<Record<string, (text: string) => string>>): string {
  const folder = privateFolder();
  for (const path of ["protocols/crossed-barrel", "simulator/labs/demo"]) {
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  for (const [path, change] of Object.entries(changes)) {
    const file = join(folder, path);
    const text = readFileSync(file, "utf8");
    const changed = change(text);
    expect(changed).not.toBe(text);
    writeFileSync(file, changed);
  }
  return folder;
}

/** Lets a copied lab file find its drivers and its world. */
function linkModules(folder: string): void {
  symlinkSync(join(root, "simulator/node_modules"), join(folder, "simulator/node_modules"));
  symlinkSync(join(root, "simulator/worlds"), join(folder, "simulator/worlds"));
}

describe("labloop run --json", () => {
  let finished: VirtualRun;
  let lines: readonly string[] = [];

  beforeAll(async () => {
    finished = await sharedRun(7);
    lines = finished.stdout.trimEnd().split("\n");
  }, 300_000);

  test("stdout is JSON objects only, one a line, each with v and type; talk goes to stderr", () => {
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({ v: 1, type: expect.stringMatching(/^[a-zA-Z.]+$/) });
    expect(observed(lines)).toBe(60);
    expect(finished.stderr).toMatch(/^data /m);
  });

  test("the last line has exactly the agreed shape, and says what the campaign found", () => {
    const last = LastLine.parse(JSON.parse(lines.at(-1)!));
    expect(last.experiments).toBe(60);
    const { value, interval90 } = last.best;
    expect(interval90[0]).toBeLessThan(value);
    expect(interval90[1]).toBeGreaterThan(value);
    expect(last.bestMeasured.value).toBeGreaterThanOrEqual(Math.max(...last.best.observed));
    expect(last.random.interval95[0]).toBeLessThanOrEqual(last.random.medianExperiments);
    expect(last.random.interval95[1]).toBeGreaterThanOrEqual(last.random.medianExperiments);
  });

  test("a finished folder gives the same last line again, byte for byte, and nothing else", async () => {
    const again = await labloop(["run", demoCampaign, "--json", "--data", finished.data]);
    expect(again).toMatchObject({ code: 0, stdout: `${lines.at(-1)}\n` });
  });

  test("devices takes a data folder for its lab, and says what to type where there is none", async () => {
    const { code, stdout } = await labloop(["devices", finished.data, "--json"]);
    expect({ code, said: jsonLines(stdout) }).toMatchObject({ code: 0, said: [{ ok: true, lab: "demo" }] });
    const nowhere = await labloop(["devices", "nowhere"]);
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toContain("labloop devices nowhere --lab LAB.yaml");
  });

  test("--data wins over LABLOOP_DATA, and LABLOOP_DATA over the default", async () => {
    const elsewhere = join(privateFolder(), "file");
    writeFileSync(elsewhere, "");
    const byVariable = await labloop(["run", demoCampaign, "--json"], { env: { LABLOOP_DATA: finished.data } });
    expect(byVariable.stdout).toBe(`${lines.at(-1)}\n`);
    const byFlag = await labloop(["run", demoCampaign, "--json", "--data", finished.data], {
      env: { LABLOOP_DATA: elsewhere },
    });
    expect(byFlag.stdout).toBe(`${lines.at(-1)}\n`);
  });

  test("another seed, clock, campaign or lab is refused in a used folder, with every difference named", async () => {
    const into = ["--data", finished.data];
    expect(await refusal(["run", demoCampaign, "--seed", "8", "--clock", "scaled", ...into])).toMatchObject({
      code: 2,
      said: {
        v: 1,
        type: "error",
        code: "run.differentCampaign",
        message: expect.stringMatching(/seed is 7, not 8.*clock is virtual, not scaled/),
      },
    });
    const campaign = copyOfDemo({
      "protocols/crossed-barrel/campaign.yaml": (text) => text.replace("experiments: 60", "experiments: 61"),
    });
    const lab = copyOfDemo({
      "simulator/labs/demo/lab.yaml": (text) => text.replace("labloop demonstration", "somebody else"),
    });
    for (const [folder, what] of [
      [campaign, "campaign"],
      [lab, "lab"],
    ] as const) {
      // Drivers and the world are found from the lab file, so the changed copy of one of them is used with the other's original.
      const isLab = what === "lab";
      const changed = join(folder, isLab ? "simulator/labs/demo/lab.yaml" : "protocols/crossed-barrel/campaign.yaml");
      if (isLab) linkModules(folder);
      const args = isLab ? ["run", demoCampaign, "--lab", changed] : ["run", changed, "--lab", demoLab];
      expect(await refusal([...args, ...into])).toMatchObject({
        code: 2,
        said: { code: "run.differentCampaign", message: expect.stringContaining(`its ${what} file was another`) },
      });
    }
  });

  test("replay verifies the whole journal; one altered byte is found, and its event named", async () => {
    const good = await labloop(["replay", finished.data, "--json"]);
    const { journal } = LastLine.parse(JSON.parse(lines.at(-1)!));
    expect(good.code).toBe(0);
    expect(jsonLines(good.stdout)).toEqual([
      {
        v: 1,
        ok: true,
        ...journal,
        state: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        campaign: "crossed-barrel",
        phase: "finished",
        experiments: 60,
        openCommands: 0,
      },
    ]);

    const copy = join(privateFolder(), "data");
    cpSync(finished.data, copy, { recursive: true });
    const database = new DatabaseSync(join(copy, "journal.db"));
    // Seconds become metres: still an event, and still valid JSON.
    const rows = database.prepare(`SELECT seq FROM events WHERE body LIKE '%"unit":"s"%' ORDER BY seq`).all();
    const seq = Number(rows[30]!["seq"]);
    database.prepare(`UPDATE events SET body = replace(body, '"unit":"s"', '"unit":"m"') WHERE seq = ?`).run(seq);
    database.close();
    const bad = await labloop(["replay", copy, "--json"]);
    expect(bad.code).toBe(1);
    expect(jsonLines(bad.stdout)).toEqual([
      {
        v: 1,
        ok: false,
        faults: [
          expect.objectContaining({ code: "journal.altered", message: expect.stringContaining(`event ${seq} `) }),
        ],
      },
    ]);
    // Nor is it run on.
    expect(await refusal(["run", demoCampaign, "--data", copy])).toMatchObject({
      code: 1,
      said: { code: "journal.altered", message: expect.stringContaining(`event ${seq} `) },
    });
  });
});

describe("labloop run, while it runs", () => {
  test("listens on loopback only, refuses a second engine in its folder, and ends unharmed with 60", async ({
    skip,
  }) => {
    if (process.platform !== "linux") skip("the kernel's socket tables are read from /proc, which only Linux has");
    const data = join(privateFolder(), "data");
    const args = ["run", demoCampaign, "--json", "--data", data, "--seed", "3", "--scale", "4000", "--port", "0"];
    const run = launch(args);
    await run.until((lines) => observed(lines) >= 1);
    const sockets = listeningSockets(run.pid);
    // Eight plants, the broker, the dashboard, and where devices put large results.
    expect(sockets).toHaveLength(11);
    expect(sockets.filter((address) => !address.startsWith("127."))).toEqual([]);

    expect(await refusal(args)).toMatchObject({ code: 75, said: { type: "error", code: "journal.inUse" } });
    const { code, stdout } = await run.ended;
    expect(code).toBe(0);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: "campaign.finished", experiments: 60 });
    expect(audit(data)).toMatchObject({ findings: [], successes: 60, doubts: 0 });
  });

  test("works on a broker named with --broker; one interrupt finishes what runs, ends with 5, and the folder says so for good", async () => {
    const broker = await openBroker({ lab: "demo", log: silent });
    try {
      const data = join(privateFolder(), "data");
      const args = ["run", demoCampaign, "--json", "--data", data, "--seed", "4", "--scale", "4000"];
      const run = launch([...args, "--broker", broker.url]);
      await run.until((lines) => observed(lines) >= 3);
      run.signal("SIGINT");
      const { code, stdout, stderr } = await run.ended;
      expect(stderr).toContain(`broker ${broker.url}`);
      expect({ code, said: stderr.includes("stopping: what runs is finished first") }).toEqual({ code: 5, said: true });
      const last = stdout.trimEnd().split("\n").at(-1)!;
      const { experiments } = JSON.parse(last) as { experiments: number };
      expect(experiments).toBeGreaterThanOrEqual(3);
      expect(experiments).toBeLessThan(60);
      // Every part that was begun was carried through and cleared away.
      expect(audit(data)).toMatchObject({ findings: [], successes: experiments, failures: 0, acts: 5 * experiments });
      expect(await labloop(args)).toMatchObject({ code: 5, stdout: `${last}\n` });
    } finally {
      await broker.close();
    }
  });
});

describe("labloop check", () => {
  test("good files have no faults", async () => {
    const protocol = join(root, "protocols/crossed-barrel/protocol.yaml");
    const { code, stdout } = await labloop(["check", demoCampaign, protocol, demoLab, "--json"]);
    expect({ code, lines: jsonLines(stdout) }).toEqual({ code: 0, lines: [{ v: 1, ok: true, faults: [] }] });
  });

  test("every fault of every file comes at once, once, with its place, a code, and what would mend it", async () => {
    const folder = copyOfDemo({
      "protocols/crossed-barrel/campaign.yaml": (text) =>
        text.replace("toughness: J\n", "toughness: kg\n").replace("r: { unit: mm", "r: { unit: s"),
      "protocols/crossed-barrel/protocol.yaml": (text) =>
        text
          .replace("balance.weigh", "balance.wiegh")
          .replace("25 mm\n", "25 g\n")
          .replace("arm: part-mover", "arm: part-moover"),
    });
    linkModules(folder);
    const files = ["protocols/crossed-barrel/campaign.yaml", "protocols/crossed-barrel/protocol.yaml"];
    const args = ["check", ...files, "simulator/labs/demo/lab.yaml", "--json"];
    const { code, stdout } = await labloop(args, { cwd: folder });
    expect(code).toBe(3);
    const [report] = jsonLines(stdout) as { v: 1; ok: boolean; faults: Record<string, unknown>[] }[];
    expect(report).toMatchObject({ v: 1, ok: false });
    for (const fault of report!.faults) {
      expect(fault).toMatchObject({
        file: expect.stringMatching(/\.yaml$/),
        line: expect.any(Number),
        column: expect.any(Number),
        code: expect.stringMatching(/^[a-z]+(\.[a-zA-Z]+)+$/),
        message: expect.stringMatching(/./),
      });
    }
    const places = report!.faults.map(
      ({ file, line, code: name }) => `${String(file)}:${String(line)} ${String(name)}`,
    );
    expect(new Set(places).size).toBe(places.length);
    expect(places.toSorted()).toEqual([
      "protocols/crossed-barrel/campaign.yaml:20 campaign.parameterUnit",
      "protocols/crossed-barrel/campaign.yaml:24 campaign.objectiveUnit",
      "protocols/crossed-barrel/campaign.yaml:31 campaign.observedUnit",
      "protocols/crossed-barrel/protocol.yaml:10 protocol.capabilityMissing",
      "protocols/crossed-barrel/protocol.yaml:36 protocol.operationUnknown",
      "protocols/crossed-barrel/protocol.yaml:49 protocol.paramUnit",
    ]);
    expect(report!.faults.find(({ code: name }) => name === "protocol.operationUnknown")).toMatchObject({
      column: 18,
      hint: "did you mean 'weigh'?",
    });
    const plain = await labloop(args.slice(0, -1), { cwd: folder });
    expect(plain).toMatchObject({ code: 3, stdout: "" });
    expect(plain.stderr).toContain("protocols/crossed-barrel/protocol.yaml:36:18: ");
    expect(plain.stderr).toMatch(/^6 faults$/m);
  });

  test("an interlock that cannot be read hides no plan that the envelope of the same lab file forbids", async () => {
    const interlocks = `
  interlocks:
    hood: { device: balance, channel: draught, below: 3 degC, staleAfter: 5 s }
`;
    const folder = copyOfDemo({
      "simulator/labs/demo/lab.yaml": (text) =>
        `${text.replace("travel: { max: 40 mm }", "travel: { max: 20 mm }").trimEnd()}${interlocks}`,
    });
    linkModules(folder);
    const args = ["check", "protocols/crossed-barrel/campaign.yaml", "--json"];
    const { code, stdout } = await labloop(args, { cwd: folder });
    expect(code).toBe(3);
    const [report] = jsonLines(stdout) as { faults: { code: string; file: string }[] }[];
    const codes = report!.faults.map(({ file, code: name }) => `${file.split("/").at(-1)} ${name}`);
    expect(new Set(codes)).toEqual(new Set(["lab.yaml interlock.channelUnknown", "protocol.yaml envelope.violated"]));
  });

  test("a protocol with no lab to check it against is told what to add", async () => {
    const protocol = join(root, "protocols/crossed-barrel/protocol.yaml");
    const { code, stdout } = await labloop(["check", protocol, "--json"]);
    expect(code).toBe(3);
    expect(jsonLines(stdout)).toEqual([
      {
        v: 1,
        ok: false,
        faults: [expect.objectContaining({ code: "check.noLab", hint: expect.stringContaining("--lab") })],
      },
    ]);
    expect(await labloop(["check", protocol, "--lab", demoLab])).toMatchObject({ code: 0 });
  });
});

describe("labloop, asked for what it cannot do", () => {
  test.each([
    ["an unknown option", ["run", demoCampaign, "--sed", "7"]],
    ["an unknown command", ["rnu"]],
    ["no command", []],
    ["a clock there is not", ["run", demoCampaign, "--clock", "lunar"]],
    ["a seed that is no number", ["run", demoCampaign, "--seed", "x"]],
    ["a scale of nothing", ["run", demoCampaign, "--scale", "0"]],
  ])("%s is a usage error: 2, and nothing on stdout", async (_what, args) => {
    const cwd = privateFolder();
    const { code, stdout, stderr } = await labloop(args, { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).not.toBe("");
  });

  test("a file that is not there is a fault that names it", async () => {
    for (const command of ["run", "check"]) {
      const { code, stdout } = await labloop([command, "no/such.yaml", "--json"]);
      expect(code).toBe(3);
      expect(jsonLines(stdout)).toEqual([
        { v: 1, ok: false, faults: [expect.objectContaining({ code: "file.notReadable", file: "no/such.yaml" })] },
      ]);
    }
    expect(await refusal(["replay", join(privateFolder(), "none")])).toMatchObject({
      code: 1,
      said: { type: "error", code: "journal.notFound" },
    });
  });

  test("a data folder that cannot be made is an error that says what to do", async () => {
    const file = join(privateFolder(), "file");
    writeFileSync(file, "");
    // In /proc a parent that is there refuses every child as missing.
    for (const folder of [join(file, "data"), "/proc/labloop/data"]) {
      expect(await refusal(["run", demoCampaign, "--data", folder])).toMatchObject({
        code: 1,
        said: { v: 1, type: "error", code: "run.dataNotWritable", hint: expect.stringContaining("--data") },
      });
    }
  });
});

test("labloop devices says what every device of a lab can do", async () => {
  const { code, stdout } = await labloop(["devices", "--lab", demoLab, "--json"]);
  expect(code).toBe(0);
  const [said] = jsonLines(stdout) as { devices: Record<string, { capability: string; operations: object }> }[];
  expect(said).toMatchObject({ v: 1, ok: true, lab: "demo", mode: "simulated" });
  expect(
    Object.entries(said!.devices).map(([id, caps]) => [id, caps.capability, Object.keys(caps.operations)]),
  ).toEqual([
    ...[1, 2, 3, 4, 5].map((n) => [`printer-${n}`, "fdm-printer", ["print"]]),
    ["arm", "part-mover", ["transfer"]],
    ["balance", "balance", ["weigh"]],
    ["tester", "compression-tester", ["compress"]],
  ]);
});

test("labloop --version says which version it is, alone on stdout", async () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  for (const word of ["--version", "-V"]) {
    expect(await labloop([word])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: "" });
  }
});
