import { expect, test } from "vitest";
import { faultsOf } from "../support/open-study.ts";

const parameters = [
  { kind: "continuous", name: "heat", min: 20, max: 100 },
  { kind: "categorical", name: "base", options: ["KOAc", "K3PO4"] },
];
const speed = { name: "speed", goal: "maximise" };
const waste = { name: "waste", goal: "minimise" };

test("desirabilities that disagree with the goal or are not given for every objective are refused", () => {
  const objectives = [
    { ...speed, desirability: { worst: 5, best: 1 } },
    { ...waste, desirability: { worst: 5, best: 1 } },
    { name: "yield", goal: "maximise" },
  ];
  expect(faultsOf({ parameters, objectives })).toEqual([
    "study.desirability objectives.0.desirability",
    "study.desirabilityMissing objectives.2.desirability",
  ]);
});

test("a target without limits on both sides, or beside a goal of its own, is refused", () => {
  const pH = { name: "pH", goal: "target", desirability: { low: 6.5, target: 7, high: 7.5 } };
  expect(faultsOf({ parameters, objectives: [pH] })).toEqual([]);
  const objectives = [
    { ...pH, desirability: { low: 7, target: 7, high: 7.5 } },
    { ...pH, name: "a", desirability: { low: 6, target: 8, high: 7.5 } },
    { ...pH, name: "b", goal: "maximise" },
    { ...pH, name: "c", desirability: { worst: 1, best: 2 } },
  ];
  const wrong = objectives.map((_, i) => `study.desirability objectives.${i}.desirability`);
  expect(faultsOf({ parameters, objectives })).toEqual(wrong);
  expect(faultsOf({ parameters, objectives: [{ name: "pH", goal: "target" }] })).toEqual([
    "study.desirabilityMissing objectives.0.desirability",
  ]);
});

test("a reference is of a front: beside a desirability, where it would say nothing, it is refused", () => {
  const front = [
    { ...speed, reference: 1 },
    { ...waste, reference: 5 },
  ];
  expect(faultsOf({ parameters, objectives: front })).toEqual([]);
  const objectives = [
    { ...speed, reference: 1, desirability: { worst: 1, best: 5 } },
    { ...waste, desirability: { worst: 5, best: 1 } },
    { name: "pH", goal: "target", reference: 7, desirability: { low: 6, target: 7, high: 8 } },
  ];
  const refused = ["study.objectiveLimits objectives.0.reference", "study.objectiveLimits objectives.2.reference"];
  expect(faultsOf({ parameters, objectives })).toEqual(refused);
});

test("two objectives of one name and bounds that say nothing or cannot hold are refused", () => {
  const outcomeConstraints = [{ name: "ash" }, { name: "cost", min: 3, max: 2 }, { name: "pH", min: 7, max: 7 }];
  expect(faultsOf({ parameters, objectives: [speed, speed], outcomeConstraints })).toEqual([
    "study.boundMissing outcomeConstraints.0",
    "study.nameTwice objectives.1",
    "study.rangeEmpty outcomeConstraints.1",
    "study.rangeEmpty outcomeConstraints.2",
  ]);
});

test("what is measured has a name that no parameter has", () => {
  const objectives = [{ name: "heat", goal: "maximise" }];
  expect(faultsOf({ parameters, objectives, outcomeConstraints: [{ name: "base", max: 1 }] })).toEqual([
    "study.nameTwice objectives.0",
    "study.nameTwice outcomeConstraints.0",
  ]);
});

test.each([
  ["heat *", ["expression.syntax cost.expression 7"]],
  ["heat + time", ["study.nameUnknown cost.expression 8"]],
  ["base / 2", ["study.notNumeric cost.expression 1"]],
  ["heat - 60", ["study.cost cost.expression"]],
  ["1 / (heat - heat)", ["study.cost cost.expression"]],
  ["heat / 10 + 1", []],
])("the cost %s of every design is above 0, or the study is refused", (expression, faults) => {
  expect(faultsOf({ parameters, cost: { expression } })).toEqual(faults);
});
