import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { driverText, troubles, unloadable, writeLab } from "../../packages/cli/test/drivers/trouble.ts";
import { jsonLines, labloop, launch, root } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";
import { processesNaming } from "../support/processes-naming.ts";

/** A real lab with drivers as given, and a campaign of a few steps on its mixer. */
function writeCampaign(
  drivers: Readonly<Record<string, string>>,
  experiments = 6,
): { campaign: string; folder: string } {
  const folder = privateFolder();
  writeLab(folder, drivers);
  const original = join(root, "test/bench/instant-lab");
  for (const name of ["protocol.yaml", "candidates.csv"]) copyFileSync(join(original, name), join(folder, name));
  const text = readFileSync(join(original, "campaign.yaml"), "utf8");
  const campaign = join(folder, "campaign.yaml");
  writeFileSync(campaign, text.replace("experiments: 400", `experiments: ${experiments}`));
  return { campaign, folder };
}

describe("a real lab whose drivers misbehave", () => {
  test("a campaign runs to its end beside a driver that throws, one that hangs, one that ends itself and one that does not load", async () => {
    const { campaign, folder } = writeCampaign({
      steady: driverText({ lastsMs: 50 }),
      throws: driverText({ trouble: troubles.throws, capability: "oven" }),
      loops: driverText({ trouble: troubles.loops, capability: "oven" }),
      exits: driverText({ trouble: troubles.exits, capability: "oven" }),
      broken: unloadable.importThrows,
    });
    const data = join(folder, "data");
    const { code, stdout } = await labloop(["run", campaign, "--seed", "1", "--data", data, "--json"]);
    expect(code).toBe(0);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: "campaign.finished", experiments: 6 });
    expect(processesNaming(data)).toEqual([]);
  });

  test("a campaign that needs a device whose driver does not load is refused with the reason, and `devices` shows it", async () => {
    const { campaign, folder } = writeCampaign({
      mixer: unloadable.importThrows,
      oven: driverText({ capability: "oven" }),
    });
    const refused = await labloop(["run", campaign, "--data", join(folder, "data"), "--json"]);
    expect(refused.code).toBe(3);
    expect(refused.stdout).toContain("no licence for the vendor's library");
    const shown = await labloop(["devices", "--lab", join(folder, "lab.yaml")]);
    expect(shown.code).toBe(3);
    expect(shown.stdout).toContain("oven: mix");
    expect(shown.stdout).toContain("mixer        its driver does not load:");
  });

  test("a driver is loaded anew by command while the campaign goes on, and the campaign ends with the new one", async () => {
    const { campaign, folder } = writeCampaign({ mixer: driverText({ lastsMs: 100 }) }, 100);
    const data = join(folder, "data");
    const run = launch(["run", campaign, "--seed", "1", "--data", data, "--json"]);
    const has = (fits: (line: string) => boolean) => run.until((lines) => lines.some(fits));
    await has((line) => line.includes("step.succeeded"));
    writeFileSync(join(folder, "mixer.mjs"), driverText({ version: "2.0.0" }));
    expect(await labloop(["device", "reload", "mixer", data, "--json"])).toMatchObject({ code: 0 });
    const { code, stdout } = await run.ended;
    expect(code).toBe(0);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: "campaign.finished", experiments: 100 });
    const rows = readFileSync(join(data, "observations.csv"), "utf8");
    expect(rows.trim().split("\n")).toHaveLength(101);
    const births = jsonLines(stdout).filter(({ type }) => type === "device.born");
    expect(new Set(births.map(({ bootId }) => bootId)).size).toBe(2);
    expect(existsSync(join(data, "devices", "mixer.reload.json"))).toBe(false);
  });
});
