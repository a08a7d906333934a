import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { demoLab, jsonLines, labloop, root } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";

interface Said {
  readonly ok: boolean;
  readonly findings: readonly { readonly about: string; readonly level: string; readonly code: string }[];
}

test("a sound machine with the demo lab has no fault, and doctor ends with 0", async () => {
  const { code, stdout } = await labloop(["doctor", demoLab, "--data", privateFolder(), "--json"]);
  const [said] = jsonLines(stdout) as unknown as Said[];
  expect(said?.findings.filter(({ level }) => level === "fault")).toEqual([]);
  expect(said?.findings.map(({ about }) => about)).toEqual(expect.arrayContaining(["Node", "disk fsync", "lab"]));
  expect(code).toBe(0);
});

test("a driver that throws, a device that is off and a broker that is gone are told in one go, and doctor ends with 1", async () => {
  const folder = privateFolder();
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
  await new Promise((resolve) => server.close(resolve));
  writeFileSync(join(folder, "thing.ts"), 'throw new Error("no vendor library");\n');
  const lab = join(folder, "lab.yaml");
  writeFileSync(
    lab,
    `schemaVersion: 1
lab: bench
title: { en: A bench }
mode: real
owner: Ada
contact: Ada
devices:
  thing:
    module: ./thing.ts
    transport: { tcp: "127.0.0.1:${port}" }
`,
  );
  const args = ["doctor", lab, "--data", folder, "--broker", `mqtt://127.0.0.1:${port}`];
  const { code, stdout } = await labloop(args);
  expect(code).toBe(1);
  expect(stdout).toContain("no vendor library");
  expect(stdout).toMatch(/✗ device thing +no TCP connection/);
  expect(stdout).toMatch(/✗ broker +the broker at/);
  expect(stdout).toContain("3 faults");
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test.skipIf(process.platform === "win32")("a serial port that this account may not use is told with its group", () => {
  const folder = mkdtempSync(join(tmpdir(), "labloop-serial-"));
  const port = join(folder, "ttyUSB0");
  const lab = join(folder, "lab.yaml");
  writeFileSync(port, "");
  chmodSync(port, 0o000);
  const box = `  box:\n    module: "@labloop/device-marlin-gcode"\n    transport: { serial: ${port} }\n`;
  const head = "schemaVersion: 1\nlab: bench\ntitle: { en: A bench }\nmode: real\nowner: Ada\ncontact: Ada\ndevices:\n";
  writeFileSync(lab, head + box);
  chmodSync(folder, 0o777);
  // To a superuser nothing is forbidden.
  const account = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const args = [join(root, "packages/cli/bin/labloop.mjs"), "doctor", lab, "--data", folder, "--json"];
  const { stdout, stderr } = spawnSync(process.execPath, args, { ...account, cwd: folder, encoding: "utf8" });
  rmSync(folder, { recursive: true });
  const [said] = jsonLines(stdout) as unknown as Said[];
  expect(
    said?.findings.find(({ about }) => about === "device box"),
    stderr,
  ).toMatchObject({ code: "driver.untried" });
  expect(said?.findings.map(({ code }) => code)).toContain("serial.notPermitted");
});
