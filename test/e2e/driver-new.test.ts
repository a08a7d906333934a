import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { jsonLines, labloop, root } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";
import { python, whyNoPython } from "../support/python-environment.ts";

const codeLines = (text: string) => text.split("\n").filter((line) => !/^\s*((\/\/|#).*|)$/.test(line)).length;

test("a first driver compiles, passes its test and loads in a lab, wherever it lies, and fails once it breaks its word", async () => {
  const folder = join(privateFolder(), "my-pump");
  const made = await labloop(["driver", "new", folder, "--json"]);
  expect({ code: made.code, stderr: made.stderr }).toEqual({ code: 0, stderr: "" });
  const source = readFileSync(join(folder, "driver.ts"), "utf8");
  expect(codeLines(source)).toBeLessThanOrEqual(60);

  const tested = await labloop(["driver", "test", folder]);
  expect(tested.code, tested.stdout).toBe(0);

  writeFileSync(
    join(folder, "lab.yaml"),
    `schemaVersion: 1
lab: bench
title: { en: A bench }
mode: real
owner: Ada
contact: Ada
devices:
  my-pump:
    module: ./driver.ts
    transport: { tcp: "192.0.2.7:4001" }
`,
  );
  const lab = await labloop(["devices", "--lab", join(folder, "lab.yaml"), "--json"]);
  expect(jsonLines(lab.stdout)).toMatchObject([{ ok: true, devices: { "my-pump": { capability: "my-pump" } } }]);

  // A result that is not what was announced: the compiler alone finds it.
  const tests = join(folder, "driver.test.ts");
  const ownTests = readFileSync(tests, "utf8");
  writeFileSync(tests, "");
  writeFileSync(
    join(folder, "driver.ts"),
    source.replace("delivered: { value: volume, unit", 'delivered: { value: "much", unit'),
  );
  const broken = await labloop(["driver", "test", folder]);
  expect(broken.code).toBe(1);
  expect(broken.stdout).toMatch(/driver\.ts\(\d+,\d+\): error TS2322/);

  // Well typed, and nothing that the instrument understands: the tests alone find it.
  writeFileSync(tests, ownTests);
  rmSync(join(folder, "tsconfig.json"));
  writeFileSync(join(folder, "driver.ts"), source.replace("`DISPENSE ", "`DISPENS "));
  const misspelt = await labloop(["driver", "test", folder]);
  expect(misspelt.code).toBe(1);
  expect(misspelt.stdout).toContain("C2.1");
}, 120_000);

test("a first declared instrument is held to silver at once and loads in a lab; a fault in it is placed, and a lie is found", async () => {
  const folder = join(privateFolder(), "my-supply");
  const made = await labloop(["driver", "new", folder, "--yaml", "--json"]);
  expect({ code: made.code, stderr: made.stderr }).toEqual({ code: 0, stderr: "" });
  const path = join(folder, "driver.yaml");
  const source = readFileSync(path, "utf8");
  expect(codeLines(source)).toBeLessThanOrEqual(25);
  const tested = await labloop(["driver", "test", folder]);
  expect(tested.code, tested.stdout).toBe(0);
  expect(tested.stdout).toContain("level: silver");

  const lab = join(folder, "lab.yaml");
  const head = "schemaVersion: 1\nlab: bench\ntitle: { en: A bench }\nmode: real\nowner: Ada\ncontact: Ada\ndevices:\n";
  writeFileSync(lab, `${head}  supply:\n    module: ./driver.yaml\n    transport: { tcp: "192.0.2.7:5025" }\n`);
  const devices = await labloop(["devices", "--lab", lab, "--json"]);
  expect(jsonLines(devices.stdout)).toMatchObject([{ ok: true, devices: { supply: { kind: "my-supply" } } }]);

  writeFileSync(path, source.replace("{volume}", "{volumes}"));
  const faulty = await labloop(["driver", "test", folder]);
  expect(faulty.code).toBe(3);
  expect(faulty.stderr).toMatch(/driver\.yaml:\d+:\d+: .*volumes/);

  // It takes the volume of the last for the number of them all.
  writeFileSync(path, source.replace(String.raw`'^\S+ (?<count>\d+) '`, String.raw`'^\S+ \d+ (?<count>\d+)'`));
  const lying = await labloop(["driver", "test", folder]);
  expect(lying.code).toBe(1);
  expect(lying.stdout).toContain("C7.");
}, 120_000);

test("a folder without a test is named, and a second driver in the same folder overwrites nothing", async () => {
  const folder = privateFolder();
  expect((await labloop(["driver", "test", folder])).code).toBe(2);
  expect((await labloop(["driver", "new", folder])).code).toBe(0);
  const again = await labloop(["driver", "new", folder]);
  expect(again.code).toBe(1);
  expect(again.stderr).toContain("driver.ts, plant.ts, driver.test.ts, package.json, tsconfig.json already");
});

describe.skipIf(whyNoPython() !== null)(`in Python${whyNoPython() === null ? "" : ` (${whyNoPython()})`}`, () => {
  test("a first driver passes its test, announces itself to a lab, and fails once its probe lies", async () => {
    const folder = join(privateFolder(), "py-pump");
    expect((await labloop(["driver", "new", folder, "--python"])).code).toBe(0);
    const path = join(folder, "driver.py");
    const source = readFileSync(path, "utf8");
    expect(codeLines(source)).toBeLessThanOrEqual(30);
    const env = { LABLOOP_PYTHON: python };
    const tested = await labloop(["driver", "test", folder], { env });
    expect(tested.code, tested.stderr).toBe(0);

    const kit = { ...process.env, PYTHONPATH: join(root, "devices/python/src") };
    const announce = ["-m", "labloop_driver", "driver.py", "--announce", "driver.caps.json"];
    expect(spawnSync(python, announce, { cwd: folder, env: kit }).status).toBe(0);
    const device = "  py-pump:\n    module: ./driver.caps.json\n";
    const head =
      "schemaVersion: 1\nlab: bench\ntitle: { en: A bench }\nmode: real\nowner: Ada\ncontact: Ada\ndevices:\n";
    writeFileSync(join(folder, "lab.yaml"), head + device);
    const lab = await labloop(["devices", "--lab", join(folder, "lab.yaml"), "--json"]);
    expect(jsonLines(lab.stdout)).toMatchObject([{ ok: true, devices: { "py-pump": { kind: "py-pump" } } }]);

    writeFileSync(path, source.replace('("BUSY?", "1")', '("BUSY?", "0")'));
    expect((await labloop(["driver", "test", folder], { env })).code).toBe(1);
    writeFileSync(path, source.replace("    await ctx.order", "    __import__('os')._exit(0)\n    await ctx.order"));
    expect(await labloop(["driver", "test", folder], { env })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("with code 0 [driver.ended]"),
    });
    writeFileSync(path, source.replace("    await ctx.order", "    raise OSError(5)\n    await ctx.order"));
    expect(await labloop(["driver", "test", folder], { env })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("OSError: 5"),
    });
    for (const line of ["import nothing_of_this_name", "raise SystemExit(0)", "eval('(')"]) {
      writeFileSync(path, `${source}${line}\n`);
      const { status, stderr } = spawnSync(python, announce, { cwd: folder, env: kit, encoding: "utf8" });
      const told = expect.stringMatching(/driver\.py:\d+: the driver does not load: [^\n]*\n$/);
      expect([status, stderr]).toEqual([2, told]);
    }
  }, 120_000);
});
