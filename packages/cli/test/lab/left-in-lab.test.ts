import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Actor, ClockAnchor, LabEvent, LabEventOf } from "@labloop/contracts";
import { openJournal } from "@labloop/journal";
import { expect, onTestFinished, test } from "vitest";
import { pathsOf } from "../../src/data-folder.ts";
import { leastEpoch } from "../../src/lab/least-epoch.ts";
import { leftInLab } from "../../src/lab/left-in-lab.ts";

const digest = "0".repeat(64);
const actor = { kind: "operator", name: "Ada" } as const;
const real: ClockAnchor = { kind: "real", scale: 1, labAt: 0, wallAt: 0 };
const world: ClockAnchor = { kind: "scaled", scale: 500, labAt: 7, wallAt: 9 };
const held = (device: string): LabEvent => ({
  type: "device.quarantined",
  device,
  code: "device.partLeft",
  message: `${device} was taken out of use: a part is on it`,
});

function created(lab: string, clock: ClockAnchor): LabEventOf<"campaign.created"> {
  return {
    type: "campaign.created",
    campaignId: `01${"0".repeat(24)}`,
    campaign: "toughness",
    lab,
    mode: clock === real ? "real" : "simulated",
    seed: 1,
    documents: { campaign: digest, protocol: digest, lab: digest, candidates: digest },
    space: { parameters: [{ name: "n", unit: "1", min: 1, max: 2 }] },
    objective: { name: "toughness", unit: "J", goal: "maximise" },
    experiments: 3,
    clock,
    actor,
    access: "open",
    dataManager: "Ada",
    grant: null,
  };
}

/** A folder of campaigns, and what one more in it finds held. */
function openParent() {
  const parent = mkdtempSync(join(tmpdir(), "labloop-left-"));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const open = (name: string, minEpoch = 1) => {
    mkdirSync(join(parent, name), { recursive: true });
    const { journal: file } = pathsOf(join(parent, name));
    return openJournal({ file, cell: "main", holder: "test", leaseLifeMs: 10_000, monotonicNow: () => 0, minEpoch });
  };
  const leftFor = (name: string, lab: string, clock: ClockAnchor | null) => {
    const own = open(name);
    try {
      return leftInLab(pathsOf(join(parent, name)), own, { lab, world: clock, totalsOverMs: 0, now: 1_000 });
    } finally {
      own.close();
    }
  };
  const least = (name: string) => leastEpoch(pathsOf(join(parent, name)), { lab: "demo", world: null });
  return {
    parent,
    write: (name: string, wallAt: number, ...events: LabEvent[]) => {
      const journal = open(name);
      journal.append(events, { labAt: wallAt, wallAt });
      journal.close();
    },
    heldFor: (name: string, lab: string, clock: ClockAnchor | null): string[] =>
      leftFor(name, lab, clock).held.map(({ device }) => device),
    saidFor: (name: string): string[] => leftFor(name, "demo", null).held.map(({ message }) => message),
    freedFor: (name: string): string[] =>
      (leftFor(name, "demo", null).freed ?? []).map(({ device, reason }) => `${device}: ${reason}`),
    least,
    /** Starts a campaign as a run does, and returns its epoch. */
    start: (name: string): number => {
      const journal = open(name, least(name));
      const { epoch } = journal.lease;
      const first = journal.head().seq === 0 ? [created("demo", real)] : [];
      journal.append([...first, { type: "engine.started", engineId: "engine", epoch }], { labAt: 1, wallAt: 1 });
      journal.close();
      return epoch;
    },
  };
}

test("a campaign sees what others beside it have left in the same lab, and nothing of other labs or other worlds", () => {
  const { write, heldFor, parent } = openParent();
  write("a", 1, created("demo", real), held("arm"));
  write("b", 2, created("other", real), held("leg"));
  write("c", 3, created("demo", world), held("balance"));
  write("d", 4, created("demo", { ...world, wallAt: 10 }), held("tester"));
  mkdirSync(join(parent, "e"));
  writeFileSync(pathsOf(join(parent, "e")).journal, "");
  mkdirSync(join(parent, "no campaign"));
  expect(heldFor("new", "demo", null)).toEqual(["arm"]);
  expect(heldFor("new", "other", null)).toEqual(["leg"]);
  expect(heldFor("new", "demo", world)).toEqual(["balance"]);
  // Its own journal is read as it stands, not as a neighbour's.
  expect(heldFor("a", "demo", null)).toEqual([]);
});

test("a release counts from whichever campaign's journal, and no longer once the one that holds the device has gone on", () => {
  const { write, heldFor } = openParent();
  const release: LabEvent = { type: "device.released", device: "arm", by: actor, reason: "gripper emptied" };
  write("a", 1, created("demo", real), held("arm"));
  write("b", 2, created("demo", real), held("arm"), release);
  expect(heldFor("new", "demo", null)).toEqual([]);
  write("a", 3, { type: "engine.started", engineId: "again", epoch: 2 });
  expect(heldFor("new", "demo", null)).toEqual(["arm"]);
  write("new", 4, created("demo", real), release);
  expect(heldFor("new", "demo", null)).toEqual([]);
});

test("a device that may still be at what a person has settled is held, also once the campaign is over", () => {
  const { write, heldFor } = openParent();
  const [runId, stepId] = ["02", "03"].map((begin) => `${begin}${"0".repeat(24)}`) as [string, string];
  const commandId = `${stepId}.1`;
  const times = { retryClass: "non-repeatable", ttlMs: 30_000, maxDurationMs: 60_000 } as const;
  const plan = { protocol: "calibration", version: "1.0.0", protocolDigest: digest, parameters: {}, executedBy: [] };
  const step = { key: "home", role: "device", op: "home", params: {}, after: [], claims: ["device"], maxMs: 60_000 };
  const queued: LabEvent = {
    type: "upkeep.queued",
    runId,
    sampleId: runId,
    purpose: "calibration",
    parameters: {},
    bindings: { device: "arm" },
    plan: {
      ...plan,
      roles: { device: "arm" },
      steps: [{ ...step, retryClass: "non-repeatable", typicalMs: 1_000, partFrom: null, partTo: null }],
    },
    planDigest: digest,
    reason: "it is due",
  };
  const order = {
    runId,
    stepId,
    stepKey: "home",
    attempt: 1,
    commandId,
    device: "arm",
    dseq: 1,
    op: "home",
    params: {},
  };
  const word = { by: actor, confirmedBy: null, reason: "I looked", evidence: {}, result: {}, executed: null };
  write(
    "a",
    1,
    created("demo", real),
    { type: "device.born", device: "arm", bootId: "boot-1", journalId: "journal-1", bdSeq: 1 },
    queued,
    { type: "step.intended", ...order, ...times, paramsHash: digest, bindings: {}, decision: "next step of the plan" },
    { type: "step.doubted", commandId, reason: "nothing was heard of it", evidence: {} },
    { type: "step.resolved", commandId, as: "executed", ...word },
    { type: "run.finished", runId, outcome: "done", reason: "every step succeeded" },
    { type: "campaign.finished", experiments: 0, best: null, bestMeasured: null },
  );
  expect(heldFor("new", "demo", null)).toEqual(["arm"]);
});

test("a journal beside it that cannot be read stops the start, and is named", () => {
  const { heldFor, parent } = openParent();
  mkdirSync(join(parent, "a"));
  writeFileSync(
    pathsOf(join(parent, "a")).journal,
    "no database at all, but long enough to be looked at as one ".repeat(40),
  );
  expect(() => heldFor("new", "demo", null)).toThrow(expect.objectContaining({ code: "lab.campaignUnreadable" }));
  expect(() => heldFor("new", "demo", null)).toThrow(join(parent, "a"));
});

test("what a campaign was only told by another is no source: an answer or a release in either frees it in both", () => {
  const { parent, write, saidFor, freedFor } = openParent();
  const label = (name: string) => `campaign toughness in ${join(parent, name)}`;
  const why = "arm was taken out of use: a part is on it";
  const told = (by: string): LabEvent => ({
    type: "device.quarantined",
    device: "arm",
    code: "device.heldByOther",
    message: `arm was taken out of use: ${label(by)} has left it so: ${why}`,
  });
  const released = (by: Actor): LabEvent => ({
    type: "device.released",
    device: "arm",
    by,
    reason: "gripper emptied",
  });
  write("run4", 1, created("demo", real), held("arm"));
  write("run5", 2, created("demo", real), told("run4"));
  expect(saidFor("run4")).toEqual([]);
  expect(saidFor("run6")).toEqual([`${label("run4")} has left it so: ${why}`]);
  expect(freedFor("run5")).toEqual([]);
  write("run4", 3, released(actor));
  expect(saidFor("run6")).toEqual([]);
  expect(freedFor("run5")).toEqual([`arm: what ${label("run4")} had left there is settled or released`]);
  // What the engine of run5 made of it is no release of a person, which would count for what is left later.
  write("run5", 4, released({ kind: "agent", name: "labloop" }));
  write("run4", 4, held("arm"));
  expect(saidFor("run6")).toEqual([`${label("run4")} has left it so: ${why}`]);
  write("run5", 5, told("run4"), released(actor));
  expect(saidFor("run6")).toEqual([]);
  expect(freedFor("run4")).toEqual([`arm: a person has released it in ${label("run5")}`]);
});

test("§9: campaigns of a lab side by side share one count of epochs, whichever begins or goes on", () => {
  const { start } = openParent();
  expect(["a", "a", "a", "a", "a"].map(start)).toEqual([1, 2, 3, 4, 5]);
  expect(["b", "a", "b", "c", "a"].map(start)).toEqual([6, 7, 8, 9, 10]);
});

test("§9: an older backup stays below the epochs that it has forgotten, so that the fences of its devices show it", () => {
  const { start, parent, least } = openParent();
  const { journal } = pathsOf(join(parent, "a"));
  for (const epoch of [1, 2]) expect(start("a")).toBe(epoch);
  copyFileSync(journal, `${journal}.backup`);
  for (const epoch of [3, 4, 5]) expect(start("a")).toBe(epoch);
  expect(start("b")).toBe(6);
  for (const tail of ["-wal", "-shm"]) rmSync(`${journal}${tail}`, { force: true });
  copyFileSync(`${journal}.backup`, journal);
  expect(least("a")).toBe(3);
});
