import { createProjection } from "@labloop/journal";
import { expect, test } from "vitest";
import { upkeepLab, type WrittenMaintenance } from "./support/documents.ts";
import { openRig, type Rig } from "./support/rig.ts";

// The rig's lab begins on 2026-01-01, 00:00 UTC; a mix takes seconds.
const hourMs = 3_600_000;
const ada = { kind: "operator", name: "Ada" } as const;
const done = {
  type: "device.maintained",
  device: "mixer-1",
  maintenance: "seal",
  by: ada,
  reason: "new seal",
} as const;
const labWith = (experiments: number, maintenance: WrittenMaintenance) =>
  upkeepLab(experiments, { maintenance: [maintenance] });

const viewOf = (rig: Rig) => {
  const projection = createProjection();
  for (const record of rig.journal.read()) projection.apply(record);
  return projection.view();
};
const shown = (rig: Rig) => viewOf(rig).devices[0]?.maintenance?.[0];
const counted = (rig: Rig) => rig.engine.state().maintenance.get("mixer-1")?.[0];
const ops = (rig: Rig) => rig.device.executes.map(({ op }) => op);

test("a device is held after exactly so many acts, people are told before and then, and a person's word lets it go on", async () => {
  const lab = labWith(6, { name: "seal", after: { acts: 4 }, notice: { acts: 2 } });
  const rig = await openRig({ lab, waitsForPeople: true });
  await rig.pass(600_000);
  expect(ops(rig)).toHaveLength(4);
  expect(rig.events("maintenance.near", "maintenance.due")).toEqual([
    { type: "maintenance.near", device: "mixer-1", name: "seal", message: "2 of 4 acts since 2026-01-01" },
    { type: "maintenance.due", device: "mixer-1", name: "seal", message: "4 of 4 acts since 2026-01-01", holds: true },
  ]);
  expect(viewOf(rig).alarms.map(({ code }) => code)).toEqual(["maintenance.near", "maintenance.due"]);
  expect(shown(rig)).toMatchObject({ name: "seal", acts: 4, afterActs: 4, dueAt: null, standing: "due" });

  expect(rig.engine.submit({ ...done, maintenance: "belt" })).toMatchObject({
    ok: false,
    reason: expect.stringMatching("seal"),
  });
  expect(rig.engine.submit(done).ok).toBe(true);
  expect(shown(rig)).toMatchObject({ acts: 0, standing: "kept" });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("device.maintained")).toMatchObject([
    { device: "mixer-1", name: "seal", by: ada, reason: "new seal" },
  ]);
  expect(rig.events("observation.made")).toHaveLength(6);
  expect([counted(rig)?.acts, shown(rig)?.acts]).toEqual([2, 2]);
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("where nobody is there, a campaign that only waits for maintenance ends as stuck, and says what lets it go on", async () => {
  const rig = await openRig({ lab: labWith(3, { name: "seal", after: { acts: 1 } }) });
  await rig.until(() => rig.end() !== null);
  expect(JSON.stringify(rig.end())).toContain("labloop device maintained mixer-1 seal");
});

test("with a warning alone a device is used on", async () => {
  const rig = await openRig({ lab: labWith(3, { name: "seal", after: { acts: 1 }, whenDue: "warn" }) });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("maintenance.due")).toMatchObject([{ holds: false }]);
  expect([ops(rig).length, counted(rig)?.acts]).toEqual([3, 3]);
});

test("only the operations that are named count, and only acts that may have moved something", async () => {
  const other = await openRig({ lab: labWith(2, { name: "seal", after: { acts: 1, of: ["clean"] } }) });
  await other.until(() => other.end() !== null);
  expect([counted(other)?.acts, shown(other)?.acts]).toEqual([0, 0]);

  const rig = await openRig({ lab: labWith(1, { name: "seal", after: { acts: 5 } }), isObeying: false });
  const physical = () => (rig.device.executes.length === 1 ? "none" : "partial");
  rig.device.onExecute = ({ commandId }) =>
    void rig.device.report(commandId, "failed", { physical: physical(), error: "instrument" });
  await rig.until(() => rig.end() !== null);
  const acts = rig.events("step.failed").filter((failed) => failed.physical === "partial").length;
  expect(ops(rig)).toHaveLength(acts + 1);
  expect([counted(rig)?.acts, shown(rig)?.acts]).toEqual([acts, acts]);
});

test("lab time counts: people are told ahead, and the device is held, with nothing else happening", async () => {
  const seal = { name: "seal", after: { hours: 0.5 }, notice: { hours: 0.1 } };
  const rig = await openRig({ lab: labWith(1, seal), isObeying: false, waitsForPeople: true });
  await rig.pass(0.3 * hourMs);
  expect(rig.events("maintenance.near")).toEqual([]);
  await rig.pass(0.15 * hourMs);
  expect(rig.events("maintenance.near", "maintenance.due")).toMatchObject([
    { type: "maintenance.near", message: "done since 2026-01-01, due by 2026-01-01 00:30 UTC" },
  ]);
  await rig.pass(0.1 * hourMs);
  expect(rig.events("maintenance.due")).toHaveLength(1);
});

test("the day it was done last stands in the lab file, and time counts from its beginning", async () => {
  const lab = labWith(1, { name: "seal", after: { days: 2 }, last: "2025-12-30" });
  const rig = await openRig({ lab, waitsForPeople: true });
  await rig.pass(60_000);
  expect(ops(rig)).toEqual([]);
  expect(shown(rig)).toMatchObject({ acts: 0, afterActs: null, dueAt: Date.UTC(2026, 0, 1), standing: "due" });
});

test("the device's own operation does it in a run of its own once it is due, each time, and nobody is alarmed", async () => {
  const seal = { name: "seal", after: { acts: 2, of: ["mix"] }, renew: { operation: "clean" } };
  const rig = await openRig({ lab: labWith(5, seal) });
  await rig.until(() => rig.end() !== null);
  expect(ops(rig)).toEqual(["mix", "mix", "clean", "mix", "mix", "clean", "mix"]);
  expect(rig.events("device.maintained")).toMatchObject([{ by: null, reason: "clean on mixer-1" }, { by: null }]);
  expect(rig.events("maintenance.near", "maintenance.due")).toEqual([]);
  expect(viewOf(rig).campaign).toMatchObject({ done: 5, failed: 0, inFlight: 0 });
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("an operation that fails to do it is not tried again by itself: people are told, and the device waits for one", async () => {
  const seal = { name: "seal", after: { hours: 1 }, last: "2025-12-31", renew: { operation: "clean" } };
  const rig = await openRig({ lab: labWith(1, seal), isObeying: false, waitsForPeople: true });
  rig.device.onExecute = ({ commandId }) =>
    void rig.device.report(commandId, "failed", { physical: "partial", error: "instrument" });
  await rig.pass(600_000);
  expect(ops(rig)).toEqual(["clean"]);
  expect(rig.events("maintenance.due")).toHaveLength(1);
  expect(rig.events("device.maintained")).toEqual([]);
});

test("an engine that is killed goes on counting where its journal ends", async () => {
  const lab = labWith(3, { name: "seal", after: { acts: 9 } });
  const rig = await openRig({ lab, isDurable: true });
  await rig.until(() => rig.events("observation.made").length === 2);
  rig.kill();
  rig.reopen();
  await rig.until(() => rig.end() !== null);
  expect(counted(rig)?.acts).toBe(3);
});

test("campaigns of a lab hand the count on: from the newest journal, unless the lab file says that it was done since", async () => {
  const seal = { name: "seal", after: { acts: 5 } };
  const [since, countedAt] = [Date.UTC(2025, 11, 20), Date.UTC(2025, 11, 31)];
  const maintenance = [{ device: "mixer-1", name: "seal", acts: 3, since, countedAt }];
  const before = { held: [], acts: [], maintenance };
  const rig = await openRig({ lab: labWith(9, seal), before, waitsForPeople: true, isDurable: true });
  await rig.pass(600_000);
  expect([ops(rig).length, counted(rig)?.acts, shown(rig)?.acts]).toEqual([2, 5, 5]);
  expect(rig.events("maintenance.due")).toMatchObject([{ message: "5 of 5 acts since 2025-12-20" }]);
  // What it has counted since is newer than what the others knew.
  rig.kill();
  rig.reopen();
  expect(counted(rig)?.acts).toBe(5);

  const fresh = await openRig({ lab: labWith(2, { ...seal, last: "2025-12-28" }), before });
  await fresh.until(() => fresh.end() !== null);
  expect(counted(fresh)?.acts).toBe(2);
});

test("what people do after a campaign is over is recorded in its journal, for the next one to count from", async () => {
  const rig = await openRig({ lab: labWith(2, { name: "seal", after: { acts: 5 } }) });
  await rig.until(() => rig.end() !== null);
  expect(rig.engine.submit(done).ok).toBe(true);
  expect(counted(rig)?.acts).toBe(0);
});
