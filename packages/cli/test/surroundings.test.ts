import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { openDataFolder } from "../src/data-folder.ts";
import { forgetEmptyVariables } from "../src/forget-empty-variables.ts";

const launcher = fileURLToPath(new URL("../bin/labloop.mjs", import.meta.url));
const campaign = fileURLToPath(new URL("../../../protocols/crossed-barrel/campaign.yaml", import.meta.url));

function privateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "labloop-around-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function runWith(env: Record<string, string>) {
  const data = privateFolder();
  return spawnSync(process.execPath, [launcher, "run", campaign, "--data", data], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
}

test("a variable of labloop's that is set to nothing is not set; others are left alone", () => {
  const env: Record<string, string | undefined> = { LABLOOP_DATA: "", LABLOOP_PORT: "4821", PATH: "" };
  forgetEmptyVariables(env);
  expect(env).toEqual({ LABLOOP_PORT: "4821", PATH: "" });
});

test("a variable that says nonsense is named, with what it should be", () => {
  const log = runWith({ LABLOOP_LOG: "loud" });
  expect(log.status).toBe(2);
  expect(log.stderr).toMatch(
    /^labloop: LABLOOP_LOG is loud, and should be one of trace, .*info.* \[usage\.badLogLevel\]$/m,
  );
  const port = runWith({ LABLOOP_PORT: "http" });
  expect(port.status).toBe(2);
  expect(port.stderr).toContain("labloop: LABLOOP_PORT http is not a number");
});

test("an address of a broker that is none is told with where it stands", () => {
  const { status, stderr } = runWith({ LABLOOP_BROKER_URL: "broker:1883" });
  expect([status, stderr]).toEqual([
    expect.any(Number),
    expect.stringMatching(/^labloop: LABLOOP_BROKER_URL: .*\[bus\.badUrl\]$/m),
  ]);
});

test("the demo keeps its data where LABLOOP_DATA says", () => {
  const file = join(privateFolder(), "file");
  writeFileSync(file, "");
  const env = { ...process.env, LABLOOP_DATA: join(file, "demo") };
  const { status, stderr } = spawnSync(process.execPath, [launcher, "start"], { encoding: "utf8", env });
  expect([status === 0, stderr]).toEqual([false, expect.stringContaining(join(file, "demo"))]);
});

test("an error in the log says what it was", () => {
  const script = `
    import { openLog } from ${JSON.stringify(new URL("../src/log.ts", import.meta.url).href)};
    openLog().error({ device: "arm", error: new Error("no room for it") }, "not written");`;
  const { stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  expect(stderr).toContain("no room for it");
});

test("a data folder that cannot be made says why", () => {
  const file = join(privateFolder(), "a-file");
  writeFileSync(file, "");
  expect(() => openDataFolder(file)).toThrow(/cannot be written: .*ENOTDIR/);
});

test("where nothing is installed the launcher says what to type", () => {
  const bin = join(privateFolder(), "packages", "cli", "bin");
  mkdirSync(bin, { recursive: true });
  for (const name of ["labloop.mjs", "hush-experimental.mjs"])
    copyFileSync(join(launcher, "..", name), join(bin, name));
  const { status, stderr } = spawnSync(process.execPath, [join(bin, "labloop.mjs")], { encoding: "utf8" });
  expect(status).toBe(1);
  expect(stderr).toBe(
    'labloop: nothing is installed here yet. Start it once with "npm start" or "npm run labloop -- ...", which install what it needs.\n',
  );
});
