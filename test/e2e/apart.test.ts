import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { audit } from "../support/auditor.ts";
import { forgetfulLab } from "../support/forgetful-lab.ts";
import { openLabParts } from "../support/lab-parts.ts";
import { demoCampaign, demoLab, jsonLines, labloop, launch } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";
import { processesNaming } from "../support/processes-naming.ts";

const nowhere = "mqtt://127.0.0.1:1";

describe("broker, world, drivers and engine in processes of their own", () => {
  test("a campaign runs to its end, its folder is that of one process, and no process is left", async () => {
    const folder = privateFolder();
    const data = join(folder, "data");
    const experiments = 20;
    const { campaign, lab } = forgetfulLab(join(folder, "lab"), { devices: [], experiments });
    const parts = await openLabParts({ data, seed: 5, scale: 4_000, broker: "aedes", campaign, lab });
    try {
      const { code, stdout } = await parts.engine.now().ended;
      expect(code).toBe(0);
      expect(jsonLines(stdout).at(-1)).toMatchObject({ type: "campaign.finished", experiments });
    } finally {
      await parts.close();
    }
    expect(audit(data)).toMatchObject({ findings: [], successes: experiments });
    expect(processesNaming(data)).toEqual([]);
  });

  test("the world keeps its clock and its seed when it is started again, and refuses others", async () => {
    const data = join(privateFolder(), "data");
    const args = ["world", demoLab, "--data", data, "--json"];
    const open = async (...more: string[]) => {
      const world = launch([...args, ...more]);
      const [line = ""] = await world.until((lines) => lines.length > 0);
      world.signal("SIGTERM");
      expect(await world.ended).toMatchObject({ code: 0 });
      return JSON.parse(line) as Record<string, unknown>;
    };
    const { clock, seed } = await open("--seed", "9", "--scale", "500");
    expect(await open()).toMatchObject({ clock, seed });
    expect(await labloop([...args, "--seed", "10"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("holds a world with seed 9 and scale 500"),
    });
  });

  test("what a part lacks is named: the broker, the world, the device", async () => {
    const data = join(privateFolder(), "data");
    const told = [
      { args: ["run", demoCampaign, "--no-devices", "--data", data], code: 2, named: "usage.noBroker" },
      {
        args: ["run", demoCampaign, "--no-devices", "--data", data, "--broker", nowhere],
        code: 75,
        named: "lab.worldNotRunning",
      },
      { args: ["host", demoLab, "--data", data], code: 2, named: "usage.noBroker" },
      { args: ["host", demoLab, "--data", data, "--broker", nowhere], code: 75, named: "lab.worldNotRunning" },
      { args: ["host", demoLab, "--data", data, "--broker", nowhere, "--devices", "arm,leg"], code: 2, named: "leg" },
      { args: ["broker", demoLab, "--port", "x"], code: 2, named: "usage.badNumber" },
    ];
    const ended = await Promise.all(told.map(({ args }) => labloop(args)));
    for (const [index, { code, named }] of told.entries()) {
      expect(ended[index]).toMatchObject({ code, stderr: expect.stringContaining(named) });
    }
  });
});
