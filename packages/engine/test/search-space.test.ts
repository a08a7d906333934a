import { canonicalJson } from "@labloop/contracts";
import { type DesignRequest, proposeDesign } from "@labloop/optimizer";
import { expect, test } from "vitest";
import { mixingLab, searchingLab, solventLab } from "./support/documents.ts";
import { questionOf } from "../src/decide/question-of.ts";
import { openRig, type Rig } from "./support/rig.ts";
import { resultOf } from "./support/scripted-device.ts";

const amounts = "parameters: { amount: { unit: mL, min: 1, max: 50, step: 0.5 } }";

function amountsOf(rig: Rig): number[] {
  return rig.events("run.queued").map(({ parameters }) => Number(parameters["amount"]));
}

/** A proposer that keeps the studies it was asked about. */
function keeping(asked: DesignRequest[]) {
  return (question: DesignRequest) => {
    asked.push(question);
    return Promise.resolve(proposeDesign(question));
  };
}

test("a campaign over a range runs to its end on what the instrument can set, and finds the better side of it", async () => {
  const rig = await openRig({ lab: searchingLab(10, amounts) });
  await rig.until(() => rig.end() !== null);
  const tried = amountsOf(rig);
  expect(tried).toHaveLength(10);
  for (const amount of tried) {
    expect(Number.isInteger(amount * 2)).toBe(true);
    expect(amount).toBeGreaterThanOrEqual(1);
    expect(amount).toBeLessThanOrEqual(50);
  }
  const [finished] = rig.events("campaign.finished");
  expect(finished?.best?.parameters["amount"]).toBeGreaterThan(40);
  expect(finished?.best?.observed).toEqual([Number(finished?.best?.parameters["amount"]) * 10]);
  const [created] = rig.events("campaign.created");
  expect(created?.space.parameters).toEqual([{ name: "amount", unit: "mL", min: 1, max: 50 }]);
  expect(created?.documents).not.toHaveProperty("candidates");
  const made = rig.events("proposal.made").at(-1)?.answer;
  expect(made?.surrogate).toMatchObject({ kind: "model-average", measurements: 9 });
  expect(made?.explanation?.map(({ aspect }) => aspect)).toContain("neighbours");
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("nothing is proposed that a constraint rules out", async () => {
  const asked = `${amounts}\nconstraints: [{ kind: expression, expression: amount * (25 - amount), min: 0 }]`;
  const rig = await openRig({ lab: searchingLab(8, asked) });
  await rig.until(() => rig.end() !== null);
  expect(Math.max(...amountsOf(rig))).toBeLessThanOrEqual(25);
});

test("what breaks the bounds of an outcome is learned from and never named the best", async () => {
  const rig = await openRig({ lab: searchingLab(12, `${amounts}\noutcomeConstraints: { mass: { max: 200 } }`) });
  await rig.until(() => rig.end() !== null);
  const best = rig.events("campaign.finished")[0]?.best?.parameters["amount"] ?? Number.NaN;
  expect(best).toBeLessThanOrEqual(20);
  expect(best).toBeGreaterThan(10);
});

test("a study that was open when the engine died is asked again in the same bytes", async () => {
  const asked: DesignRequest[] = [];
  let isThinking = false;
  const never = new Promise<never>(() => undefined);
  const answer = keeping(asked);
  const rig = await openRig({
    isDurable: true,
    lab: searchingLab(4, amounts),
    propose(question) {
      const answered = answer(question);
      return isThinking ? never : answered;
    },
  });
  await rig.until(() => rig.events("observation.made").length === 2);
  isThinking = true;
  const before = asked.length;
  await rig.until(() => asked.length === before + 1);
  rig.kill();
  isThinking = false;
  rig.reopen();
  await rig.until(() => rig.end() !== null);
  const [first, again] = asked.slice(before);
  expect(canonicalJson(again)).toBe(canonicalJson(first));
  expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 4 }]);
});

test("what could not be made is told the optimizer as that, what broke down says nothing, and neither counts as measured", async () => {
  const asked: DesignRequest[] = [];
  const rig = await openRig({ lab: searchingLab(3, amounts), propose: keeping(asked) });
  const classes = ["infeasible", "instrument"];
  rig.device.onExecute = (order) => {
    void rig.device.report(order.commandId, "accepted");
    const error = classes.shift();
    void (error === undefined
      ? rig.device.report(order.commandId, "succeeded", { result: resultOf(order) })
      : rig.device.report(order.commandId, "failed", { physical: error === "infeasible" ? "none" : "partial", error }));
  };
  await rig.until(() => rig.end() !== null);
  const last = asked.at(-1);
  const statuses = last?.trials.map(({ outcome }) => outcome.status);
  expect(statuses).toEqual(["infeasible", "fault", "measured", "measured"]);
  // The budget counts successes: with what was spent on the infeasible design it is one more.
  expect(last?.study.budget).toBe(4);
  const [refused] = amountsOf(rig);
  expect(amountsOf(rig).slice(1)).not.toContain(refused);
});

test("a proposal that the envelope forbids counts as one that cannot be made", async () => {
  const asked: DesignRequest[] = [];
  const answer = keeping(asked);
  let isFirst = true;
  const rig = await openRig({
    lab: searchingLab(2, "parameters: { amount: { unit: mL, min: 1, max: 12, step: 1 } }", {
      envelope: [{ capability: "mixer", operation: "mix", limits: { amount: { max: "12 mL" } } }],
    }),
    async propose(question) {
      const made = await answer(question);
      const proposal = isFirst ? { ...made, parameters: { amount: 40 } } : made;
      isFirst = false;
      return proposal;
    },
  });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("proposal.rejected")).toHaveLength(1);
  expect(asked[1]?.trials).toEqual([{ design: { amount: 40 }, outcome: { status: "infeasible" } }]);
  expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 2 }]);
});

test("what is varied may be a name: it reaches the device as that, stands so in the data, and the better one is found", async () => {
  const asked = "parameters: { amount: { unit: mL, min: 1, max: 20, step: 1 }, solvent: { options: [water, oil] } }";
  const rig = await openRig({ lab: solventLab(10, asked) });
  await rig.until(() => rig.end() !== null);
  const tried = rig.events("run.queued").map(({ parameters }) => parameters["solvent"]);
  expect(new Set(tried)).toEqual(new Set(["water", "oil"]));
  expect(rig.events("step.intended").map(({ params }) => params["solvent"])).toEqual(tried);
  const { observation } = rig.events("observation.made")[0] ?? {};
  expect(observation?.executed).toEqual({ value: observation?.requested });
  expect(rig.events("campaign.created")[0]?.space.parameters[1]).toMatchObject({ options: ["water", "oil"] });
  expect(rig.events("campaign.finished")[0]?.best?.parameters["solvent"]).toBe("water");
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("equal seeds give byte-equal journals over a range too", async () => {
  const heads: string[] = [];
  for (let n = 0; n < 2; n++) {
    const rig = await openRig({ lab: searchingLab(5, amounts) });
    await rig.until(() => rig.end() !== null);
    heads.push(rig.journal.head().hash);
  }
  expect(heads[0]).toBe(heads[1]);
});

test("a question of a record that only counts what succeeded is asked over the observations that were there by then", async () => {
  const rig = await openRig({ lab: mixingLab(3) });
  await rig.until(() => rig.end() !== null);
  const { recipe } = mixingLab(3);
  const state = rig.engine.state();
  for (const [index, proposal] of [...state.proposals.values()].entries()) {
    const older = { ...proposal, observations: undefined };
    expect(questionOf(state, older, recipe)).toEqual(rig.asked[index]);
  }
  expect(rig.asked.map(({ trials }) => trials.length)).toEqual([0, 1, 2]);
});
