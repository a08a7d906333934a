import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { jsonLines, labloop, root } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";

const lab = `schemaVersion: 1
lab: bench
title: { en: A bench }
mode: real
owner: Ada
contact: ada@lab.example
devices:
  thing:
    module: ./drivers/thing.ts
    transport: { tcp: "192.0.2.7:4001" }
`;

const driver = `import { type ByteStream, defineDevice } from "@labloop/driver";
import * as z from "zod";

export default defineDevice<object, ByteStream>({
  kind: "thing",
  driverVersion: "1.0.0",
  api: 2,
  capability: "thing",
  title: { en: "A thing" },
  manual: "none",
  config: z.strictObject({}),
  connect: async (stream) => stream,
  identify: () => ({ serial: null, firmware: null }),
  operations: {},
});
`;

/** A lab of somebody's own, far from this repository, with a driver beside it. */
function ownLab(source: string): string {
  const folder = privateFolder();
  mkdirSync(join(folder, "drivers"));
  writeFileSync(join(folder, "lab.yaml"), lab);
  writeFileSync(join(folder, "drivers/thing.ts"), source);
  return join(folder, "lab.yaml");
}

test("a driver in a folder outside the repository imports the kit and zod without an install", async () => {
  const { code, stdout, stderr } = await labloop(["devices", "--lab", ownLab(driver), "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(jsonLines(stdout)).toMatchObject([{ ok: true, devices: { thing: { kind: "thing" } } }]);
});

test("what neither the folder nor this installation has is told by name, with the file that asks for it", async () => {
  const { code, stdout } = await labloop(["check", ownLab(`import "left-pad-of-nobody";\n${driver}`), "--json"]);
  expect(code).toBe(3);
  const [{ faults }] = jsonLines(stdout) as [{ faults: { message: string; line: number; column: number }[] }];
  expect(faults).toMatchObject([{ code: "lab.moduleNotLoaded", line: 9, column: 13 }]);
  expect(faults[0]?.message).toMatch(/left-pad-of-nobody.*drivers\/thing\.ts/);
});

test("a driver that throws when it is loaded is named with the line that threw, and a second fault beside it", async () => {
  const path = ownLab("const wanted = 1;\nthrow new Error(`no library of version ${wanted}`);\n");
  writeFileSync(path, `${lab}  balance:\n    module: "@labloop/device-nobody"\n`);
  const { code, stderr } = await labloop(["check", path], { cwd: root });
  expect(code).toBe(3);
  expect(stderr).toContain(
    'lab.yaml:9:13: the module "./drivers/thing.ts" could not be loaded: no library of version 1',
  );
  expect(stderr).toContain("drivers/thing.ts:2");
  expect(stderr).toContain('lab.yaml:12:13: the module "@labloop/device-nobody" could not be found');
  expect(stderr).toContain("2 faults");
});

test("an act without a probe is told with the line of the driver's own file where it is declared, and what to add", async () => {
  const shake =
    '{ title: "Shake", params: {}, result: {}, duration: { typicalMs: 1, maxMs: 2 }, start: async () => {} }';
  const { code, stderr } = await labloop([
    "check",
    ownLab(driver.replace("operations: {}", `operations: {\n    shake: ${shake},\n  }`)),
  ]);
  expect(code).toBe(3);
  expect(stderr).toMatch(/the operation shake: it has `start` and no `probe`/);
  expect(stderr).toMatch(/drivers\/thing\.ts:15: add probe: \{ rises: "begin" or "end", state \}/);
});
