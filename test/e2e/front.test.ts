import { join } from "node:path";
import { hypervolume, type DesignRequest, proposeDesign } from "@labloop/optimizer";
import { expect, test } from "vitest";
import { root } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";
import { openVirtualLab } from "../support/virtual-lab.ts";

const file = join(root, "protocols/quick-and-gentle/campaign.yaml");
/** The worst that counts, as the campaign file has it: seconds and turns. */
const reference = [-12, -20];

/** Asks as if nothing were known yet: the same space, constraints and seeds, and the design drawn at random. */
function proposeBlindly(question: DesignRequest) {
  return proposeDesign({ ...question, trials: [], pending: [] });
}

/** Runs the campaign to its end; returns the hypervolume of what was read within the bounds, and the front that it ended with. */
async function searched(seed: number, propose: typeof proposeDesign) {
  const lab = await openVirtualLab(join(privateFolder(), "data"), seed, { file, propose });
  await lab.until(() => lab.end() !== null);
  const useful = lab.events("observation.made").flatMap(({ observation: { values } }) => {
    const [ran, turns, delivered] = ["ran", "turns", "delivered"].map((name) => values?.[name]?.value ?? Number.NaN);
    return ran === undefined || turns === undefined || !(Math.abs(Number(delivered) - 5) <= 0.25)
      ? []
      : [[-ran, -turns]];
  });
  const [finished] = lab.events("campaign.finished");
  await lab.close();
  return { volume: hypervolume(useful, reference), finished };
}

test("a campaign with two objectives and a bound runs to its end, and its front takes up far more than random search's", async () => {
  // Those of the first six on which random search does best; on the other four it takes up next to nothing.
  const seeds = [2, 3];
  const [found, random] = [[] as number[], [] as number[]];
  for (const seed of seeds) {
    const { volume, finished } = await searched(seed, proposeDesign);
    expect(finished).toMatchObject({ experiments: 24, best: null });
    expect(finished?.front?.length).toBeGreaterThan(2);
    found.push(volume);
    random.push((await searched(seed, proposeBlindly)).volume);
  }
  const mean = (volumes: readonly number[]) => volumes.reduce((sum, volume) => sum + volume, 0) / volumes.length;
  expect(Math.min(...found)).toBeGreaterThan(Math.max(...random));
  expect(mean(found)).toBeGreaterThan(1.25 * mean(random));
}, 120_000);
