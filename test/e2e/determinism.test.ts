import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sha256 } from "@labloop/contracts/digest";
import { expect, test } from "vitest";
import { audit } from "../support/auditor.ts";
import { killCampaign } from "../support/kill-campaign.ts";
import { readEvents } from "../support/read-folder.ts";
import { sharedRun } from "../support/shared-run.ts";
import { runVirtually } from "../support/virtual-run.ts";
import { yardstickS } from "../support/yardstick.ts";

/** Twice what a virtual campaign was measured to take. */
const mostYardsticks = 35;

/** Returns a digest of the rows of every table in a data folder, by file and table. */
function tablesOf(data: string): Record<string, string> {
  const devices = readdirSync(join(data, "devices")).map((name) => `devices/${name}`);
  return Object.fromEntries(
    ["journal.db", "world/world.db", ...devices.sort()].flatMap((file) => {
      const database = new DatabaseSync(join(data, file), { readOnly: true });
      try {
        const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
        return tables.map(({ name }) => {
          const table = String(name);
          return [`${file} ${table}`, sha256(JSON.stringify(database.prepare(`SELECT * FROM "${table}"`).all()))];
        });
      } finally {
        database.close();
      }
    }),
  );
}

test("in virtual time the same seed gives the same bytes: output, journal, device journals and world; another seed does not", async () => {
  const [one, again] = await Promise.all([sharedRun(7), runVirtually(7)]);
  const other = await runVirtually(8);

  expect(sha256(again.stdout)).toBe(sha256(one.stdout));
  expect(tablesOf(again.data)).toEqual(tablesOf(one.data));
  const [head, otherHead] = [one, other].map(({ data }) => readEvents(data).at(-1)!.hash);
  expect(otherHead).not.toBe(head);

  // The promise is one of CPU time over that of fixed work on the same machine: neither load nor its speed matters.
  const cpuS = [one, again, other].map((run) => run.cpuS);
  const yardstick = yardstickS();
  console.info(
    `60 experiments in virtual time: ${cpuS.map((seconds) => seconds.toFixed(2)).join(", ")} s of CPU, ` +
      `${(Math.min(...cpuS) / yardstick).toFixed(1)} x a yardstick of ${yardstick.toFixed(2)} s`,
  );
  expect(Math.min(...cpuS) / yardstick).toBeLessThan(mostYardsticks);
});

test("a campaign in virtual time that was killed once goes on where virtual time stood, and ends with 60", async () => {
  const { data, kills, last } = await killCampaign({ seed: 9, clock: "virtual", kills: 1 });
  expect(kills).toHaveLength(1);
  expect(last).toMatchObject({ type: "campaign.finished", experiments: 60 });
  expect(audit(data)).toMatchObject({ findings: [], successes: 60, failures: 0, doubts: 0 });
  const times = readEvents(data).map(({ labAt }) => labAt);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});
