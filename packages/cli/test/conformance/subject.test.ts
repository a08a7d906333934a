import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadSubject } from "../../src/conformance/subject.ts";

test("who names a driver's folder is told to name the driver in it", async () => {
  const folder = fileURLToPath(new URL("../../../../devices/opentrons", import.meta.url));
  const loaded = await loadSubject(folder, {});
  if (loaded.ok) throw new Error("a folder was taken for a driver");
  expect(loaded.faults.map(({ code }) => code)).toEqual(["conformance.folder"]);
  expect(loaded.faults[0]?.hint).toContain("opentrons/driver.ts");
});
