import { describe, expect, test } from "vitest";
import { audit } from "../support/auditor.ts";
import { type Kill, killCampaign, type KillOrder } from "../support/kill-campaign.ts";
import { demoCampaign, jsonLines, labloop, launch } from "../support/launch.ts";
import { privateFolder, removeFolder } from "../support/private-folder.ts";
import { join } from "node:path";

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
      killMany({ clock: "virtual", seed: 100 }, 78, 26),
      killMany({ clock: "scaled", scale: 4_000, seed: 200 }, 27, 27),
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
});
