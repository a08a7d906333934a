import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBroker } from "@labloop/broker";
import { createRealClock } from "@labloop/clock";
import { allChecks, type CheckResult, standingOf } from "@labloop/driver/conformance";
import { describe, expect, test } from "vitest";
import { silentLog } from "../contract/twins.ts";
import { privateFolder } from "../support/private-folder.ts";
import { python, whyNoPython } from "../support/python-environment.ts";
import { kit } from "./support/python-device.ts";

const why = whyNoPython();
const root = fileURLToPath(new URL("../../", import.meta.url));
const idsOf = (...groups: readonly string[]) =>
  allChecks.map(({ id }) => id).filter((id) => groups.some((group) => id.startsWith(`${group}.`)));

/**
 * What silver asks for, as runs side by side: nearly all of it is waiting in real time. Stops come first in a run of their own,
 * since a motor that has arrived has no way to go that a stop could cut short.
 */
const longest = idsOf("C1", "C2", "C3", "C4");
const runs = [...[0, 1, 2, 3, 4].map((nth) => longest.filter((_, index) => index % 5 === nth)), idsOf("C5", "C6")];

/** Has the suite start, kill and judge an example of the kit, in one run with a broker, a process and a simulated machine of its own. */
async function judge(example: string, good: string, ids: readonly string[]): Promise<CheckResult[]> {
  const folder = privateFolder();
  const broker = await openBroker({ lab: "test", linkClock: createRealClock(), log: silentLog });
  const [file, params] = [join(root, "devices/python/examples", example), join(folder, "params.yaml")];
  writeFileSync(params, good);
  const start = [
    `PYTHONDONTWRITEBYTECODE=1 PYTHONPATH='${kit}' '${python}' -m labloop_driver '${file}' --device machine --lab test --simulated`,
    `--broker ${broker.url} --journal '${join(folder, "machine.db")}' --heartbeat-ms 250`,
  ].join(" ");
  const words = { "--lab": "test", "--device": "machine", "--start": start, "--params": params, "--only": ids.join() };
  const cli = join(root, "packages/cli/src/main.ts");
  const args = [cli, "conformance", broker.url, "--json", ...Object.entries(words).flat()];
  const printed = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, args, (error, stdout) => {
      if (stdout === "" && error !== null) reject(error);
      else resolve(stdout);
    });
  });
  await broker.close();
  const lines = printed.trim().split("\n");
  const results = lines.map((line) => JSON.parse(line) as CheckResult & { readonly type: string });
  return results.filter(({ type }) => type === "check");
}

/** Expects what `labloop conformance` calls silver, and returns what came of each check. */
async function expectSilver(example: string, good: string): Promise<CheckResult[]> {
  const results = (await Promise.all(runs.map((ids) => judge(example, good, ids)))).flat();
  expect(results.filter(({ verdict }) => verdict !== "passed" && verdict !== "not-applicable")).toEqual([]);
  expect(results.map(({ id }) => id).sort()).toEqual(runs.flat().sort());
  expect(standingOf(results).level).toBe("silver");
  return results;
}

describe.skipIf(why !== null)(`a Python library's machine${why === null ? "" : ` (${why})`}`, () => {
  test("PyLabRobot's liquid handler is silver, with acts that its simulator does at once; for gold nobody counts its acts", async () => {
    await expectSilver("liquid_handler.py", "transfer: { source: A1, target: B1, volume: 1 uL }\n");
  });

  test("ophyd-async's motor is silver, with a move cancelled on its way; for gold nobody counts its moves", async () => {
    const results = await expectSilver("positioner.py", "move: { target: 2 mm }\n");
    expect(results.find(({ id }) => id === "C5.1")?.figures).toEqual({ stopped: 1 });
  });
});
