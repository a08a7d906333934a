import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { audit } from "../support/auditor.ts";
import { type ChaosCampaign, type ChaosOrder, chaosCampaign } from "../support/chaos-campaign.ts";
import { whyNoMosquitto } from "../support/mosquitto.ts";
import { removeFolder } from "../support/private-folder.ts";
import { processesNaming } from "../support/processes-naming.ts";

/** `npm run test:chaos -- --rounds 500 --seed 7` sets these. */
const rounds = Number(process.env["LABLOOP_CHAOS_ROUNDS"] ?? 50);
const seed = Number(process.env["LABLOOP_CHAOS_SEED"] ?? 1);
/** As many as fall within one campaign with some of it left to finish. */
const roundsPerCampaign = 25;

/** Runs campaigns until so many rounds were struck, and audits each against what the world has counted. */
async function strike(order: Omit<ChaosOrder, "rounds">, total: number): Promise<ChaosCampaign[]> {
  const campaigns: ChaosCampaign[] = [];
  const struck = () => campaigns.reduce((sum, one) => sum + one.rounds, 0);
  while (struck() < total) {
    const wanted = Math.min(roundsPerCampaign, total - struck());
    const campaign = await chaosCampaign({ ...order, seed: order.seed + campaigns.length, rounds: wanted });
    campaigns.push(campaign);
    const { findings, ...counts } = audit(campaign.data);
    console.info(
      `${order.broker} seed ${order.seed + campaigns.length - 1}: ${tally(campaign)}; ${JSON.stringify(counts)}`,
    );
    expect(findings, campaign.data).toEqual([]);
    expect(campaign.end.code).toBe(0);
    expect(counts).toMatchObject({ successes: 60 });
    expect(processesNaming(campaign.data)).toEqual([]);
    removeFolder(join(campaign.data, ".."));
  }
  return campaigns;
}

function tally({ rounds: struck, blows, selfEnded, engineStartsMs }: ChaosCampaign): string {
  const kinds = Object.groupBy(blows, ({ kind, part }) => `${kind} ${part.split(" ")[0]}`);
  const counts = Object.entries(kinds).map(([name, them]) => `${name} ${them?.length}`);
  const slowest = Math.max(0, ...engineStartsMs);
  return `${struck} rounds (${counts.join(", ")}), ${selfEnded.length} lost leases, engine up within ${slowest} ms`;
}

describe("SIGKILL and SIGSTOP of engine, driver hosts and broker at any moment, in processes of their own", () => {
  test(`I1, I2, I3: on the embedded broker, ${Math.ceil(rounds / 2)} rounds: nothing ran twice, nothing is lost, nothing is hidden`, async () => {
    const campaigns = await strike({ broker: "aedes", seed, scale: 2_000 }, Math.ceil(rounds / 2));
    expect(campaigns.flatMap(({ blows }) => blows).length).toBeGreaterThanOrEqual(Math.ceil(rounds / 2));
  });

  test(`I1, I2, I3: on a real Mosquitto, ${Math.floor(rounds / 2)} rounds: nothing ran twice, nothing is lost, nothing is hidden`, async ({
    skip,
  }) => {
    const why = whyNoMosquitto();
    if (why !== null) skip(why);
    const campaigns = await strike({ broker: "mosquitto", seed, scale: 2_000 }, Math.floor(rounds / 2));
    expect(campaigns.flatMap(({ blows }) => blows).length).toBeGreaterThanOrEqual(Math.floor(rounds / 2));
  });
});
