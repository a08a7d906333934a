import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClockAnchor, LabEvent, LabEventOf } from "@labloop/contracts";
import { openJournal } from "@labloop/journal";
import { expect, onTestFinished, test } from "vitest";
import { pathsOf } from "../../src/data-folder.ts";
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
  const open = (name: string) => {
    mkdirSync(join(parent, name), { recursive: true });
    const { journal: file } = pathsOf(join(parent, name));
    return openJournal({ file, cell: "main", holder: "test", leaseLifeMs: 10_000, monotonicNow: () => 0 });
  };
  return {
    parent,
    write: (name: string, wallAt: number, ...events: LabEvent[]) => {
      const journal = open(name);
      journal.append(events, { labAt: wallAt, wallAt });
      journal.close();
    },
    heldFor: (name: string, lab: string, clock: ClockAnchor | null): string[] => {
      const own = open(name);
      try {
        const shared = { lab, world: clock, totalsOverMs: 0, now: 1_000 };
        return leftInLab(pathsOf(join(parent, name)), own, shared).held.map(({ device }) => device);
      } finally {
        own.close();
      }
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
