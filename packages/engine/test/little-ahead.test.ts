import type { LookAhead } from "@labloop/contracts";
import { type DesignRequest, proposeDesign } from "@labloop/optimizer";
import { expect, test } from "vitest";
import { castingLab, type TestLab } from "./support/documents.ts";
import { openRig, type Rig } from "./support/rig.ts";

const rule = { moreThan: 0.5, experiments: 5, chance: 0.1 };

function stopping(lab: TestLab): TestLab {
  const { recipe } = lab;
  const campaign = { ...recipe.checked.campaign, stop: { gain: rule } };
  return { ...lab, recipe: { ...recipe, checked: { ...recipe.checked, campaign } } };
}

/** An optimizer that promises nothing more at these counts of trials. */
function promising(isLittle: (request: DesignRequest) => boolean) {
  return (request: DesignRequest) => {
    const { ahead, ...rest } = request;
    expect(ahead).toEqual({ experiments: 5, gain: 0.5, confidence: 0.95 });
    const look: LookAhead = {
      experiments: 5,
      gain: 0.5,
      confidence: 0.95,
      chance: isLittle(request) ? 0 : 1,
      regret: 1,
    };
    return Promise.resolve({ ...proposeDesign(rest), ahead: look });
  };
}

const askedOf = (rig: Rig) => rig.asked.map(({ trials, pending }) => [trials.length, pending.length]);

test("what is under way may change what the last answer said: it is waited for, and asked again before more is begun", async () => {
  const propose = promising(({ trials }) => trials.length === 3 || trials.length > 7);
  const rig = await openRig({ lab: stopping(castingLab(16, 2)), propose });
  await rig.until(() => rig.end() !== null);
  const asked = askedOf(rig);
  expect(asked.slice(0, 8)).toEqual([
    [0, 0],
    [0, 1],
    [0, 2],
    [0, 3],
    [1, 3],
    [2, 3],
    [3, 3],
    [6, 0],
  ]);
  // The second time it is asked anew as well, and the answer stands.
  const [finished] = rig.events("campaign.finished");
  expect(asked.at(-1)).toEqual([finished?.experiments, 0]);
  expect(finished).toMatchObject({ experiments: 11, reason: expect.stringContaining("is about 0 %, below 10 %") });
  // What was proposed beside the three answers that were enough was not made, and is no design that cannot be.
  expect(rig.asked.every(({ trials }) => trials.every(({ outcome }) => outcome.status === "measured"))).toBe(true);
  expect(rig.events("proposal.made").length - rig.events("run.queued").length).toBe(3);
  expect(rig.events("proposal.rejected")).toEqual([]);
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("a campaign whose engine dies after an answer that was enough ends as it would have", async () => {
  const ends = await Promise.all(
    [false, true].map(async (isKilled) => {
      const propose = promising(({ trials }) => trials.length > 4);
      const rig = await openRig({ isDurable: true, lab: stopping(castingLab(16, 2)), propose });
      if (isKilled) {
        await rig.until(() => rig.asked.some(({ trials }) => trials.length === 5));
        rig.kill();
        rig.reopen();
      }
      await rig.until(() => rig.end() !== null);
      return rig.events("campaign.finished").map(({ experiments, reason }) => [experiments, reason]);
    }),
  );
  expect(ends[1]).toEqual(ends[0]);
});
