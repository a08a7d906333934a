import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ColumnDictionary, DatasetDocument } from "@labloop/records";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ShortRun, shortRun } from "../support/short-run.ts";

const launcher = fileURLToPath(new URL("../../bin/labloop.mjs", import.meta.url));

/** Runs the command line as a person does. */
function labloop(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, ...args], { encoding: "utf8" });
  return { status, stdout, stderr, json: () => JSON.parse(stdout) as Record<string, unknown> };
}

let run: ShortRun;
let hidden: ShortRun;
beforeAll(async () => {
  run = await shortRun();
  hidden = await shortRun((text) =>
    text.replace("access: open", "access: closed").replace("dataManager: labloop demonstration", 'dataManager: " "'),
  );
}, 60_000);
afterAll(() => {
  run.remove();
  hidden.remove();
});

// Each starts processes of its own, so a busy machine may take long.
describe("labloop export", { timeout: 60_000 }, () => {
  test.each(["csv", "parquet"])("writes a data set as %s that stands alone, beside the journal", (format) => {
    const out = join(run.folder, `as-${format}`);
    const { status, json } = labloop("export", run.folder, "--format", format, "--out", out, "--json");
    expect(status).toBe(0);
    expect(json()).toMatchObject({ v: 1, ok: true, format, rows: 4, failures: 0, folder: out });
    expect(readdirSync(out).toSorted()).toEqual([
      "columns.csv",
      "columns.json",
      "dataset.json",
      `observations.${format}`,
    ]);
    const document = DatasetDocument.parse(JSON.parse(readFileSync(join(out, "dataset.json"), "utf8")));
    expect(document).toMatchObject({
      title: { value: { en: "The toughest crossed barrel", ja: expect.any(String) } },
      journal: { events: run.events.length, head: `sha256:${run.events.at(-1)?.hash}` },
      completeness: { score: expect.any(Number), missing: expect.any(Array) },
    });
    const columns = ColumnDictionary.parse(JSON.parse(readFileSync(join(out, "columns.json"), "utf8")));
    expect(columns.find(({ name }) => name === "executed_theta")).toMatchObject({
      unit: "deg",
      description: { ja: "柱のねじれ角：装置が実施した値" },
    });
  });

  test("tells a person how complete the data are, and what is missing and why", () => {
    const { status, stdout } = labloop("export", run.folder);
    expect(status).toBe(0);
    expect(existsSync(join(run.folder, "export", "observations.csv"))).toBe(true);
    expect(stdout).toMatch(/^4 observations, 0 of them failures/);
    expect(stdout).toMatch(/\d+(\.\d)? % of what can be known is known/);
    expect(stdout).toContain("grant in 4 of 4: the campaign file names no grant");
  });

  test("refuses closed data and data without a manager, exit 3, and names the line that campaign.yaml lacks", () => {
    const { status, json } = labloop("export", hidden.folder, "--json");
    expect(status).toBe(3);
    expect(json()).toMatchObject({
      ok: false,
      faults: [
        { code: "export.incomplete", path: "dataManager", hint: expect.stringContaining("dataManager: ") },
        { code: "export.closed", path: "access" },
      ],
    });
    const allowed = labloop("export", hidden.folder, "--allow-closed");
    expect(allowed.status).toBe(3);
    expect(allowed.stderr).toContain("states no data manager");
    expect(allowed.stderr).not.toContain("closed");
    expect(existsSync(join(hidden.folder, "export"))).toBe(false);
  });

  test("an unknown format is a fault of usage, a folder without a journal a failure", () => {
    expect(labloop("export", run.folder, "--format", "xls").status).toBe(2);
    const missing = labloop("export", join(run.folder, "nothing"), "--json");
    expect([missing.status, missing.json()["code"]]).toEqual([1, "journal.notFound"]);
  });
});

describe("labloop report", { timeout: 60_000 }, () => {
  test("writes one HTML file, by default beside the journal, and says where", () => {
    const { status, stdout } = labloop("report", run.folder);
    const file = join(run.folder, "report.html");
    expect([status, stdout.trim()]).toEqual([0, file]);
    const html = readFileSync(file, "utf8");
    expect(html).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    expect(html).toContain(`sha256:${run.events.at(-1)?.hash}`);
    // The world's own word on random search, kept from the run.
    expect(html).toContain('class="random"');
  });

  test("writes it where it is told to", () => {
    const file = join(run.folder, "elsewhere.html");
    const { json } = labloop("report", run.folder, "--out", file, "--json");
    expect(json()).toMatchObject({ ok: true, file, journal: { events: run.events.length } });
    expect(existsSync(file)).toBe(true);
  });
});

test("labloop watch without a server says so, exit 75: it may be there the next time", { timeout: 60_000 }, () => {
  const { status, json } = labloop("watch", "--url", "http://127.0.0.1:1", "--json");
  expect([status, json()["code"]]).toEqual([75, "watch.notReachable"]);
});
