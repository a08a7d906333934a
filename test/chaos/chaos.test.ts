import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { audit } from "../support/auditor.ts";
import { type ChaosCampaign, type ChaosOrder, chaosCampaign } from "../support/chaos-campaign.ts";
import { whyNoMosquitto } from "../support/mosquitto.ts";
import type { GivenAnswer } from "../support/chaos-person.ts";
import { removeFolder } from "../support/private-folder.ts";
import { processesNaming } from "../support/processes-naming.ts";
import { readEvents } from "../support/read-folder.ts";

/** `npm run test:chaos -- --rounds 500 --seed 7` sets these. */
const rounds = Number(process.env["LABLOOP_CHAOS_ROUNDS"] ?? 50);
const seed = Number(process.env["LABLOOP_CHAOS_SEED"] ?? 1);
/** A print then takes 2.7 s: long enough to be cut short, and short enough to be waited for. */
const pace = { scale: 1_000, experiments: 40 };
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
    answered += campaign.person.answers.length;
    const { findings, ...counts } = audit(campaign.data);
    console.info(
      `${order.broker} seed ${order.seed + campaigns.length - 1}: ${tally(campaign)}; ${JSON.stringify(counts)}`,
    );
    expect([...findings, ...untold(campaign)], campaign.data).toEqual([]);
    expect(campaign.end.code).toBe(0);
    expect(counts).toMatchObject({ successes: pace.experiments });
    expect(processesNaming(campaign.data)).toEqual([]);
    removeFolder(join(campaign.data, ".."));
  }
  return campaigns;
}

/** What the journal says of a person's answers that this person has not given, and what was taken that it does not say. */
function untold({ data, person }: ChaosCampaign): string[] {
  const told = readEvents(data).flatMap(({ event }) =>
    event.type === "step.resolved" && event.by !== null
      ? [answerText({ ...event, by: event.by.name, second: event.confirmedBy?.name ?? null })]
      : [],
  );
  const given = person.answers.map(answerText);
  const taken = person.answers.filter(({ wasTaken }) => wasTaken).map(answerText);
  return [
    ...told.filter((answer) => !given.includes(answer)).map((answer) => `nobody has said: ${answer}`),
    ...taken.filter((answer) => !told.includes(answer)).map((answer) => `taken, and not in the journal: ${answer}`),
  ];
}

function answerText({
  commandId,
  as,
  by,
  second,
  reason,
}: Omit<GivenAnswer, "wasTaken" | "takesEffect" | "as"> & { readonly as: string }): string {
  return `${commandId} ${as} by ${by}${second === null ? "" : ` and ${second}`}: ${reason}`;
}

function tally({ rounds: struck, blows, selfEnded, engineStartsMs, person }: ChaosCampaign): string {
  const kinds = Object.groupBy(blows, ({ kind, part }) => `${kind} ${part.split(" ")[0]}`);
  const counts = Object.entries(kinds).map(([name, them]) => `${name} ${them?.length}`);
  const long = blows.filter(({ ms }) => ms > 10_000).length;
  const slowest = Math.max(0, ...engineStartsMs);
  const { answers, refusals } = person;
  const live = answers.filter(({ takesEffect }) => takesEffect === "now").length;
  return (
    `${struck} rounds (${counts.join(", ")}; ${long} of them freezes of 11 s), ${selfEnded.length} lost leases, ` +
    `engine up within ${slowest} ms, ${answers.length} answers, ${live} of them live, ${refusals.length} tries in vain`
  );
}

let answered = 0;

describe.concurrent("SIGKILL and SIGSTOP of engine, driver hosts and broker at any moment, in processes of their own", () => {
  afterAll(() => {
    // Blows aimed at acts of devices without evidence: fewer than 50 may miss them all.
    if (rounds >= 50) expect(answered).toBeGreaterThan(0);
  });

  test(`I1, I2, I3: on the embedded broker, ${Math.ceil(rounds / 2)} rounds: nothing ran twice, nothing is lost, nothing is hidden`, async () => {
    const campaigns = await strike({ broker: "aedes", seed, ...pace, hasDesk: true }, Math.ceil(rounds / 2));
    expect(campaigns.flatMap(({ blows }) => blows).length).toBeGreaterThanOrEqual(Math.ceil(rounds / 2));
  });

  test(`I1, I2, I3: on a real Mosquitto, ${Math.floor(rounds / 2)} rounds: nothing ran twice, nothing is lost, nothing is hidden`, async ({
    skip,
  }) => {
    const why = whyNoMosquitto();
    if (why !== null) skip(why);
    const campaigns = await strike({ broker: "mosquitto", seed, ...pace, hasDesk: false }, Math.floor(rounds / 2));
    expect(campaigns.flatMap(({ blows }) => blows).length).toBeGreaterThanOrEqual(Math.floor(rounds / 2));
  });
});
