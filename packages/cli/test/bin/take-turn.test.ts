import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const module = new URL("../../bin/take-turn.mjs", import.meta.url);

function privateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "labloop-turn-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A process that takes the turn, says so, and keeps it until it is told to go on; then it gives it back, or with "die" just ends. */
function taker(lock: string, then: "give-back" | "die" = "give-back") {
  const script = `
    import { takeTurn } from ${JSON.stringify(module.href)};
    const giveBack = takeTurn(${JSON.stringify(lock)}, (line) => console.log("waits: " + line));
    console.log("has it");
    process.stdin.once("data", () => {
      if (${JSON.stringify(then)} === "give-back") giveBack();
      process.exit(0);
    });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["pipe", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return {
    async until(text: string) {
      while (!said.includes(text)) await once(child.stdout, "data");
    },
    said: () => said,
    async end() {
      child.stdin.end("go on\n");
      await once(child, "exit");
    },
  };
}

test("two installs take turns: the second says whom it waits for, and begins when the first is done", async () => {
  const lock = join(privateFolder(), "lock");
  const first = taker(lock);
  await first.until("has it");
  const { pid } = JSON.parse(readFileSync(lock, "utf8")) as { pid: number };
  const second = taker(lock);
  await second.until("waits: ");
  expect(second.said()).toContain(`process ${pid}`);
  expect(second.said()).not.toContain("has it");
  await first.end();
  await second.until("has it");
  await second.end();
  expect(existsSync(lock)).toBe(false);
});

test("an install that was killed keeps nobody waiting", async () => {
  const lock = join(privateFolder(), "lock");
  const killed = taker(lock, "die");
  await killed.until("has it");
  await killed.end();
  expect(existsSync(lock)).toBe(true);
  const next = taker(lock);
  await next.until("has it");
  expect(next.said()).not.toContain("waits");
  await next.end();
});

test.each([
  ["of another machine", (lock: string) => writeFileSync(lock, JSON.stringify({ pid: 1, host: `not-${hostname()}` }))],
  ["that says nothing", (lock: string) => writeFileSync(lock, "")],
  ["that is a folder", (lock: string) => mkdirSync(lock)],
])("a lock %s is waited for, and after ten minutes counts as left behind", async (_what, make) => {
  const lock = join(privateFolder(), "lock");
  make(lock);
  const next = taker(lock);
  await next.until("waits: ");
  expect(next.said()).not.toContain("has it");
  utimesSync(lock, 1_000, 1_000);
  await next.until("has it");
  await next.end();
  expect(existsSync(lock)).toBe(false);
});

test("an install that fails says why, and lets the next one try at once", () => {
  const folder = privateFolder();
  const bin = join(folder, "packages", "cli", "bin");
  mkdirSync(bin, { recursive: true });
  for (const name of ["bootstrap.mjs", "put-aside-unfit.mjs", "take-turn.mjs", "workspace-manifests.mjs"]) {
    writeFileSync(join(bin, name), readFileSync(fileURLToPath(new URL(name, module))));
  }
  writeFileSync(join(folder, "package.json"), "{}");
  writeFileSync(join(folder, "pnpm-workspace.yaml"), "packages: []\n");
  for (let round = 0; round < 2; round++) {
    const { status, stderr } = spawnSync(process.execPath, [join(bin, "bootstrap.mjs")], {
      encoding: "utf8",
      // Nothing to install with.
      env: { PATH: "/nowhere" },
    });
    expect(status).toBe(1);
    expect(stderr).toContain("installing the dependencies failed");
    expect(stderr).not.toContain("waiting");
  }
});
