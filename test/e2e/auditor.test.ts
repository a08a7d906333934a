import { appendFileSync, cpSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeAll, expect, test } from "vitest";
import { audit } from "../support/auditor.ts";
import { privateFolder } from "../support/private-folder.ts";
import { sharedRun } from "../support/shared-run.ts";

let sound = "";

beforeAll(async () => {
  sound = (await sharedRun(7)).data;
}, 300_000);

const addAct = `INSERT INTO actuations (at, device, verb, detail) SELECT at + 1, device, verb, detail FROM actuations WHERE seq = 100`;

test.each<readonly [what: string, file: string, sql: string, finding: RegExp]>([
  ["an act that nobody ordered", "world/world.db", addAct, /the world counted 2?\d+ acts, the journal explains/],
  ["an act that never took place", "world/world.db", "DELETE FROM actuations WHERE seq = 100", /the world counted/],
  [
    "another file than was ordered",
    "world/world.db",
    `UPDATE actuations SET detail = '{"file":"CB0001.GCO"}' WHERE seq = 1`,
    /print .* was carried out as print {"file":"CB0001.GCO"}/,
  ],
  [
    "an act out of its time",
    "world/world.db",
    "UPDATE actuations SET at = at + 86400000 WHERE seq = 100",
    /outside its time/,
  ],
  [
    "another part crushed",
    "world/world.db",
    "UPDATE parts SET replicate = (replicate + 1) % 3",
    /toughness .* was measured with/,
  ],
  ["damage", "world/world.db", "INSERT INTO damages VALUES (1, 0, 'arm', 'dropped it')", /damage: arm: dropped it/],
  [
    "a device that says otherwise",
    "devices/arm.db",
    `UPDATE command SET record = json_set(record, '$.state', 'failed') WHERE dseq = 5`,
    /arm says failed, the engine succeeded/,
  ],
  ["a device that forgot", "devices/arm.db", "DELETE FROM command WHERE dseq = 5", /arm has no record of/],
  [
    "a command the engine never gave",
    "devices/arm.db",
    `INSERT INTO command SELECT 'X', 9999, state, acked, started_jseq, settled_at, json_set(record, '$.commandId', 'X')
     FROM command WHERE dseq = 5`,
    /orphan: arm knows X/,
  ],
])("the auditor finds %s", (_what, file, sql, finding) => {
  const data = join(privateFolder(), "data");
  cpSync(sound, data, { recursive: true });
  expect(audit(data).findings).toEqual([]);
  const database = new DatabaseSync(join(data, file));
  database.exec(sql);
  database.close();
  expect(audit(data).findings.join("\n")).toMatch(finding);
});

test("the auditor finds a row of observations.csv that stands there twice", () => {
  const data = join(privateFolder(), "data");
  cpSync(sound, data, { recursive: true });
  appendFileSync(join(data, "observations.csv"), "again\n");
  expect(audit(data).findings).toEqual(["observations.csv has 61 rows, or other ones"]);
});
