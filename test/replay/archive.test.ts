import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createSeededIds, createVirtualClock } from "@labloop/clock";
import type { DoubtView } from "@labloop/contracts";
import { openSqliteStore } from "@labloop/driver";
import { describe, expect, test } from "vitest";
import { audit } from "../support/auditor.ts";
import { jsonLines, labloop } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";
import { readEvents, readWorld } from "../support/read-folder.ts";
import { archived, filesBelow, lab, readPinned, unpack } from "./archive.ts";
import { foldArchived } from "./fold-archived.ts";

/** Which lab file each unfinished campaign was run in. */
const unfinished = {
  "9117932-killed": "lab.yaml",
  "3d448f3-killed": "safe-lab.yaml",
  "3d448f3-doubt": "forgetful-lab.yaml",
} as const;

test("the archive holds campaigns of two versions: finished, killed in the middle, stopped by an E-STOP, in doubt", () => {
  expect(archived).toEqual([
    "3d448f3-doubt",
    "3d448f3-estop",
    "3d448f3-finished",
    "3d448f3-killed",
    "9117932-finished",
    "9117932-killed",
  ]);
});

describe.each(archived)("the archived campaign %s", (name) => {
  test("I7: its chain holds, and it folds to the state and the view that it folded to when it was archived", () => {
    // A later version may know more of it, and nothing else.
    expect(foldArchived(unpack(name, privateFolder()))).toMatchObject(readPinned(name) as object);
  });

  test("replay, report, export and doubt list read it, and leave its journal as it is", async () => {
    const data = unpack(name, privateFolder());
    const journal = join(data, "journal.db");
    const before = readFileSync(journal);
    const { chain, view } = foldArchived(data);
    const json = async (...args: string[]) => {
      const ended = await labloop([...args, "--json"]);
      expect(ended.code, ended.stderr).toBe(0);
      return jsonLines(ended.stdout)[0];
    };
    const head = `sha256:${chain.head}`;
    const [replayed, reported, exported, listed] = await Promise.all([
      json("replay", data),
      json("report", data),
      json("export", data, "--format", "csv"),
      json("doubt", "list", data),
    ]);
    expect(replayed).toMatchObject({ ok: true, events: chain.events, head, phase: view.campaign?.phase });
    expect(reported).toMatchObject({ ok: true, journal: { events: chain.events, head } });
    expect(exported).toMatchObject({ ok: true, rows: view.experiments.length });
    expect(listed).toMatchObject({ ok: true, isRunning: false });
    const { doubts } = listed as { doubts: DoubtView[] };
    expect(doubts.map(({ step }) => step)).toEqual(name === "3d448f3-doubt" ? ["print"] : []);
    expect(readFileSync(join(data, "report.html"), "utf8")).toContain("保存用の短いキャンペーン");
    expect(readFileSync(journal).equals(before)).toBe(true);
  });

  test("D2, D12: its device journals open, forget nothing, and are of this version's layout afterwards", () => {
    const data = unpack(name, privateFolder());
    const stores = filesBelow(data).filter((file) => file.startsWith("devices/"));
    expect(stores.length).toBeGreaterThan(0);
    for (const file of stores) {
      const path = join(data, file);
      const before = rowsOf(path);
      expect(before.version).toBe(name.startsWith("9117932") ? 2 : 3);
      const ids = createSeededIds(createVirtualClock(0), 1, "archive");
      for (let time = 0; time < 2; time++) {
        const store = openSqliteStore({ path, ids });
        const { jseq, fence, watermark, max_dseq: maxDseq, bd_seq: bdSeq, journal_id: journalId } = before.head;
        expect(store.head).toMatchObject({ journalId, jseq, fence, watermark, maxDseq, bdSeq });
        for (const { record, acked } of before.commands) {
          const written = JSON.parse(record) as { commandId: string; dseq: number };
          expect(store.find(written.commandId)).toMatchObject({ ...written, isAcked: acked === 1 });
          expect(store.findByDseq(written.dseq)?.commandId).toBe(written.commandId);
        }
        store.close();
      }
      const fresh = join(privateFolder(), "fresh.db");
      openSqliteStore({ path: fresh, ids }).close();
      const { version } = rowsOf(fresh);
      expect(rowsOf(path)).toMatchObject({ version, head: before.head, commands: before.commands });
    }
  });
});

interface DeviceRows {
  readonly version: number;
  readonly head: Record<string, unknown>;
  readonly commands: readonly { readonly record: string; readonly acked: number }[];
}

/** Reads a device journal past every line of labloop's code. */
function rowsOf(path: string): DeviceRows {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return {
      version: Number(database.prepare("PRAGMA user_version").get()?.["user_version"]),
      head: { ...database.prepare("SELECT * FROM head").get() },
      commands: database
        .prepare("SELECT record, acked FROM command ORDER BY dseq")
        .all()
        .map(({ record, acked }) => ({ record: String(record), acked: Number(acked) })),
    };
  } finally {
    database.close();
  }
}

test.each(Object.entries(unfinished))(
  "I1: %s goes on under this version to its end, and no act is lost or done twice",
  async (name, labFile) => {
    const data = unpack(name, privateFolder());
    const archivedEvents = readEvents(data);
    if (name === "3d448f3-doubt") await sayItDidNotHappen(data);
    const campaign = ["run", join(lab, "campaign.yaml"), "--lab", join(lab, labFile), "--json", "--data", data];
    const ended = await labloop([...campaign, "--clock", "virtual", "--seed", "7"]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(jsonLines(ended.stdout).at(-1)).toMatchObject({ type: "campaign.finished", experiments: 4 });
    const { acts, damages, parts } = readWorld(data);
    expect(damages).toEqual([]);
    expect(parts.map(({ place, isCrushed }) => ({ place, isCrushed }))).toEqual(
      Array.from({ length: 4 }, () => ({ place: "bin", isCrushed: true })),
    );
    expect(acts.filter(({ verb }) => verb === "print")).toHaveLength(4);
    // A command that a person has settled has no end of its own, which the auditor wants of each.
    if (name !== "3d448f3-doubt") expect(audit(data)).toMatchObject({ findings: [], successes: 4, failures: 0 });
    // What was recorded then stands as it was; the new facts come after it.
    expect(readEvents(data).slice(0, archivedEvents.length)).toEqual(archivedEvents);
  },
);

async function sayItDidNotHappen(data: string): Promise<void> {
  const listed = await labloop(["doubt", "list", data, "--json"]);
  const [doubt] = (jsonLines(listed.stdout)[0] as { doubts: DoubtView[] }).doubts;
  const signed = ["--by", "Ada", "--reason", "the plate is empty and cold"];
  const answered = await labloop(["doubt", "resolve", doubt?.commandId ?? "", data, "--as", "not-executed", ...signed]);
  expect(answered.code, answered.stderr).toBe(0);
}
