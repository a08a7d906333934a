import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LabDocument, type LabEvent, MaintenanceWatch } from "@labloop/contracts";
import { openJournal, readJournal } from "@labloop/journal";
import { expect, onTestFinished, test } from "vitest";
import { stateMaintenance } from "../../src/commands/device.ts";
import { pathsOf } from "../../src/data-folder.ts";
import { checkMaintenance } from "../../src/doctor/check-maintenance.ts";
import { labMaintenance } from "../../src/lab/lab-maintenance.ts";

const digest = "0".repeat(64);
const ada = { kind: "operator", name: "Ada" } as const;
const day = (text: string) => Date.parse(text);
const seal = { name: "seal", after: { acts: 100, days: 90 } };

const lab = (more: object = {}, mode: "real" | "simulated" = "real") =>
  LabDocument.parse({
    schemaVersion: 1,
    lab: "own",
    title: { en: "Own" },
    mode,
    owner: "Ada",
    contact: "Ada",
    devices: { pump: { module: "pump", maintenance: [{ ...seal, ...more }] } },
  });

function openParent() {
  const parent = mkdtempSync(join(tmpdir(), "labloop-maintained-"));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const created: LabEvent = {
    type: "campaign.created",
    campaignId: `01${"0".repeat(24)}`,
    campaign: "toughness",
    lab: "own",
    mode: "real",
    seed: 1,
    documents: { campaign: digest, protocol: digest, lab: digest, candidates: digest },
    maintenance: { pump: [MaintenanceWatch.parse(seal)] },
    space: { parameters: [{ name: "n", unit: "1", min: 1, max: 2 }] },
    objective: { name: "toughness", unit: "J", goal: "maximise" },
    experiments: 3,
    clock: { kind: "real", scale: 1, labAt: 0, wallAt: 0 },
    actor: ada,
    access: "open",
    dataManager: "Ada",
    grant: null,
  };
  return {
    parent,
    write: (name: string, at: number, ...events: LabEvent[]): void => {
      mkdirSync(join(parent, name), { recursive: true });
      const { journal: file } = pathsOf(join(parent, name));
      const options = { cell: "main", holder: "test", leaseLifeMs: 10_000, monotonicNow: () => 0 };
      const journal = openJournal({ file, ...options });
      const first = journal.head().seq === 0 ? [created] : [];
      journal.append([...first, ...events], { labAt: at, wallAt: at });
      journal.close();
    },
  };
}

const carried = (acts: number, since: number): LabEvent => ({
  type: "maintenance.carried",
  device: "pump",
  name: "seal",
  acts,
  since,
});

test("a lab's maintenance is read from the journal that counted last, whichever folder it is asked for in", async () => {
  const { parent, write } = openParent();
  expect(await labMaintenance(lab(), parent)).toMatchObject([{ count: null }]);
  write("a", day("2026-01-10"), carried(40, day("2026-01-01")));
  write("b", day("2026-01-20"), carried(95, day("2026-01-01")));
  // What is recorded there later counts nothing.
  write("a", day("2026-01-30"), { type: "engine.started", engineId: "again", epoch: 2 });
  expect(await labMaintenance(lab(), parent)).toMatchObject([{ count: { acts: 95, since: day("2026-01-01") } }]);
  expect(await labMaintenance(lab(), join(parent, "a"))).toMatchObject([{ count: { acts: 95 } }]);
  // In a simulated lab each run has instruments of its own.
  expect(await labMaintenance(lab({}, "simulated"), parent)).toMatchObject([{ count: null }]);
  // The lab file says that it was done after all that was counted.
  expect(await labMaintenance(lab({ last: "2026-01-25" }), parent)).toMatchObject([
    { count: { acts: 0, since: day("2026-01-25") } },
  ]);
  write("a", day("2026-02-01"), { type: "device.maintained", device: "pump", name: "seal", by: ada, reason: "new" });
  expect(await labMaintenance(lab(), parent)).toMatchObject([{ count: { acts: 0, since: day("2026-02-01") } }]);
});

test("what a person says between campaigns is recorded with their name, and the lab's next campaign counts from there", async () => {
  const { parent, write } = openParent();
  write("a", day("2026-01-20"), carried(95, day("2026-01-01")));
  const say = (name: string) =>
    stateMaintenance("pump", name, join(parent, "a"), { by: "Ada", reason: "new seal", json: true });
  await expect(say("belt")).rejects.toMatchObject({ code: "doubt.refused", message: expect.stringContaining("seal") });
  await say("seal");
  const [found] = await labMaintenance(lab(), parent);
  expect(found?.count?.acts).toBe(0);
  expect(found?.count?.since).toBeGreaterThan(day("2026-01-20"));
  const reader = readJournal(pathsOf(join(parent, "a")).journal);
  const last = [...reader.events()].at(-1)?.event;
  reader.close();
  expect(last).toEqual({ type: "device.maintained", device: "pump", name: "seal", by: ada, reason: "new seal" });
});

test("doctor tells what is due, or soon, and how to mend it", async () => {
  const { parent, write } = openParent();
  const found = async (more: object, now: string) => (await checkMaintenance(lab(more), parent, day(now)))[0];
  expect(await found({}, "2026-01-20")).toMatchObject({ level: "fine", code: "maintenance.uncounted" });
  write("a", day("2026-01-20"), carried(95, day("2026-01-01")));
  expect(await found({}, "2026-01-20")).toMatchObject({
    level: "warning",
    code: "maintenance.near",
    what: "seal is due soon: 95 of 100 acts since 2026-01-01, due by 2026-04-01",
  });
  expect(await found({ notice: { acts: 1 } }, "2026-01-20")).toMatchObject({ level: "fine", code: "maintenance.kept" });
  const due = { level: "fault", code: "maintenance.due", mend: expect.stringContaining("device maintained pump seal") };
  expect(await found({}, "2026-04-01")).toMatchObject(due);
  expect(await found({ whenDue: "warn" }, "2026-04-01")).toMatchObject({ level: "warning", code: "maintenance.due" });
});
