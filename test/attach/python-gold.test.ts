import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBroker } from "@labloop/broker";
import { createRealClock } from "@labloop/clock";
import { describe, expect, test } from "vitest";
import { silentLog } from "../contract/twins.ts";
import { privateFolder } from "../support/private-folder.ts";
import { python, whyNoPython } from "../support/python-environment.ts";
import { openCountedPump } from "./support/counted-pump.ts";
import { kit } from "./support/python-device.ts";

const why = whyNoPython();
const root = fileURLToPath(new URL("../../", import.meta.url));
const trace = join(import.meta.dirname, "python", "stroke-pump.trace.json");

/** A stroke of most tests is asked for so many times before it is over. */
const asks = 6;
/** Acts that nothing disturbs: the one that is measured, and the one that shows when it is counted. */
const undisturbed = 2;

/** A driver that counts the strokes its pump begins. */
const countsBegun = readFileSync(join(import.meta.dirname, "python", "stroke_pump.py"), "utf8");

interface Line {
  readonly id?: string;
  readonly verdict?: string;
  readonly detail?: string;
}

/** Has the suite start, kill and judge a Python driver, whose pump is reached through the suite and outlives it. */
async function judge(
  code: string,
  counts: "begun" | "done",
  asksOf: (stroke: number) => number,
  only: string,
): Promise<Line[]> {
  const folder = privateFolder();
  const broker = await openBroker({ lab: "test", linkClock: createRealClock(), log: silentLog });
  const log = join(folder, "log");
  const pump = await openCountedPump(log, counts, asksOf);
  const [file, params] = [join(folder, "pump.py"), join(folder, "params.yaml")];
  writeFileSync(file, code);
  writeFileSync(params, "dispense: { volume: 5 uL }\n");
  const start = [
    `PYTHONDONTWRITEBYTECODE=1 PYTHONPATH='${kit}' '${python}' -m labloop_driver '${file}' --device pump --lab test --simulated`,
    `--broker ${broker.url} --journal '${join(folder, "pump.db")}' --heartbeat-ms 250`,
    `--config "{\\"port\\": $LABLOOP_WIRE_PORT}"`,
  ].join(" ");
  const count = `awk '/begun/ { b++ } /done/ { d++ } END { print b + 0, d + 0 }' '${log}'`;
  const words = {
    "--lab": "test",
    "--device": "pump",
    "--start": start,
    "--wire": `127.0.0.1:${pump.port}`,
    "--count-command": count,
    "--params": params,
    "--trace": trace,
    "--only": only,
  };
  const cli = join(root, "packages/cli/src/main.ts");
  const args = [cli, "conformance", broker.url, "--json", ...Object.entries(words).flat()];
  const printed = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, args, (error, stdout) => {
      if (stdout === "" && error !== null) reject(error);
      else resolve(stdout);
    });
  });
  pump.close();
  await broker.close();
  const lines = printed.trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Line);
}

describe.skipIf(why !== null)(`a driver in Python${why === null ? "" : ` (${why})`}`, () => {
  test("one that goes by the strokes its pump has begun keeps what gold asks for beyond silver and short of the soak: killed, stopped and cut off from its pump, it tells what that has done", async () => {
    // The act that is measured is the one that is asked for most often: some deaths wait for a message that never comes.
    const asksOf = (stroke: number) => (stroke === 0 ? asks + 2 : asks);
    const lines = await judge(countsBegun, "begun", asksOf, "C7,C8,C9");
    const checks = lines.filter(({ id }) => id !== undefined);
    expect(checks.filter(({ verdict }) => verdict !== "passed")).toEqual([]);
    const ids = ["C7.1", "C7.2", "C7.3", "C7.4", "C7.5", "C7.6", "C7.7", "C8.1", "C9.1"];
    expect(checks.map(({ id }) => id)).toEqual(ids);
    expect(lines.at(-1)).toMatchObject({ kind: "syringe-pump", setting: "over MQTT, real time" });
  });

  test("one that takes a count of finished strokes for one of begun strokes is found when an E-STOP and its death come together", async () => {
    const liar = countsBegun.replace("NotHappened()", "NotHappened(unbegun=True)");
    // Only what stops a stroke keeps it from its end, so that none is over before the stop comes.
    const asksOf = (stroke: number) => (stroke < undisturbed ? asks : Number.POSITIVE_INFINITY);
    const [found] = await judge(liar, "done", asksOf, "C7.7");
    expect(found).toMatchObject({ id: "C7.7", verdict: "failed", fix: expect.stringMatching(/\w/), seed: 1 });
    expect(found?.detail).toContain("the plant counted 1 acts");
  });
});
