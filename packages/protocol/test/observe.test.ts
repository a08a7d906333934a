import type { Plan, StepResults } from "@labloop/contracts";
import { expect, test } from "vitest";
import { checkCampaign, compilePlan, computeObserved, executedPoint, observedSteps } from "../src/index.ts";
import { demoSources, valueOf } from "./support/demo.ts";

const { campaign, protocol, description, candidates } = valueOf(checkCampaign(demoSources));
const plan: Plan = valueOf(compilePlan(protocol, candidates[0]!, description, { protocol: "0".repeat(64) }));
const results: StepResults = {
  weigh: { mass: { value: 12.5, unit: "g" } },
  crush: {
    load: { values: [0, 100, 300, 0], unit: "N" },
    travel: { values: [0, 10, 15, 25], unit: "mm" },
    peak: { value: 300, unit: "N" },
  },
};

test("toughness is the area under the load-travel curve, in joules", () => {
  const observed = valueOf(computeObserved(campaign.observe, campaign.units, results));
  expect(observed["toughness"]?.value).toBeCloseTo(3, 12);
  expect(observed).toMatchObject({ toughness: { unit: "J" }, mass: { value: 12.5, unit: "g" } });
});

test("an observed quantity is given in the unit asked for, whatever the device's", () => {
  const observed = computeObserved({ mass: "weigh.mass", peak: "crush.peak" }, { mass: "mg", peak: "kN" }, results);
  expect(observed).toEqual({
    ok: true,
    value: { mass: { value: 12_500, unit: "mg" }, peak: { value: 0.3, unit: "kN" } },
  });
});

test("everything that cannot be computed is told, each with its place", () => {
  const observe = { a: "crush.load", b: "weigh.mass / 0 g", c: "scan.area", d: "weigh.mass", e: "weigh.mas" };
  const outcome = computeObserved(observe, { a: "N", b: "1", c: "m^2", d: "mL", e: "g" }, results);
  expect(outcome.ok ? [] : outcome.faults.map(({ code, path, column }) => [path, code, column])).toEqual([
    ["observe.a", "campaign.observedType", undefined],
    ["observe.b", "expression.notFinite", 12],
    ["observe.c", "expression.unknownName", 1],
    ["observe.d", "unit.dimension", undefined],
    ["observe.e", "expression.unknownName", 1],
  ]);
});

test("an observation names the steps that it waits for, each once", () => {
  expect(observedSteps(campaign.observe)).toEqual(["crush", "weigh"]);
  expect(observedSteps({ a: "max(-weigh.mass, 1 g) / weigh.mass", b: "(" })).toEqual(["weigh"]);
});

test("what was printed, not what was asked for, is the point that was carried out", () => {
  expect(executedPoint(plan, { print: { file: "CB0003.GCO" } }, description.tables)).toEqual({
    ok: true,
    value: { n: 6, theta: 0, r: 1.5, t: 1.4 },
  });
});

test("an execution that leads to no point, or says nothing, has none", () => {
  const faultsOf = (executed: StepResults) => {
    const outcome = executedPoint(plan, executed, description.tables);
    return outcome.ok ? [] : outcome.faults.map(({ code }) => code);
  };
  expect(faultsOf({})).toEqual(["plan.executedMissing"]);
  expect(faultsOf({ print: { elapsed: { value: 1, unit: "s" } } })).toEqual(["plan.executedMissing"]);
  expect(faultsOf({ print: { file: "XX.GCO" } })).toEqual(["plan.executedUnknown"]);
});

test("an input that a step took as it stands is what that step executed, in the input's unit", () => {
  const direct = {
    ...plan,
    executedBy: [],
    executedInputs: [{ step: "mix", param: "volume", input: "r", unit: "mm" }],
  };
  const at = (volume?: StepResults[string][string]) =>
    executedPoint(direct, volume === undefined ? {} : { mix: { volume } }, {});
  expect(at({ value: 0.25, unit: "cm" })).toMatchObject({ ok: true, value: { n: plan.parameters["n"], r: 2.5 } });
  expect(at(1.7)).toMatchObject({ ok: true, value: { r: 1.7 } });
  for (const unsaid of [undefined, "much", { value: 3, unit: "g" }]) {
    expect(at(unsaid)).toMatchObject({ ok: true, value: { r: plan.parameters["r"] } });
  }
});

test("a file that stands for two designs leads to none of them", () => {
  const { columns, rows } = description.tables["designs"]!;
  const doubled = { designs: { columns, rows: [...rows, { ...rows[7]!, file: "CB0003.GCO" }] } };
  expect(executedPoint(plan, { print: { file: "CB0003.GCO" } }, doubled)).toMatchObject({
    ok: false,
    faults: [{ code: "plan.executedUnknown" }],
  });
});

test("two steps that tell of different points contradict each other", () => {
  const twice = { ...plan, executedBy: [...plan.executedBy, { ...plan.executedBy[0]!, step: "label" }] };
  const executed = { print: { file: "CB0003.GCO" }, label: { file: "CB0004.GCO" } };
  expect(executedPoint(twice, executed, description.tables)).toMatchObject({
    ok: false,
    faults: [{ code: "plan.executedContradicts" }, { code: "plan.executedContradicts" }],
  });
});
