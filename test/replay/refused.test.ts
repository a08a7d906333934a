import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createSeededIds, createVirtualClock } from "@labloop/clock";
import { sha256 } from "@labloop/contracts/digest";
import { openSqliteStore } from "@labloop/driver";
import { readJournal } from "@labloop/journal";
import { expect, test } from "vitest";
import { type Ended, labloop } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";
import { archived, filesBelow, lab, unpack } from "./archive.ts";

function change(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

function contentOf(data: string): Record<string, string> {
  return Object.fromEntries(filesBelow(data).map((file) => [file, sha256(readFileSync(join(data, file)))]));
}

/** Everything that one can do with the folder of an unfinished campaign. */
function everyCommand(data: string): Promise<Ended>[] {
  const campaign = ["run", join(lab, "campaign.yaml"), "--lab", join(lab, "safe-lab.yaml"), "--data", data];
  return [
    labloop(["replay", data]),
    labloop(["report", data]),
    labloop(["export", data, "--format", "csv"]),
    labloop(["doubt", "list", data]),
    labloop([...campaign, "--clock", "virtual", "--seed", "7"]),
  ];
}

function headOf(data: string): { readonly seq: number } {
  const reader = readJournal(join(data, "journal.db"));
  try {
    return reader.head();
  } finally {
    reader.close();
  }
}

/** Changes one digit of one event. */
function corrupt(data: string, seq: number): void {
  change(join(data, "journal.db"), `UPDATE events SET body = replace(body, '0', '1') WHERE seq = ${seq}`);
}

test.each(archived)("I7: an event changed anywhere in %s is found and named", (name) => {
  const data = unpack(name, privateFolder());
  const { seq: last } = headOf(data);
  // The first that is not whole is named, so from the end.
  for (const seq of [last - 1, Math.floor(last / 2), 1]) {
    corrupt(data, seq);
    const reader = readJournal(join(data, "journal.db"));
    const message = expect.stringMatching(new RegExp(`^event ${seq} \\([a-zA-Z.]+\\) was altered`));
    expect(reader.verify()).toMatchObject({ ok: false, faults: [{ code: "journal.altered", message }] });
    reader.close();
  }
});

test("I7: every command names the event of a corrupted journal, and leaves the file as it is", async () => {
  const data = unpack("3d448f3-killed", privateFolder());
  corrupt(data, 40);
  const before = contentOf(data)["journal.db"];
  for (const ended of await Promise.all(everyCommand(data))) {
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/event 40 \([a-zA-Z.]+\) was altered/) });
  }
  expect(contentOf(data)["journal.db"]).toBe(before);
});

test("a journal of a later schema is refused by every command with what to do, and nothing in its folder is touched", async () => {
  const data = unpack("3d448f3-killed", privateFolder());
  change(join(data, "journal.db"), "PRAGMA user_version = 2");
  const before = contentOf(data);
  for (const ended of await Promise.all(everyCommand(data))) {
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining("[journal.unknownSchema]") });
    expect(ended.stderr).toContain("has journal schema 2; this labloop reads 1");
    expect(ended.stderr).toContain("use the labloop version that wrote it");
  }
  // SQLite itself leaves the empty files beside it that every reader of a write-ahead log shares.
  expect(contentOf(data)).toMatchObject(before);
});

test("D2: a device journal of a later layout is refused, since a new one would forget what has run, and is not touched", () => {
  const data = unpack("9117932-killed", privateFolder());
  const path = join(data, "devices", "printer-1.db");
  change(path, "PRAGMA user_version = 99");
  const before = contentOf(data);
  const ids = createSeededIds(createVirtualClock(0), 1, "archive");
  expect(() => openSqliteStore({ path, ids })).toThrow(
    expect.objectContaining({ code: "device.journalVersion", message: expect.stringContaining("it says 99") }),
  );
  expect(contentOf(data)).toEqual(before);
});
