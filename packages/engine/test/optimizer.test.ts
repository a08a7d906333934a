import { canonicalJson } from "@labloop/contracts";
import { type DesignRequest, proposeDesign } from "@labloop/optimizer";
import { expect, test } from "vitest";
import { castingLab, mixingLab } from "./support/documents.ts";
import { openRig } from "./support/rig.ts";

/** An optimizer that fails at these questions, counted from 1. */
function failingAt(...questions: number[]) {
  let count = 0;
  return (request: DesignRequest) => {
    count++;
    const isBad = questions.includes(count);
    return isBad ? Promise.reject(new Error(`no idea at ${count}`)) : Promise.resolve(proposeDesign(request));
  };
}

test("an optimizer that fails is asked again, with another seed, and its reason is recorded", async () => {
  const rig = await openRig({ lab: mixingLab(2), propose: failingAt(1, 2) });
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
  expect(rig.events("proposal.rejected").map(({ reason }) => reason)).toEqual(["no idea at 1", "no idea at 2"]);
  expect(new Set(rig.asked.map(({ seed }) => seed)).size).toBe(4);
  expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 2 }]);
});

test("after five failures in a row the campaign stops with the reason", async () => {
  const rig = await openRig({ lab: mixingLab(6), propose: failingAt(2, 3, 4, 5, 6) });
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
  expect(rig.asked).toHaveLength(6);
  expect(rig.events("campaign.stopping")).toMatchObject([
    { reason: "the optimizer has failed 5 times in a row, at last with: no idea at 6" },
  ]);
  expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 1 }]);
});

test("five failures with answers in between do not stop it", async () => {
  const rig = await openRig({ lab: mixingLab(6), propose: failingAt(1, 3, 5, 7, 9) });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 6 }]);
});

test("a question that was open when the engine died is asked again in the same bytes", async () => {
  let isThinking = false;
  const never = new Promise<never>(() => undefined);
  const rig = await openRig({
    isDurable: true,
    lab: mixingLab(3),
    propose: (request) => (isThinking ? never : Promise.resolve(proposeDesign(request))),
  });
  await rig.until(() => rig.events("observation.made").length === 1);
  isThinking = true;
  const before = rig.asked.length;
  await rig.until(() => rig.asked.length === before + 1);
  rig.kill();
  isThinking = false;
  rig.reopen();
  await rig.until(() => rig.end() !== null);
  const [first, again] = rig.asked.slice(before);
  expect(canonicalJson(again)).toBe(canonicalJson(first));
  expect(rig.events("proposal.asked")).toHaveLength(3);
  expect(rig.events("proposal.made")).toHaveLength(3);
});

test("§6: what is being measured is pending, what was measured is known, and the budget is never exceeded", async () => {
  const rig = await openRig({ lab: castingLab(5, 3) });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("run.queued")).toHaveLength(5);
  for (const request of rig.asked) {
    expect(request.study.budget).toBe(5);
    expect(request.trials.length + request.pending.length).toBeLessThan(5);
  }
  expect(Math.max(...rig.asked.map(({ pending }) => pending.length))).toBeGreaterThanOrEqual(2);
});

test("equal seeds give byte-equal journals", async () => {
  const heads: string[] = [];
  for (let n = 0; n < 2; n++) {
    const rig = await openRig({ lab: mixingLab(4) });
    await rig.until(() => rig.end() !== null);
    heads.push(rig.journal.head().hash);
  }
  expect(heads[0]).toBe(heads[1]);
});
