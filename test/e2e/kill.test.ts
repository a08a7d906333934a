import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { audit } from "../support/auditor.ts";
import { type Kill, killCampaign, type KillOrder } from "../support/kill-campaign.ts";
import { demoCampaign, jsonLines, labloop, launch } from "../support/launch.ts";
import { privateFolder, removeFolder } from "../support/private-folder.ts";

/** Other seeds try other points: LABLOOP_KILL_SEED names the first. */
const firstSeed = Number(process.env["LABLOOP_KILL_SEED"] ?? 100);

/** Kills one campaign after another until so many processes have died, and audits each. */
async function killMany(order: Omit<KillOrder, "kills">, total: number, each: number): Promise<Kill[]> {
  const kills: Kill[] = [];
  for (let seed = order.seed; kills.length < total; seed++) {
    const began = process.uptime();
    const killed = await killCampaign({ ...order, seed, kills: Math.min(each, total - kills.length) });
    const audited = audit(killed.data);
    kills.push(...killed.kills);
    const { findings, ...counts } = audited;
    console.info(
      `${order.clock} seed ${seed}: ${killed.kills.length} kills, ${killed.kills.filter(isMidPrint).length} of them mid-print, ` +
        `${(process.uptime() - began).toFixed(0)} s; ${JSON.stringify(counts)}`,
    );
    expect(findings).toEqual([]);
    expect(counts).toMatchObject({ successes: 60, failures: 0, doubts: 0 });
    expect(killed.last).toMatchObject({ type: "campaign.finished", experiments: 60 });
    removeFolder(join(killed.data, ".."));
  }
  return kills;
}

const isMidPrint = ({ printing }: Kill) => printing.length > 0;

describe("a power cut at any moment", () => {
  test("I1, I2: after 100 kills at seeded points nothing ran twice, nothing is lost, and every campaign reaches 60", async () => {
    const [virtual, scaled] = await Promise.all([
      killMany({ clock: "virtual", seed: firstSeed }, 72, 36),
      killMany({ clock: "scaled", scale: 4_000, seed: firstSeed }, 30, 30),
    ]);
    const kills = [...virtual, ...scaled];
    const kinds = Object.groupBy(kills, ({ point }) => point);
    console.info(
      `${kills.length} kills, ${kills.filter(isMidPrint).length} mid-print: ` +
        Object.entries(kinds)
          .map(([point, them]) => `${point} ${them?.length}`)
          .join(", "),
    );
    expect(scaled.length).toBeGreaterThanOrEqual(25);
    expect(kills.length).toBeGreaterThanOrEqual(100);
    expect(kills.filter(isMidPrint).length).toBeGreaterThanOrEqual(20);
  });

  test("kill -9 of the whole process group, the same command again: it resumes, ends with 60, and its journal replays", async () => {
    const data = join(privateFolder(), "data");
    const args = ["run", demoCampaign, "--json", "--data", data, "--seed", "7", "--scale", "4000"];
    const first = launch(args, { hasOwnGroup: true });
    await first.until((lines) => lines.filter((line) => line.includes('"type":"observation"')).length >= 5);
    first.signal("SIGKILL");
    expect(await first.ended).toMatchObject({ code: null, signal: "SIGKILL" });

    const second = await labloop(args);
    expect(second).toMatchObject({ code: 0, stderr: expect.stringMatching(/^resumed after \d+ of 60 experiments$/m) });
    const last = jsonLines(second.stdout).at(-1)!;
    expect(last).toMatchObject({ type: "campaign.finished", experiments: 60 });
    const replayed = await labloop(["replay", data, "--json"]);
    expect(replayed.code).toBe(0);
    expect(jsonLines(replayed.stdout)).toEqual([
      expect.objectContaining({
        v: 1,
        ok: true,
        phase: "finished",
        experiments: 60,
        openCommands: 0,
        ...(last["journal"] as object),
      }),
    ]);
    expect(audit(data)).toMatchObject({ findings: [], successes: 60, failures: 0, doubts: 0 });
  });
});
