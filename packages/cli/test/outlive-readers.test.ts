import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const launcher = fileURLToPath(new URL("../bin/labloop.mjs", import.meta.url));
const campaign = fileURLToPath(new URL("../../../protocols/crossed-barrel/campaign.yaml", import.meta.url));

test("a process whose readers have gone, of talk and of results, goes on to its own end", async () => {
  const script = `
    import { once } from "node:events";
    import { outliveReaders } from ${JSON.stringify(new URL("../src/outlive-readers.ts", import.meta.url).href)};
    const hasLost = outliveReaders(process);
    await once(process.stdin, "data");
    for (let round = 0; round < 3; round++) {
      process.stdout.write("a result\\n");
      process.stderr.write("talk\\n");
      await new Promise(setImmediate);
    }
    process.exit(hasLost() ? 1 : 7);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["pipe", "pipe", "pipe"] });
  child.stdout.destroy();
  child.stderr.destroy();
  child.stdin.end("go on\n");
  expect(await once(child, "exit")).toEqual([7, null]);
});

test.skipIf(!existsSync("/dev/full"))("output that finds no room is told, and is no success", () => {
  const full = openSync("/dev/full", "w");
  const { status, stderr } = spawnSync(process.execPath, [launcher, "check", campaign], {
    stdio: ["ignore", full, "pipe"],
    encoding: "utf8",
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^labloop: the output is lost from here on: ENOSPC.*\n$/);
});
