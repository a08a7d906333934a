import { createProjection } from "@labloop/journal";
import { expect, test } from "vitest";
import { openReadModel } from "../src/read-model.ts";
import { openRig, recordingLog } from "./support/rig.ts";
import { campaignOf } from "./support/story.ts";

test("at every event the campaign's counts and its best reading are those of its rows", async () => {
  const { journal, append } = await openRig();
  const projection = createProjection();
  let seen = 0;
  journal.subscribe(1, (record) => {
    projection.apply(record);
    const { campaign, experiments, runs } = projection.view();
    if (campaign === null || record.event.type === "campaign.finished") return;
    const values = experiments.map(({ values: each }) => each?.["toughness"]?.value ?? Number.NEGATIVE_INFINITY);
    const best = Math.max(...values);
    expect(campaign).toMatchObject({
      done: values.filter(Number.isFinite).length,
      failed: values.filter((value) => !Number.isFinite(value)).length,
      inFlight: runs.filter(({ endedAt, experiment, reason }) => (endedAt ?? experiment ?? reason) === null).length,
      bestMeasured: Number.isFinite(best)
        ? { value: best, parameters: experiments[values.indexOf(best)]?.parameters }
        : null,
    });
    seen++;
  });
  for (const event of campaignOf(12)) append([event]);
  expect(seen).toBeGreaterThan(200);
});

test("a read model that begins with what was drawn already shows what one shows that reads from the first event on", async () => {
  const { journal, append } = await openRig();
  const story = campaignOf(6);
  append(story.slice(0, 40));
  const projection = createProjection();
  for (const record of journal.read()) projection.apply(record);
  append(story.slice(40, 60));
  const log = recordingLog();
  const begun = openReadModel({ journal, projection, log });
  const fresh = openReadModel({ journal, log });
  append(story.slice(60));
  expect(begun.seq).toBe(journal.head().seq);
  expect(begun.viewText()).toBe(fresh.viewText());
  expect(log.lines).toEqual([]);
});
