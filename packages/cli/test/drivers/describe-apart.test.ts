import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeApart } from "../../src/drivers/describe-apart.ts";
import { loadLab } from "../../src/lab/load-lab.ts";
import { driverText, unloadable, writeLab } from "./trouble.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "labloop-describe-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("whatever a module does as it is loaded is a fault of its device, with its place, and of nobody else", async () => {
  const path = writeLab(folder, { first: driverText({}), ...unloadable, last: driverText({ version: "1.2.0" }) });
  const devices = ["first", ...Object.keys(unloadable), "last"];
  const described = await describeApart(
    path,
    Object.fromEntries(devices.map((id) => [id, { module: `./${id}.mjs`, config: {}, transport: "none" }])),
    20_000,
  );
  expect(Object.keys(described)).toEqual(devices);
  expect(devices.map((id) => described[id]?.caps?.driverVersion ?? null)).toEqual([
    "1.0.0",
    null,
    null,
    null,
    null,
    "1.2.0",
  ]);
  const codes = devices.map((id) => described[id]?.faults.map(({ fault }) => fault.code).join() ?? "");
  expect(codes).toEqual(["", "lab.moduleNotLoaded", "driver.notLoaded", "driver.ended", "lab.notADriver", ""]);
});

test("a lab is refused with every fault when it is checked, and loaded without the device when it is run", async () => {
  const path = writeLab(folder, { first: driverText({}), broken: unloadable.importThrows });
  const checked = await loadLab(path);
  expect(checked.ok ? [] : checked.faults.map(({ code, line }) => [code, line])).toEqual([["lab.moduleNotLoaded", 11]]);
  const run = await loadLab(path, { broken: "leave-out" });
  if (!run.ok) throw new Error("it was refused");
  expect(Object.keys(run.value.caps)).toEqual(["first"]);
  expect(run.value.broken["broken"]?.map(({ code }) => code)).toEqual(["lab.moduleNotLoaded"]);
});

test("a driver that imports what is not there is told with the line that asks for it", async () => {
  const path = writeLab(folder, {
    asks: `import process from "node:process";\nimport "./words.mjs";\n${driverText({})}`,
  });
  const checked = await loadLab(path);
  expect(checked.ok ? [] : checked.faults.map(({ hint }) => hint)).toEqual([
    `the error is in ${join(folder, "asks.mjs")}:2`,
  ]);
});
