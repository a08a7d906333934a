import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LabEventOf } from "@labloop/contracts";
import { openJournal } from "@labloop/journal";
import { expect, onTestFinished, test } from "vitest";
import { claimFolder, pathsOf } from "../../src/data-folder.ts";
import { refuseBeside } from "../../src/lab/refuse-beside.ts";

const digest = "0".repeat(64);
const created: LabEventOf<"campaign.created"> = {
  type: "campaign.created",
  campaignId: `01${"0".repeat(24)}`,
  campaign: "toughness",
  lab: "demo",
  mode: "real",
  seed: 1,
  documents: { campaign: digest, protocol: digest, lab: digest, candidates: digest },
  space: { parameters: [{ name: "n", unit: "1", min: 1, max: 2 }] },
  objective: { name: "toughness", unit: "J", goal: "maximise" },
  experiments: 3,
  clock: { kind: "real", scale: 1, labAt: 0, wallAt: 0 },
  actor: { kind: "operator", name: "Ada" },
  access: "open",
  dataManager: "Ada",
  grant: null,
};

test("a campaign that would drive the instruments of a lab is refused while another one beside it runs there, and no longer", () => {
  const parent = mkdtempSync(join(tmpdir(), "labloop-beside-"));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const begin = (name: string, event: LabEventOf<"campaign.created">) => {
    mkdirSync(join(parent, name));
    const { journal: file } = pathsOf(join(parent, name));
    const journal = openJournal({ file, cell: "main", holder: "test", leaseLifeMs: 10_000, monotonicNow: () => 0 });
    journal.append([event], { labAt: 1, wallAt: 1 });
    return journal;
  };
  const startIn = (lab: string) => () => refuseBeside(pathsOf(join(parent, "new")), { lab, world: null });
  const running = begin("a", created);
  begin("b", { ...created, lab: "other" }).close();
  const simulated = begin("c", { ...created, lab: "third", mode: "simulated" });
  expect(startIn("demo")).toThrow(expect.objectContaining({ code: "lab.inUse" }));
  expect(startIn("demo")).toThrow(join(parent, "a"));
  for (const lab of ["other", "third", "fourth"]) expect(startIn(lab)).not.toThrow();
  // Looking has taken nothing from who writes it.
  running.append([{ type: "campaign.started" }], { labAt: 2, wallAt: 2 });
  running.close();
  simulated.close();
  expect(startIn("demo")).not.toThrow();
});

test("of two campaigns that start at once, and have recorded nothing yet, one is refused at least, and one of another lab is not", () => {
  const parent = mkdtempSync(join(tmpdir(), "labloop-beside-"));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const start = (name: string, lab: string, mode = "real") => {
    const labFile = join(parent, `${name}.yaml`);
    writeFileSync(labFile, `schemaVersion: 1\nlab: ${lab}\nmode: ${mode}\ndevices: {}\n`);
    const folder = pathsOf(join(parent, name));
    mkdirSync(folder.path);
    const digests = { campaign: digest, protocol: digest, lab: digest };
    claimFolder(folder, { v: 1, campaign: "toughness", digests, seed: 1, clock: "real", scale: 1, labFile });
    const options = { cell: "main", holder: "test", leaseLifeMs: 10_000, monotonicNow: () => 0 };
    const journal = openJournal({ file: folder.journal, ...options });
    onTestFinished(() => journal.close());
    return () => refuseBeside(folder, { lab, world: null });
  };
  const first = start("a", "demo");
  const other = start("b", "other");
  const simulated = start("c", "third", "simulated");
  expect([first, other, simulated].map((look) => look())).toEqual([undefined, undefined, undefined]);
  expect(start("d", "demo")).toThrow(expect.objectContaining({ code: "lab.inUse" }));
  expect(start("e", "third")).not.toThrow();
});

test("a campaign is not refused on its own account, in a folder that is called by a link", () => {
  const parent = mkdtempSync(join(tmpdir(), "labloop-beside-"));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  mkdirSync(join(parent, "a"));
  symlinkSync(join(parent, "a"), join(parent, "link"), "junction");
  const folder = pathsOf(join(parent, "link"));
  const journal = openJournal({
    file: folder.journal,
    cell: "main",
    holder: "test",
    leaseLifeMs: 10_000,
    monotonicNow: () => 0,
  });
  journal.append([created], { labAt: 1, wallAt: 1 });
  onTestFinished(() => journal.close());
  expect(() => refuseBeside(folder, { lab: "demo", world: null })).not.toThrow();
});
