import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LabView } from "@labloop/contracts";
import { createProjection } from "@labloop/journal";
import fastify from "fastify";
import { expect, onTestFinished, test } from "vitest";
import { noDrivers } from "../src/driver-desk.ts";
import { addRoutes } from "../src/routes.ts";
import { ask } from "./support/ask.ts";
import { recordingLog } from "./support/rig.ts";
import { campaignOf } from "./support/story.ts";

const csv = [
  "observation_id,run_id,speed (rpm),failure",
  "o1,r1,100,",
  'o2,r2,200,"crash: it said ""stop"",\nand stopped"',
  "o3,r3,300,",
  "o4,r4,400,",
  "o5,r5,100,",
  "",
].join("\n");

/** What the page's link gives of a table, the campaign being as told. */
async function served(table: string, change: object): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "labloop-front-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const observationsCsv = join(folder, "observations.csv");
  writeFileSync(observationsCsv, table);
  const projection = createProjection();
  campaignOf(1).forEach((event, i) => projection.apply({ seq: i + 1, event, labAt: 0, hash: "0" } as never));
  const known = projection.view();
  const experiments = [100, 200, 300, 400].map((speed, i) => ({
    number: i + 1,
    runId: `r${i + 1}`,
    parameters: { speed },
    values: i === 1 ? null : { c: { value: i === 3 ? 9 : 1, unit: "g" } },
  }));
  const view = { ...known, campaign: { ...known.campaign, ...change }, experiments } as unknown as LabView;
  const app = fastify();
  onTestFinished(() => app.close());
  const { signal: closing } = new AbortController();
  addRoutes(app, {
    model: { failure: null, seq: 0, view: () => view, viewText: () => "{}" },
    desk: { submit: () => ({ ok: true, seq: 1 }) as const, explain: () => [] },
    drivers: noDrivers,
    closing,
    assets: new Map(),
    observationsCsv,
    photos: null,
    log: recordingLog(),
  });
  const answer = await ask(`${await app.listen({ host: "127.0.0.1", port: 0 })}/observations.csv`);
  expect(answer.status).toBe(200);
  return answer.bytes.toString();
}

const point = { parameters: { speed: 100 }, values: {} };

test("of a campaign with a front the table says of each row where its design stands; of any other it is the file as it is", async () => {
  expect(await served(csv, {})).toBe(csv);
  expect(await served(csv, { front: [point], judged: 4 })).toBe(
    [
      "observation_id,run_id,speed (rpm),failure,is_on_front,front_standing",
      "o1,r1,100,,true,front",
      'o2,r2,200,"crash: it said ""stop"",\nand stopped",,',
      "o3,r3,300,,false,beaten",
      "o4,r4,400,,false,beaten",
      // None that the view knows of.
      "o5,r5,100,,,",
      "",
    ].join("\n"),
  );
});

test("where there are bounds it says how likely each design keeps them, and whether its readings do", async () => {
  const bounds = { c: { max: 2 } };
  const doubted = [{ parameters: { speed: 300 }, chance: 0.25 }];
  const front = [{ ...point, chance: 0.75 }];
  const rows = (await served(csv, { front, doubted, judged: 4, outcomeConstraints: bounds })).split("\n");
  expect(rows[0]).toMatch(/,is_on_front,front_standing,chance_within_bounds$/);
  expect([rows[1], rows[4], rows[5]]).toEqual([
    "o1,r1,100,,true,front,0.75",
    "o3,r3,300,,false,doubted,0.25",
    "o4,r4,400,,false,outside,",
  ]);
});
