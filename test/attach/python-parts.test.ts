import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { privateFolder } from "../support/private-folder.ts";
import { python, whyNoPython } from "../support/python-environment.ts";
import { kit } from "./support/python-device.ts";

const why = whyNoPython();

/** Runs a script of this folder to its end. */
function run(script: string, ...args: string[]) {
  const file = join(import.meta.dirname, "python", script);
  const { status, stdout, stderr } = spawnSync(python, [file, ...args], {
    env: { PYTHONPATH: kit, PYTHONDONTWRITEBYTECODE: "1" },
    encoding: "utf8",
  });
  return { status, stdout: stdout.trim(), stderr };
}

describe("the parts of the Python kit", () => {
  beforeEach((context) => context.skip(why !== null, why ?? ""));

  test("canonical JSON, parameter hashes and signatures are those of the published vectors", () => {
    const vectors = fileURLToPath(new URL("../../packages/contracts/vectors/wire-v1.json", import.meta.url));
    const { status, stdout, stderr } = run("vectors.py", vectors);
    expect([status, stderr]).toEqual([0, ""]);
    expect(Number(stdout)).toBeGreaterThan(40);
  });

  test("a journal forgets only what was acknowledged by id, and raises its watermark (D9)", () => {
    const { stdout, stderr } = run("journal.py", join(privateFolder(), "pump.db"));
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({ left: [4, 6, 7, 8], watermark: 5, unacked: 1 });
  });
});
