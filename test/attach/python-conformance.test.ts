import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBroker } from "@labloop/broker";
import { createRealClock } from "@labloop/clock";
import { describe, expect, test } from "vitest";
import { silentLog } from "../contract/twins.ts";
import { privateFolder } from "../support/private-folder.ts";
import { python, whyNoPython } from "../support/python-environment.ts";
import { kit } from "./support/python-device.ts";

const why = whyNoPython();
const root = fileURLToPath(new URL("../../", import.meta.url));

describe.skipIf(why !== null)(`the Python kit${why === null ? "" : ` (${why})`}`, () => {
  test("a Python driver is silver: it is held against the contract over a broker, killed and started again", async () => {
    const folder = privateFolder();
    const plant = join(folder, "plant");
    mkdirSync(plant);
    writeFileSync(join(plant, "log"), "");
    // An act that is over at once could not be disturbed.
    writeFileSync(join(plant, "slow"), "");
    const broker = await openBroker({ lab: "test", linkClock: createRealClock(), log: silentLog });
    const pid = join(folder, "pid");
    const restart = join(folder, "restart.sh");
    const driver = [
      "-m",
      "labloop_driver",
      join(root, "test/attach/python/pump.py"),
      "--name",
      "pump",
      "--device",
      "pump-1",
      "--lab",
      "test",
      "--broker",
      broker.url,
      "--journal",
      join(folder, "journal.db"),
      "--config",
      JSON.stringify({ plant }),
    ];
    const quoted = [python, ...driver].map((word) => `'${word}'`).join(" ");
    writeFileSync(
      restart,
      `[ -f '${pid}' ] && kill -9 $(cat '${pid}')\nexport PYTHONPATH='${kit}' PYTHONDONTWRITEBYTECODE=1\n${quoted} >/dev/null 2>&1 &\necho $! >'${pid}'\n`,
    );
    const params = join(folder, "params.yaml");
    writeFileSync(params, "watch: { points: 3 }\ndispense: { volume: { value: 5, unit: uL } }\n");
    const run = (file: string, args: readonly string[]) =>
      new Promise<string>((resolve, reject) => {
        execFile(file, args, (error, stdout) => (stdout === "" && error !== null ? reject(error) : resolve(stdout)));
      });
    await run("/bin/sh", [restart]);
    const printed = await run(process.execPath, [
      join(root, "packages/cli/src/main.ts"),
      "conformance",
      broker.url,
      "--lab",
      "test",
      "--device",
      "pump-1",
      "--real",
      "--params",
      params,
      "--restart-command",
      `/bin/sh '${restart}'`,
      "--count-command",
      `grep -c '^act' '${join(plant, "log")}' || true`,
      "--only",
      "C1,C2,C3,C4,C5,C6",
      "--json",
    ]);
    process.kill(Number(readFileSync(pid, "utf8")), "SIGKILL");
    await broker.close();
    const lines = printed
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { verdict?: string });
    expect(lines.filter(({ verdict }) => verdict === "failed")).toEqual([]);
    expect(lines.at(-1)).toMatchObject({ kind: "test-pump", standing: { level: "silver" } });
  });
});
