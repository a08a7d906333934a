import { canonicalJson, type Execute, type Values } from "@labloop/contracts";
import { expect, test } from "vitest";
import { rinsingLab } from "./support/documents.ts";
import { openRig, type Rig } from "./support/rig.ts";

const front = `objectives:
  - { name: mass, unit: g, goal: maximise }
  - { name: waste, unit: g, goal: minimise }`;

/** What comes out is most at 30 mL, and what is wasted grows with every mL: beyond 30 no amount is worth it. */
function playKitchen(rig: Rig, answer?: (order: Execute, result: Values) => boolean): void {
  let amount = 0;
  rig.device.onExecute = (order) => {
    const { commandId, op, params } = order;
    const asked = params["amount"];
    if (op === "mix" && typeof asked === "object" && "value" in asked) amount = asked.value;
    const result: Values =
      op === "mix"
        ? { mass: { value: (amount * (60 - amount)) / 10, unit: "g" } }
        : { waste: { value: amount ** 2 / 50, unit: "g" } };
    void rig.device.report(commandId, "accepted");
    if (answer?.(order, result) === true) return;
    void rig.device.report(commandId, "succeeded", { result });
  };
}

test("several objectives end in a front of measured designs, each with what is believed and was read of every objective", async () => {
  const rig = await openRig({ lab: rinsingLab(9, front) });
  playKitchen(rig);
  await rig.until(() => rig.end() !== null);
  const [created] = rig.events("campaign.created");
  expect(created).not.toHaveProperty("objective");
  expect(created?.objectives?.map(({ name }) => name)).toEqual(["mass", "waste"]);
  const [finished] = rig.events("campaign.finished");
  expect(finished).toMatchObject({ experiments: 9, best: null, bestMeasured: null });
  const found = finished?.front ?? [];
  expect(found.length).toBeGreaterThan(2);
  for (const { parameters, values } of found) {
    const amount = Number(parameters["amount"]);
    expect(amount).toBeLessThanOrEqual(32);
    expect(values["mass"]?.observed[0]).toBeCloseTo((amount * (60 - amount)) / 10, 9);
    expect(values["waste"]?.observed[0]).toBeCloseTo(amount ** 2 / 50, 9);
    const [low, high] = values["waste"]?.interval90 ?? [0, 0];
    expect(low).toBeLessThanOrEqual(values["waste"]?.value ?? Number.NaN);
    expect(high).toBeGreaterThanOrEqual(values["waste"]?.value ?? Number.NaN);
  }
  // Along the front, from the best in the first objective on.
  const masses = found.map(({ values }) => values["mass"]?.value ?? Number.NaN);
  expect(masses).toEqual(masses.toSorted((a, b) => b - a));
  const { observation } = rig.events("observation.made").at(-1) ?? {};
  expect(Object.keys(observation?.values ?? {})).toEqual(["mass", "waste"]);
  const last = rig.events("proposal.made").at(-1)?.answer;
  expect(last).toMatchObject({ predicted: null, best: null, acquisition: { name: "hypervolume-improvement" } });
  expect(Object.keys(last?.predictions ?? {})).toEqual(["mass", "waste"]);
  expect(new Set(last?.explanation?.map(({ objective }) => objective))).toEqual(new Set([null, "mass", "waste"]));
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("a run that misses one of the objectives keeps the others as partial, teaches nothing, and is made up for", async () => {
  const rig = await openRig({ lab: rinsingLab(4, front) });
  let isFirst = true;
  playKitchen(rig, ({ commandId, op }) => {
    if (op !== "rinse" || !isFirst) return false;
    isFirst = false;
    void rig.device.report(commandId, "failed", { physical: "partial", error: "instrument" });
    return true;
  });
  await rig.until(() => rig.end() !== null);
  const observations = rig.events("observation.made").map(({ observation }) => observation);
  expect(observations).toHaveLength(5);
  expect(observations[0]).toMatchObject({ values: null, failure: { class: "instrument" } });
  expect(Object.keys(observations[0]?.partial ?? {})).toEqual(["mass"]);
  expect(rig.events("proposal.made").at(-1)?.answer.surrogate.measurements).toBe(3);
  expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 4 }]);
});

test("objectives that say what is desirable come to one best, and every reading to a desirability of its own", async () => {
  const judged = `objectives:
  - { name: mass, unit: g, goal: maximise, desirability: { worst: 20, best: 90 } }
  - { name: waste, unit: g, goal: minimise, desirability: { worst: 20, best: 0 } }`;
  const rig = await openRig({ lab: rinsingLab(12, judged) });
  playKitchen(rig);
  await rig.until(() => rig.end() !== null);
  const [finished] = rig.events("campaign.finished");
  expect(finished).not.toHaveProperty("front");
  const worthOf = (amount: number) => {
    const mass = Math.min(1, Math.max(0, ((amount * (60 - amount)) / 10 - 20) / 70));
    return Math.sqrt(mass * Math.min(1, Math.max(0, 1 - amount ** 2 / 50 / 20)));
  };
  const most = Math.max(...Array.from({ length: 99 }, (_, i) => worthOf(1 + i / 2)));
  const amount = Number(finished?.best?.parameters["amount"]);
  expect(worthOf(amount)).toBeGreaterThan(0.95 * most);
  expect(finished?.best?.observed[0]).toBeCloseTo(worthOf(amount), 9);
  for (const { observation } of rig.events("observation.made")) {
    const own = observation.values?.["desirability"];
    expect(own?.value).toBeCloseTo(worthOf(Number(observation.requested["amount"])), 9);
    expect(own?.unit).toBe("1");
  }
});

test("one quantity that is to hit a target ends in one best, by a desirability of every reading", async () => {
  const wanted = `objectives:
  - { name: mass, unit: g, goal: target, desirability: { low: 60, target: 70, high: 75 } }`;
  const rig = await openRig({ lab: rinsingLab(10, wanted) });
  playKitchen(rig);
  await rig.until(() => rig.end() !== null);
  const { best } = rig.events("campaign.finished")[0] ?? {};
  const amount = Number(best?.parameters["amount"]);
  expect(Math.abs((amount * (60 - amount)) / 10 - 70)).toBeLessThan(2);
  const last = rig.events("proposal.made").at(-1)?.answer;
  expect(last).toMatchObject({ predicted: null, acquisition: { name: "desirability-improvement" } });
  expect(Object.keys(last?.predictions ?? {})).toEqual(["mass"]);
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("what breaks a bound is on no front, however good its objectives", async () => {
  const rig = await openRig({ lab: rinsingLab(12, `${front}\noutcomeConstraints: { waste: { max: 8 } }`) });
  playKitchen(rig);
  await rig.until(() => rig.end() !== null);
  const found = rig.events("campaign.finished")[0]?.front ?? [];
  expect(found.length).toBeGreaterThan(0);
  expect(found.every(({ values }) => (values["waste"]?.observed[0] ?? Number.NaN) <= 8)).toBe(true);
});

test("a front that the last experiments have not widened ends the campaign early, and it says why; one that takes up nothing does not", async () => {
  const stop = "stop: { plateau: { experiments: 3, share: 0.05 } }";
  const rig = await openRig({ lab: rinsingLab(30, `${front}\n${stop}`) });
  playKitchen(rig);
  await rig.until(() => rig.end() !== null);
  const [finished] = rig.events("campaign.finished");
  expect(finished?.experiments).toBeGreaterThan(3);
  expect(finished?.experiments).toBeLessThan(20);
  expect(finished?.reason).toContain("the last 3 experiments have widened the front by");
  expect(finished?.front?.length).toBeGreaterThan(1);
  expect(rig.engine.state().campaign?.endReason).toBeNull();
  expect(rig.refold()).toEqual(rig.engine.state());

  const hopeless = front.replace("goal: minimise", "goal: minimise, reference: -1");
  const other = await openRig({ lab: rinsingLab(6, `${hopeless}\n${stop}`) });
  playKitchen(other);
  await other.until(() => other.end() !== null);
  expect(other.events("campaign.finished")).toMatchObject([{ experiments: 6 }]);
});

test("one objective that has come to rest ends the campaign early as well", async () => {
  const judged = `objective: { name: mass, unit: g, goal: maximise }\nstop: { plateau: { experiments: 3, share: 0.05 } }`;
  const rig = await openRig({ lab: rinsingLab(30, judged) });
  playKitchen(rig);
  await rig.until(() => rig.end() !== null);
  const [finished] = rig.events("campaign.finished");
  expect(finished?.experiments).toBeLessThan(20);
  expect(finished?.reason).toContain("the last 3 experiments have raised the best reading by");
});

test.each([
  [
    "gain: { moreThan: 0.5, experiments: 5, chance: 0.1 }",
    /^the probability that 5 more experiments gain more than 0.5 is about .* below 10 %$/,
  ],
  [
    "regret: { within: 2, confidence: 0.9 }",
    /^stopping now loses at most .*, with 90 % confidence, within the 2 allowed$/,
  ],
])(
  "a campaign ends once %s is so, with all that was under way observed, and what was proposed beside it is not made",
  async (rule, why) => {
    const judged = `objective: { name: mass, unit: g, goal: maximise }\nstop: { ${rule} }`;
    const rig = await openRig({ lab: rinsingLab(40, judged) });
    playKitchen(rig);
    await rig.until(() => rig.end() !== null);
    const [finished] = rig.events("campaign.finished");
    expect(finished?.experiments).toBeLessThan(30);
    expect(finished?.experiments).toBeGreaterThan(3);
    expect(finished?.reason).toMatch(why);
    const last = rig.events("proposal.made").at(-1);
    expect(last?.answer.ahead).toBeDefined();
    expect(rig.events("run.queued").map(({ proposalId }) => proposalId)).not.toContain(last?.proposalId);
    expect(rig.events("observation.made")).toHaveLength(finished?.experiments ?? 0);
    expect(rig.events("proposal.rejected")).toEqual([]);
    expect(rig.refold()).toEqual(rig.engine.state());
  },
);

test("a front that more experiments are unlikely to widen ends the campaign, and it says of what the gain is a share", async () => {
  const stop = "stop: { gain: { moreThan: 0.2, experiments: 5, chance: 0.2 } }";
  const rig = await openRig({ lab: rinsingLab(30, `${front}\n${stop}`) });
  playKitchen(rig);
  await rig.until(() => rig.end() !== null);
  const [finished] = rig.events("campaign.finished");
  expect(finished?.experiments).toBeGreaterThan(4);
  expect(finished?.experiments).toBeLessThan(20);
  expect(finished?.reason).toMatch(
    /^the probability that 5 more experiments widen the front by more than 20 % of the present hypervolume is about .* below 20 %$/,
  );
  expect(finished?.front?.length).toBeGreaterThan(0);
  const last = rig.events("proposal.made").at(-1);
  expect(last?.answer.ahead).toMatchObject({ experiments: 5, gain: 0.2, shareOf: "hypervolume" });
  expect(rig.events("run.queued").map(({ proposalId }) => proposalId)).not.toContain(last?.proposalId);
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("a campaign of several objectives that dies goes on to the same front", async () => {
  const ends = await Promise.all(
    [false, true].map(async (isKilled) => {
      const rig = await openRig({ isDurable: true, lab: rinsingLab(5, front) });
      playKitchen(rig);
      if (isKilled) {
        await rig.until(() => rig.events("observation.made").length === 3);
        rig.kill();
        rig.reopen();
      }
      await rig.until(() => rig.end() !== null);
      return canonicalJson(rig.events("campaign.finished")[0]?.front);
    }),
  );
  expect(ends[1]).toBe(ends[0]);
});

test("a reading that the others do not explain is measured again at once, and where it was a slip it is not the best", async () => {
  const rig = await openRig({ lab: rinsingLab(22, "objective: { name: mass, unit: g, goal: maximise }") });
  let mixed = 0;
  playKitchen(rig, ({ op }, result) => {
    if (op !== "mix") return false;
    mixed++;
    // The decimal point of the sixteenth.
    if (mixed === 16) result["mass"] = { value: 10 * massOf(result), unit: "g" };
    return false;
  });
  await rig.until(() => rig.end() !== null);
  const made = rig.events("proposal.made").map(({ answer }) => answer);
  const again = made.filter(({ acquisition }) => acquisition.name === "confirmation");
  const observed = rig.events("observation.made").map(({ observation }) => observation);
  const slip = observed.find(({ values }) => (values?.["mass"]?.value ?? 0) > 100);
  expect(again.map(({ parameters }) => parameters)).toEqual([slip?.executed.value]);
  const [finished] = rig.events("campaign.finished");
  expect(finished?.best?.value).toBeGreaterThan(80);
  expect(finished?.best?.value).toBeLessThan(95);
  expect(finished?.bestMeasured?.value).toBeGreaterThan(100);
  expect(rig.refold()).toEqual(rig.engine.state());
});

function massOf({ mass }: Values): number {
  return typeof mass === "object" && "value" in mass ? mass.value : Number.NaN;
}
