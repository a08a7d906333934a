import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readJournal } from "../src/index.ts";
import { at, intended, journalFile, observed, open, sent } from "./builders.ts";

const batch = [intended(1), sent(1), observed(1)];

const writer = join(import.meta.dirname, "fixtures", "dying-writer.ts");

/** Runs a writer that kills itself at its n-th statement of a batch, or after the commit for 0. */
function die(file: string, statement: number): string {
  const { signal, stdout, stderr } = spawnSync(process.execPath, [writer, file, String(statement)], {
    encoding: "utf8",
  });
  expect({ signal, stderr }).toEqual({ signal: "SIGKILL", stderr: "" });
  return stdout;
}

test("E1: a writer killed after the commit leaves the whole batch", { timeout: 60_000 }, () => {
  const file = journalFile();
  // BEGIN, lease, three events with their three rows, head, COMMIT.
  expect(die(file, 0)).toBe("10");
  const reader = readJournal(file);
  expect(reader.verify()).toMatchObject({ ok: true, value: { events: 4 } });
  reader.close();
  const next = open({ file });
  expect([next.head().seq, next.lease.epoch]).toEqual([4, 2]);
});

test("E1: a writer killed before the commit is durable leaves the head before", { timeout: 60_000 }, () => {
  // After BEGIN, between two events, after the last row, and at COMMIT itself.
  for (const statement of [2, 5, 9, 10]) {
    const file = journalFile();
    expect(die(file, statement)).toBe("");
    const next = open({ file });
    expect([next.head().seq, next.lease.epoch, next.unsentCommands()]).toEqual([1, 2, []]);
    // Nothing of the lost batch is in its own way.
    next.append(batch, at);
    next.close();
    const reader = readJournal(file);
    expect(reader.verify()).toMatchObject({ ok: true, value: { events: 4 } });
    reader.close();
  }
});

test("E2: a writer in another process is refused while this one writes", { timeout: 60_000 }, () => {
  const file = journalFile();
  const journal = open({ file });
  const { status, stderr } = spawnSync(process.execPath, [writer, file, "0"], { encoding: "utf8" });
  expect(status).toBe(1);
  expect(stderr).toContain("journal.inUse");
  journal.append(batch, at);
  expect(journal.lease.epoch).toBe(1);
});
