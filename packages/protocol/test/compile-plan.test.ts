import { fileURLToPath } from "node:url";
import { type LabDescription, Plan } from "@labloop/contracts";
import { digestOf, sha256 } from "@labloop/contracts/digest";
import { expect, test } from "vitest";
import { bindPlanned, checkCampaign, checkProtocol, compilePlan, executedPoint } from "../src/index.ts";
import { demoDescription, demoSources, valueOf } from "./support/demo.ts";

const checked = valueOf(checkCampaign(demoSources));
const { protocol, description, candidates } = checked;
const digests = { protocol: sha256(demoSources.protocol.text) };
const first = candidates[0]!;
const plan = valueOf(compilePlan(protocol, first, description, digests));

test("the first candidate compiles to the golden plan", async () => {
  const golden = new URL("../../../protocols/crossed-barrel/plan.golden.json", import.meta.url);
  await expect(`${JSON.stringify(plan, null, 2)}\n`).toMatchFileSnapshot(fileURLToPath(golden));
});

test("a plan is what the contract says, and equal proposals have equal digests", () => {
  expect(Plan.parse(plan)).toEqual(plan);
  const again = compilePlan(protocol, { t: 0.7, r: 1.5, theta: 0, n: 6 }, description, digests);
  expect(digestOf(valueOf(again))).toBe(digestOf(plan));
});

test("every candidate compiles, each to a file of its own that leads back to it", () => {
  const files = candidates.map((point) => {
    const compiled = valueOf(compilePlan(protocol, point, description, digests));
    const file = compiled.steps[0]?.params["file"];
    if (file === undefined || !("value" in file)) throw new Error("no file");
    const other = { ...compiled, parameters: first };
    expect(executedPoint(other, { print: { file: file.value } }, description.tables)).toEqual({
      ok: true,
      value: point,
    });
    return file.value;
  });
  expect(new Set(files).size).toBe(600);
  expect(files.slice(0, 2)).toEqual(["CB0001.GCO", "CB0002.GCO"]);
});

test("a point that lacks an input, or has another, compiles to faults", () => {
  const outcome = compilePlan(protocol, { n: 6, theta: 0, r: 1.5, wall: 1 }, description, digests);
  expect(outcome.ok ? [] : outcome.faults.map(({ code, path }) => [code, path])).toEqual([
    ["plan.parameterMissing", "t"],
    ["plan.parameterUnknown", "wall"],
    ["lab.rowMissing", "steps.print.with.file"],
  ]);
});

test("a point without a row in the table compiles to a fault, not to a neighbour's file", () => {
  const outcome = compilePlan(protocol, { ...first, r: 1.5001 }, description, digests);
  expect(outcome).toMatchObject({ ok: false, faults: [{ code: "lab.rowMissing", path: "steps.print.with.file" }] });
});

test("roles become devices when they are bound, and an unbound role is a broken invariant", () => {
  const [, toBalance, , , crush, discard] = plan.steps;
  const bindings = { printer: "printer-3", balance: "balance", tester: "tester" };
  expect(bindPlanned(toBalance!.params, bindings)).toEqual({ from: "printer-3", to: "balance" });
  expect(bindPlanned(discard!.params, bindings)).toEqual({ from: "tester", to: "bin" });
  expect(bindPlanned(crush!.params, {})).toEqual({
    travel: { value: 25, unit: "mm" },
    speed: { value: 30, unit: "mm/min" },
  });
  expect(() => bindPlanned(toBalance!.params, { balance: "balance" })).toThrow("needs the device of role 'printer'");
});

const head = `schemaVersion: 1
protocol: p
version: 1.0.0
title: { en: p }
roles: { tester: compression-tester }
inputs: { depth: { unit: cm }, rate: { unit: "%" } }
steps:
`;

test("an expression's value arrives in the device's unit, and its limits hold for every point", () => {
  const text = `${head}  - { step: crush, use: tester.compress, with: { travel: "= 2 * depth + 1 mm", speed: "= 100 mm/min * rate" } }\n`;
  const own = valueOf(checkProtocol({ file: "p.yaml", text }, demoDescription));
  const compiled = valueOf(compilePlan(own, { depth: 1.2, rate: 50 }, demoDescription, digests));
  expect(compiled.steps[0]?.params).toEqual({
    travel: { value: { value: 25, unit: "mm" } },
    speed: { value: { value: 50, unit: "mm/min" } },
  });
  expect(compilePlan(own, { depth: 12, rate: 50 }, demoDescription, digests)).toMatchObject({
    ok: false,
    faults: [{ code: "protocol.limitExceeded", path: "steps.crush.with.travel" }],
  });
});

test("the retry class is the strictest, and durations the longest, of the devices that may do a step", () => {
  const { tester } = demoDescription.devices;
  const compress = tester!.operations["compress"]!;
  const other = {
    ...tester!,
    operations: {
      compress: { ...compress, retryClass: "idempotent" as const, duration: { typicalMs: 1, maxMs: 9e6 } },
    },
  };
  const text = `${head}  - { step: crush, use: tester.compress, with: { travel: 25 mm, speed: 30 mm/min } }\n`;
  const two = { ...demoDescription, devices: { other, ...demoDescription.devices } };
  const sound = valueOf(checkProtocol({ file: "p.yaml", text }, two));
  const { steps } = valueOf(compilePlan(sound, { depth: 12, rate: 50 }, two, digests));
  expect(steps[0]).toMatchObject({ retryClass: "non-repeatable", typicalMs: 105_000, maxMs: 9_000_000 });
});

test("how long a step is expected to last follows from its parameters, where a device says how, for each point anew", () => {
  const { tester } = demoDescription.devices;
  const compress = tester!.operations["compress"]!;
  const text = `${head}  - { step: crush, use: tester.compress, with: { travel: = depth, speed: "= 100 mm/min * rate" } }\n`;
  const expectedAt = (depth: number, rate: number, description: LabDescription = demoDescription) => {
    const sound = valueOf(checkProtocol({ file: "p.yaml", text }, description));
    return valueOf(compilePlan(sound, { depth, rate }, description, digests)).steps[0]?.typicalMs;
  };
  expect([expectedAt(1, 50), expectedAt(1, 25)]).toEqual([29_000, 53_000]);
  // Any device may be the one: the longest counts.
  const slow = { ...tester!, operations: { compress: { ...compress, duration: { typicalMs: 40_000, maxMs: 9e6 } } } };
  const two = { ...demoDescription, devices: { ...demoDescription.devices, slow } };
  expect([expectedAt(1, 50, two), expectedAt(1, 25, two)]).toEqual([40_000, 53_000]);
});

test("a step is refused when one of its devices could not do it, whichever the scheduler would choose", () => {
  const { tester } = demoDescription.devices;
  const compress = tester!.operations["compress"]!;
  const withTester = (operations: LabDescription["devices"][string]["operations"]) => ({
    ...demoDescription,
    devices: { ...demoDescription.devices, small: { ...tester!, operations } },
  });
  const text = `${head}  - { step: crush, use: tester.compress, with: { travel: 25 mm, speed: 30 mm/min } }\n`;
  const check = (operations: Parameters<typeof withTester>[0]) =>
    checkProtocol({ file: "p.yaml", text }, withTester(operations));
  const shallow = {
    ...compress,
    params: { ...compress.params, travel: { type: "quantity" as const, unit: "mm", maximum: 10 } },
  };
  expect(check({ compress: shallow })).toMatchObject({
    ok: false,
    faults: [{ code: "protocol.limitExceeded", message: "25 mm is above the maximum of 10 mm of small" }],
  });
  expect(check({})).toMatchObject({ ok: false, faults: [{ code: "protocol.operationUnknown" }] });
  const inches = { ...compress, params: { ...compress.params, travel: { type: "quantity" as const, unit: "in" } } };
  expect(check({ compress: inches })).toMatchObject({ ok: false, faults: [{ code: "lab.capabilityMismatch" }] });
});
