import type { Design, Study } from "@labloop/contracts";
import { expect, test } from "vitest";
import { checkCampaign, checkCampaignDocument, type ExamplesOf } from "../src/index.ts";
import { changed, demoSources, valueOf } from "./support/demo.ts";

const { candidates: _, ...unlisted } = demoSources;
const parameters = /parameters:\n(?: {2}.*\n)+/;
const ranges = `parameters:
  n: { unit: "1", levels: [6, 8, 10, 12] }
  theta: { unit: deg, min: 0, max: 200, step: 25 }
  r: { unit: mm, min: 1.5, max: 2.5, step: 0.1 }
  t: { unit: mm, levels: [0.7, 1.05, 1.4] }
`;

/** The demonstration's campaign over ranges in place of its list; `more` is added to it. */
function campaignOf(text: string, more = ""): { file: string; text: string } {
  const { file, text: whole } = demoSources.campaign;
  return { file, text: `${whole.replace("candidates: candidates.csv\n", "").replace(parameters, text)}${more}` };
}

const first: Design = { n: 6, theta: 0, r: 1.5, t: 0.7 };
const examples: ExamplesOf = () => [first, { n: 12, theta: 200, r: 2.5, t: 1.4 }];

function codesOf(campaign: { file: string; text: string }, examplesOf: ExamplesOf = examples) {
  const outcome = checkCampaign({ ...unlisted, campaign, examplesOf });
  return outcome.ok ? [] : outcome.faults.map(({ code, path }) => `${code} at ${path}`);
}

test("a campaign may give ranges in place of a list, and is then put to the optimizer as a study", () => {
  const asked: Study[] = [];
  const campaign = campaignOf(
    ranges,
    "outcomeConstraints: { mass: { max: 12 } }\nconstraints:\n  - { kind: linear, terms: { r: 1, t: -1 }, min: 0.2 }\n",
  );
  const checked = valueOf(
    checkCampaign({
      ...unlisted,
      campaign,
      examplesOf(study) {
        asked.push(study);
        return examples(study);
      },
    }),
  );
  expect(checked.study).toEqual({
    parameters: [
      { kind: "levels", name: "n", unit: "1", levels: [6, 8, 10, 12] },
      { kind: "continuous", name: "theta", unit: "deg", min: 0, max: 200, scale: "linear", step: 25 },
      { kind: "continuous", name: "r", unit: "mm", min: 1.5, max: 2.5, scale: "linear", step: 0.1 },
      { kind: "levels", name: "t", unit: "mm", levels: [0.7, 1.05, 1.4] },
    ],
    constraints: [{ kind: "linear", terms: { r: 1, t: -1 }, min: 0.2 }],
    objectives: [{ name: "toughness", unit: "J", goal: "maximise" }],
    outcomeConstraints: [{ name: "mass", unit: "g", max: 12 }],
  });
  expect(asked).toEqual([checked.study]);
  expect(checked.candidates).toEqual([]);
  expect(checked.example).toEqual(first);
  expect(checked.space.parameters[1]).toEqual({ name: "theta", unit: "deg", min: 0, max: 200 });
});

test("a list is a study over its points, with bounds on outcomes or without", () => {
  const { file, text } = demoSources.campaign;
  for (const bounds of [{}, { mass: { max: 12 } }]) {
    const campaign = { file, text: `${text}outcomeConstraints: ${JSON.stringify(bounds)}\n` };
    const checked = valueOf(checkCampaign({ ...demoSources, campaign }));
    expect(checked.study.candidates).toEqual(checked.candidates);
    expect(checked.candidates).toHaveLength(600);
    expect(checked.study.outcomeConstraints).toHaveLength(Object.keys(bounds).length);
  }
});

const named = `parameters:
  n: { unit: "1", levels: [6, 8, 10, 12] }
  theta: { unit: deg, min: 0, max: 200, step: 25 }
  r: { unit: mm, min: 1.5, max: 2.5, step: 0.1 }
  t: { unit: mm, levels: [0.7, 1.05, 1.4] }
  colour: { options: [red, blue], descriptors: { red: [650], blue: [450] } }
  grade: { options: [raw, fine], ordered: true }
`;
const namedInputs = demoSources.protocol.text.replace(
  /inputs:\n/,
  "inputs:\n  colour: { options: [red, green, blue] }\n  grade: { options: [raw, fine] }\n",
);

test("a parameter may be one of some names, alike by their order or by descriptors; it is then a study over a list too", () => {
  const protocol = { ...demoSources.protocol, text: namedInputs };
  const point = { ...first, colour: "red", grade: "fine" };
  const { study, space } = valueOf(
    checkCampaign({ ...unlisted, protocol, campaign: campaignOf(named), examplesOf: () => [point] }),
  );
  expect(study?.parameters.slice(4)).toEqual([
    {
      kind: "categorical",
      name: "colour",
      unit: "1",
      options: ["red", "blue"],
      encoding: "descriptors",
      descriptors: { red: [650], blue: [450] },
    },
    { kind: "ordinal", name: "grade", unit: "1", levels: ["raw", "fine"] },
  ]);
  expect(space.parameters.slice(4).map(({ options }) => options)).toEqual([
    ["red", "blue"],
    ["raw", "fine"],
  ]);
  const { file, text } = demoSources.campaign;
  const listed = {
    file,
    text: text.replace(
      "parameters:\n",
      "parameters:\n  colour: { options: [red, blue] }\n  grade: { options: [raw, fine] }\n",
    ),
  };
  const candidates = {
    file: "candidates.csv",
    text: "n,theta,r,t,colour,grade\n6,0,1.5,0.7,red,raw\n6,0,1.5,0.7,rde,fine\n",
  };
  const sources = { ...unlisted, protocol, campaign: listed, examplesOf: ({ candidates: all = [] }: Study) => all };
  const wrong = checkCampaign({ ...sources, candidates });
  expect(wrong.ok ? [] : wrong.faults).toMatchObject([
    { code: "candidates.notOption", line: 3, column: 13, hint: "did you mean 'red'?" },
  ]);
  const right = valueOf(
    checkCampaign({ ...sources, candidates: { ...candidates, text: candidates.text.replace("rde", "blue") } }),
  );
  expect(right.candidates).toHaveLength(2);
  expect(right.study.candidates).toEqual(right.candidates);
});

test("names that the protocol does not take, and numbers where it takes names, are refused where they stand", () => {
  const protocol = { ...demoSources.protocol, text: namedInputs };
  const wrong = named
    .replace("blue], desc", "bleu], desc")
    .replace("blue: [450]", "bleu: [450]")
    .replace("grade: { options: [raw, fine], ordered: true }", 'grade: { unit: "1", min: 0, max: 3 }');
  const outcome = checkCampaign({ ...unlisted, protocol, campaign: campaignOf(wrong), examplesOf: examples });
  expect(outcome.ok ? [] : outcome.faults.map(({ code, path, hint }) => [code, path, hint])).toEqual([
    ["campaign.optionUnknown", "parameters.colour", "did you mean 'blue'?"],
    ["campaign.parameterOptions", "parameters.grade", "write options: with those that may be tried"],
  ]);
  const asNumber = checkCampaign({
    ...unlisted,
    campaign: campaignOf(ranges.replace('n: { unit: "1", levels: [6, 8, 10, 12] }', "n: { options: [six] }")),
    examplesOf: examples,
  });
  expect(asNumber.ok ? [] : asNumber.faults.map(({ code }) => code)).toEqual(["campaign.parameterOptions"]);
});

test("every parameter without a range, and every range beside a list, is told at once with its place", () => {
  const lame = `parameters:
  n: { unit: "1", kind: levels }
  theta: { unit: deg, min: 0 }
  r: { unit: mm }
  t: { unit: mm, levels: [0.7], min: 0, kind: integer }
`;
  const outcome = checkCampaignDocument(campaignOf(lame));
  expect(outcome.ok ? [] : outcome.faults.map(({ code, path }) => `${code} at ${path}`)).toEqual([
    "campaign.rangeMissing at parameters.n.kind",
    "campaign.rangeMissing at parameters.theta",
    "campaign.rangeMissing at parameters.r",
    "campaign.rangeTwice at parameters.t.min",
    "campaign.rangeTwice at parameters.t.kind",
  ]);
  const { file, text } = demoSources.campaign;
  const both = checkCampaignDocument({ file, text: text.replace(parameters, ranges) });
  expect(both.ok ? [] : both.faults.map(({ path }) => path)).toEqual([
    "parameters.n.levels",
    "parameters.theta.min",
    "parameters.theta.max",
    "parameters.theta.step",
    "parameters.r.min",
    "parameters.r.max",
    "parameters.r.step",
    "parameters.t.levels",
  ]);
});

test("bounds of a quantity that is not observed are refused", () => {
  expect(codesOf(campaignOf(ranges, "outcomeConstraints: { colour: { max: 3 } }\n"))).toEqual([
    "campaign.observedUnknown at outcomeConstraints.colour",
  ]);
});

test("`cost: plan` is what the plan is expected to take, in minutes, as an expression over the parameters", () => {
  const campaign = campaignOf(ranges, "cost: plan\n");
  const pricedBy = (speed: string) => {
    const { protocol } = changed("protocol", "speed: 30 mm/min", `speed: ${speed}`);
    return checkCampaign({ ...unlisted, protocol, campaign, examplesOf: examples });
  };
  const cost = valueOf(pricedBy("= 20 * r / 1 min")).study.cost;
  expect(cost?.unit).toBe("min");
  // What is fixed and 2 min for each of 25 mm over 20 r mm/min, the rest being literals.
  expect(cost?.expression.match(/"[^"]+"/g)).toEqual(['"r"']);
  for (const [speed, what] of [
    ["= abs(20 * r / 1 min)", "what 'crush' takes follows from the parameters in a way"],
    ["30 mm/min", "as far as its devices say, the plan takes as long for every design"],
  ] as const) {
    const outcome = pricedBy(speed);
    const faults = outcome.ok ? [] : outcome.faults;
    expect(
      faults.map(({ code, path, message, hint }) => [code, path, message.startsWith(what), hint !== undefined]),
    ).toEqual([["campaign.costPlan", "cost", true, true]]);
  }
  const outcome = checkCampaignDocument(campaignOf(ranges, "cost: time\n"));
  expect(outcome.ok ? [] : outcome.faults.map(({ path }) => path)).toEqual(["cost"]);
});

test("what the optimizer finds wrong with a space stands where the campaign says it", () => {
  const refused: ExamplesOf = () => [
    { code: "study.rangeEmpty", message: "min is above max", path: "parameters.1" },
    { code: "study.nameUnknown", message: "no parameter is called so", path: "constraints.0.of.1" },
    { code: "study.noBound", message: "no bound", path: "outcomeConstraints.0" },
    { code: "study.cost", message: "no price", path: "cost.expression", column: 3 },
  ];
  const campaign = campaignOf(
    ranges,
    'constraints: [{ kind: cardinality, of: [r, x], atMost: 1 }]\noutcomeConstraints: { mass: { max: 3 } }\ncost: { expression: "r + x" }\n',
  );
  const outcome = checkCampaign({ ...unlisted, campaign, examplesOf: refused });
  const lines = campaign.text.split("\n");
  const shown = (outcome.ok ? [] : outcome.faults).map(({ path, line = 1, column = 1 }) => [
    path,
    lines[line - 1]?.slice(column - 1, column + 4),
  ]);
  expect(shown).toEqual([
    ["parameters.theta", "{ uni"],
    ["constraints.0.of.1", "x], a"],
    ["outcomeConstraints.mass", "{ max"],
    ["cost.expression", '+ x" '],
  ]);
});

test("an example that cannot be compiled is named by its values, once for each thing that is wrong", () => {
  const odd: ExamplesOf = () => [first, { ...first, theta: 3 }, { ...first, theta: 4 }];
  const outcome = checkCampaign({ ...unlisted, campaign: campaignOf(ranges), examplesOf: odd });
  const faults = outcome.ok ? [] : outcome.faults;
  expect(faults.length).toBeGreaterThan(0);
  for (const { path, message, hint } of faults) {
    expect(path).toBe("parameters");
    expect(message).toContain("with n = 6, theta = 3, r = 1.5, t = 0.7: ");
    expect(message).toContain("in 1 of 2 other examples");
    expect(hint).toBeDefined();
  }
});

test("what is wrong with ranges is told beside what is wrong with what is improved or observed, at once", () => {
  const { file, text } = campaignOf(ranges);
  const campaign = { file, text: text.replace("name: toughness", "name: toughnes") };
  const empty: ExamplesOf = () => [{ code: "study.rangeEmpty", message: "it is empty", path: "parameters.1" }];
  expect(codesOf(campaign, empty).toSorted()).toEqual([
    "campaign.objectiveUnknown at objective.name",
    "study.rangeEmpty at parameters.theta",
  ]);
  // Ranges that make no study are told alone.
  const none = { file, text: campaign.text.replace("min: 0, max: 200", "min: 0") };
  expect(codesOf(none, empty).filter((code) => code.startsWith("study."))).toEqual([]);
});

test("an example that breaks a limit on several devices is counted once", () => {
  const { tester, ...others } = demoSources.description.devices;
  const description = { ...demoSources.description, devices: { ...others, tester: tester!, "tester-2": tester! } };
  const { protocol } = changed("protocol", "travel: 25 mm", "travel: = r * 30");
  const outcome = checkCampaign({
    ...unlisted,
    description,
    protocol,
    campaign: campaignOf(ranges),
    examplesOf: examples,
  });
  const told = (outcome.ok ? [] : outcome.faults).filter(({ code }) => code === "envelope.violated");
  expect(told.map(({ message }) => /\(and in .*\)/.exec(message)?.[0])).toEqual(["(and in 1 of 1 other examples)"]);
});
