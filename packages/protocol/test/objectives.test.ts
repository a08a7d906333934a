import { expect, test } from "vitest";
import { checkCampaign, checkCampaignDocument } from "../src/index.ts";
import { demoSources, valueOf } from "./support/demo.ts";

const single = /objective: .*\n/;

/** The demonstration's campaign with something in place of its one objective. */
function campaignOf(text: string): { file: string; text: string } {
  const { file, text: whole } = demoSources.campaign;
  return { file, text: whole.replace(single, text) };
}

function faultsOf(text: string): string[] {
  const outcome = checkCampaignDocument(campaignOf(text));
  return outcome.ok ? [] : outcome.faults.map(({ code, path = "" }) => `${code} at ${path}`);
}

const front = `objectives:
  - { name: toughness, unit: J, goal: maximise, target: 40, reference: 5 }
  - { name: mass, unit: g, goal: minimise }
`;

test("a campaign may improve two quantities together: it is a study, and no one of them tells how good a design is", () => {
  const campaign = campaignOf(front);
  const checked = valueOf(checkCampaign({ ...demoSources, campaign, examplesOf: ({ candidates = [] }) => candidates }));
  expect(checked.objective).toBeNull();
  expect(checked.study.objectives).toEqual([
    { name: "toughness", unit: "J", goal: "maximise", reference: 5 },
    { name: "mass", unit: "g", goal: "minimise" },
  ]);
  expect(checked.study.candidates).toHaveLength(600);
});

test("where every objective says what is desirable, their desirability is the one that tells", () => {
  const campaign = campaignOf(`objectives:
  - { name: toughness, unit: J, goal: maximise, desirability: { worst: 5, best: 40 } }
  - { name: mass, unit: g, goal: minimise, desirability: { worst: 20, best: 8, weight: 2 } }
`);
  const checked = valueOf(checkCampaign({ ...demoSources, campaign, examplesOf: ({ candidates = [] }) => candidates }));
  expect(checked.objective).toEqual({ name: "desirability", unit: "1", goal: "maximise" });
  expect(checked.study.objectives.map(({ desirability }) => desirability?.weight)).toEqual([1, 2]);
});

test("one quantity that is to hit a target may stand alone, and its desirability is what tells", () => {
  const campaign = campaignOf(
    "objectives: [{ name: mass, unit: g, goal: target, desirability: { low: 8, target: 10, high: 12 } }]\n",
  );
  const checked = valueOf(checkCampaign({ ...demoSources, campaign, examplesOf: ({ candidates = [] }) => candidates }));
  expect(checked.objective?.name).toBe("desirability");
  expect(checked.study.objectives).toEqual([
    { name: "mass", unit: "g", goal: "target", desirability: { low: 8, target: 10, high: 12, weight: 1 } },
  ]);
});

test("what is wrong with a target is told where it stands, with what mends it", () => {
  const told = (text: string) => {
    const outcome = checkCampaignDocument(campaignOf(`objectives: [{ name: mass, unit: g, ${text} }]\n`));
    return outcome.ok ? [] : outcome.faults.map(({ code, message, hint }) => `${code}: ${message}; ${hint}`);
  };
  expect(told("goal: target, desirability: { low: 10, target: 8, high: 12 }")).toEqual([
    "campaign.desirability: the desirability of 'mass' has its target 8 not between low 10 and high 12; low has to be below the target, and high above it",
  ]);
  expect(told("goal: minimise, desirability: { low: 6, target: 8, high: 12 }")).toEqual([
    "campaign.desirability: the desirability of 'mass' names a target, but the goal is to minimise; write goal: target, or worst and best",
  ]);
  expect(told("goal: target, target: 8")).toEqual([
    "campaign.desirabilityMissing: 'mass' is to hit a target, and has no desirability that says which; add desirability: { low: …, target: …, high: … }",
    "campaign.objectiveLimits: a target belongs to a front; a desirability has its target in place of it; leave out target",
  ]);
  const [half] = told("goal: target, desirability: { low: 6, target: 8 }");
  expect(half).toContain("document.missing: the key 'high' is missing here");
});

test("there is one objective or a list of two to four, never both and never neither", () => {
  expect(faultsOf("")).toEqual(["campaign.objectiveMissing at "]);
  expect(faultsOf(`objective: { name: mass, unit: g, goal: minimise }\n${front}`)).toEqual([
    "campaign.objectiveTwice at objectives",
  ]);
  expect(faultsOf("objectives: [{ name: mass, unit: g, goal: minimise }]\n")).toEqual([
    "campaign.objectivesFew at objectives",
  ]);
  const five = Array.from({ length: 5 }, () => "{ name: mass, unit: g, goal: minimise }").join(", ");
  expect(faultsOf(`objectives: [${five}]\n`)[0]).toBe("campaign.objectivesMany at objectives");
});

test("everything that is wrong with objectives is told at once, each at its line and column", () => {
  const outcome = checkCampaignDocument(
    campaignOf(`objectives:
  - { name: toughnes, unit: J, goal: maximise, reference: 2 }
  - { name: mass, unit: kg, goal: minimise, desirability: { worst: 8, best: 20 } }
  - { name: mass, unit: g, goal: minimise, target: 4, desirability: { worst: 20, best: 8 } }
`),
  );
  const faults = outcome.ok ? [] : outcome.faults;
  const first = campaignOf("").text.slice(0, campaignOf("§").text.indexOf("§")).split("\n").length;
  expect(faults.map(({ code, line = 0, column }) => [code, line - first, column])).toEqual([
    ["campaign.desirabilityMissing", 1, 5],
    ["campaign.objectiveUnknown", 1, 13],
    ["campaign.objectiveLimits", 1, 48],
    ["campaign.objectiveUnit", 2, 25],
    ["campaign.desirability", 2, 59],
    ["campaign.objectiveRepeated", 3, 13],
    ["campaign.objectiveLimits", 3, 44],
  ]);
});

test("a plateau that its budget leaves no room for is refused, and so is a target value to stop at", () => {
  expect(faultsOf(`${front}stop: { plateau: { experiments: 60 } }\n`)).toEqual([
    "campaign.stopNever at stop.plateau.experiments",
  ]);
  expect(faultsOf(`${front}stop: { plateau: { experiments: 8, share: 0.02 } }\n`)).toEqual([]);
  expect(faultsOf(`${front}stop: { target: 4 }\n`)).toContain("document.unknownKey at stop.target");
});

test("how a campaign would go on is a rule to stop by: of a front by shares of its hypervolume, of no desirability; and no rule at all is none", () => {
  const rules = "stop: { gain: { moreThan: 5 }, regret: { within: 1 } }\n";
  expect(faultsOf(`${front}${rules}`)).toEqual([
    "campaign.stopShare at stop.gain.moreThan",
    "campaign.stopShare at stop.regret.within",
  ]);
  expect(faultsOf(`${front}stop: { gain: { moreThan: 0.05 }, regret: { within: 0.1 } }\n`)).toEqual([]);
  const desirable = front
    .replace("target: 40, reference: 5", "desirability: { worst: 5, best: 40 }")
    .replace("goal: minimise", "goal: minimise, desirability: { worst: 20, best: 8 }");
  expect(faultsOf(`${desirable}stop: { gain: { moreThan: 0.05 }, regret: { within: 0.1 } }\n`)).toEqual([
    "campaign.stopDesirable at stop.gain",
    "campaign.stopDesirable at stop.regret",
  ]);
  expect(faultsOf(`objective: { name: mass, unit: g, goal: maximise }\n${rules}`)).toEqual([]);
  expect(faultsOf(`${front}stop: {}\n`)).toHaveLength(1);
});

test("a desirability of the objectives leaves no room for an observed quantity of that name", () => {
  const text = campaignOf(`objectives:
  - { name: toughness, unit: J, goal: maximise, desirability: { worst: 5, best: 40 } }
  - { name: mass, unit: g, goal: minimise, desirability: { worst: 20, best: 8 } }
`)
    .text.replace("observe:\n", "observe:\n  desirability: weigh.mass\n")
    .replace("units:\n", "units:\n  desirability: g\n");
  const outcome = checkCampaignDocument({ file: "campaign.yaml", text });
  expect(outcome.ok ? [] : outcome.faults.map(({ code, path }) => `${code} at ${path}`)).toEqual([
    "campaign.nameTaken at observe.desirability",
  ]);
});
