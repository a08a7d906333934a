import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { testDriver } from "@labloop/cli";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Every driver of the tree, by its folder: what is tested with which plant, and the level that it has to keep. */
const drivers: Readonly<
  Record<string, { readonly driver: string; readonly plant: string; readonly level: string; readonly soak?: number }>
> = {
  // Ten thousand commands over a disk, or over HTTP, take longer than a test may: without them there is no gold.
  "file-drop": { driver: "declarations/balance.yaml", plant: "file-drop.ts", level: "silver", soak: 100 },
  "marlin-gcode": { driver: "driver.ts", plant: "marlin.ts", level: "gold" },
  "mark10-esm": { driver: "driver.ts", plant: "mark10-esm.ts", level: "gold" },
  "mettler-toledo-mt-sics": { driver: "driver.ts", plant: "mt-sics.ts", level: "gold" },
  modbus: { driver: "examples/thermostat.yaml", plant: "modbus.ts", level: "gold" },
  opentrons: { driver: "declarations/ot2.yaml", plant: "opentrons.ts", level: "silver", soak: 100 },
  person: { driver: "declarations/balance.yaml", plant: "person.ts", level: "gold" },
  "starter-pump": { driver: "driver.ts", plant: "starter-pump.ts", level: "gold" },
  "text-line": { driver: "examples/dosing-pump.yaml", plant: "starter-pump.ts", level: "gold" },
  "universal-robots-dashboard": { driver: "driver.ts", plant: "universal-robots-dashboard.ts", level: "gold" },
};

/** Packages that wear no badge here, and what keeps them to their word instead. */
const elsewhere: Readonly<Record<string, string>> = {
  python:
    "a kit in another language: test/attach holds a driver over a broker to silver, and another to what gold asks for but the soak",
};

test("every driver of the tree is held against the contract here, or it is said what does that instead", () => {
  const folders = readdirSync(join(root, "devices"));
  const known = new Set([...Object.keys(drivers), ...Object.keys(elsewhere)]);
  expect(folders.filter((folder) => !known.has(folder))).toEqual([]);
});

test.each(Object.entries(drivers))("%s keeps its badge", async (folder, { driver, plant, level, soak }) => {
  const tested = await testDriver(join(root, "devices", folder, driver), {
    plant: join(root, "test/conformance/plants", plant),
    ...(soak === undefined ? {} : { soak }),
  });
  if (!tested.ok) throw new Error(JSON.stringify(tested.faults));
  const { results, standing, tookMs } = tested.value;
  // What a badge costs is a figure that people ask for.
  console.info(`${folder}: ${standing.level}, ${(tookMs / 1_000).toFixed(1)} s`);
  expect(results.filter(({ verdict }) => verdict === "failed")).toEqual([]);
  expect(standing.level).toBe(level);
});
