import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { typescriptDriver } from "../../src/scaffold/typescript-driver.ts";

const launcher = fileURLToPath(new URL("../../bin/labloop.mjs", import.meta.url));
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "labloop-guard-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command on a first driver that does one thing more as it finishes an act, or as it is loaded. */
function run(command: "check" | "conformance", more: { readonly finishing?: string; readonly loading?: string }) {
  const { "driver.ts": driver = "", "plant.ts": plant = "" } = typescriptDriver("drop", folder);
  const changed = driver.replace("done }) {\n", (found) => `${found}${more.finishing ?? ""};\n`);
  writeFileSync(join(folder, "driver.ts"), `${changed}${more.loading ?? ""};\n`);
  writeFileSync(join(folder, "plant.ts"), plant);
  const args = command === "check" ? [] : ["--plant", join(folder, "plant.ts"), "--only", "C2.1"];
  return spawnSync(process.execPath, [launcher, command, join(folder, "driver.ts"), ...args], { encoding: "utf8" });
}

const loaded = 'process.getBuiltinModule("node:fs").writeSync(2, "first\\n")';

/** Runs what is in the place of a driver's start under the guard, which waits for it no longer than 300 ms. */
function guard(start: string, nodeFlags: readonly string[]) {
  const module = new URL("../../src/conformance/guard-process.ts", import.meta.url).href;
  const text = `import { guardProcess } from "${module}";
const start = async () => {
  ${start}
};
await guardProcess((note) => { note("shake.start"); return start(); }, 300);
`;
  const file = join(folder, "blocks.mjs");
  writeFileSync(file, text);
  return spawnSync(process.execPath, [...nodeFlags, file], { encoding: "utf8", timeout: 20_000 });
}

test("a driver that ends the process that tests it is told, and has failed", () => {
  const { status, stderr } = run("conformance", { finishing: "process.exit(0)" });
  expect([status, stderr]).toEqual([1, expect.stringContaining("[driver.ended]")]);
});

test("a driver that throws where nobody waits for it is told with its place, and has failed", () => {
  const { status, stderr } = run("conformance", { finishing: 'void Promise.reject(new Error("stray"))' });
  expect([status, stderr]).toEqual([1, expect.stringMatching(/driver\.ts:\d+:\d+: .*stray.*\[driver\./)]);
});

test.each([
  ["a loop", "for (;;) Math.sqrt(2)"],
  ["a wait for what is there already", "await (async () => { for (;;) await null; })()"],
])(
  "a driver that lets nothing else run is ended, and told with its place and what was under way: %s",
  (_what, loop) => {
    const { status, stderr } = guard(`${loop};`, ["--import", `data:text/javascript,${encodeURIComponent(loaded)}`]);
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/blocks\.mjs:3:\d+: .*during shake\.start \[driver\.blocks\]/),
    ]);
    // What is to be loaded first, as this watch is before a driver's own tests, is not loaded by the thread that watches.
    expect(stderr.split("first\n")).toHaveLength(2);
  },
);

test("a driver that somebody stops at a line of, with a debugger, is not ended", () => {
  const stopped = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500)";
  const { status, stderr } = guard(`${stopped};`, ["--inspect=127.0.0.1:0"]);
  expect([status, stderr]).toEqual([0, expect.not.stringContaining("driver.blocks")]);
});

test("a module that leaves a timer behind keeps no command from ending", () => {
  const { status, stdout, stderr } = run("check", { loading: "setInterval(() => {}, 1_000)" });
  expect([status, stdout]).toEqual([0, expect.stringContaining("no faults")]);
  expect(stderr).toContain("[driver.leftover]");
});
