import { expect, test } from "vitest";
import { checkProtocol } from "../src/index.ts";
import { demoDescription, valueOf } from "./support/demo.ts";

const head = `schemaVersion: 1
protocol: p
version: 1.0.0
title: { en: p }
roles: { printer: fdm-printer, arm: part-mover, balance: balance, tester: compression-tester }
inputs: {}
steps:
`;
const print = "  - { step: print, use: printer.print, with: { file: A.GCO }, part: { appears: printer } }\n";
const move = (step: string, from: string, to: string, more = "") =>
  `  - { step: ${step}, use: arm.transfer, with: { from: = device(${from}), to: ${to === "bin" ? "= place(bin)" : `= device(${to})`} }, part: { from: ${from}${to === "bin" ? "" : `, to: ${to}`} }${more} }\n`;
const weigh = (step: string, more = "") => `  - { step: ${step}, use: balance.weigh${more} }\n`;

function check(...steps: string[]) {
  return checkProtocol({ file: "p.yaml", text: head + steps.join("") }, demoDescription);
}

function codes(...steps: string[]): string[] {
  const outcome = check(...steps);
  return outcome.ok ? [] : outcome.faults.map(({ code }) => code);
}

test("where the part stands is known before and after every step", () => {
  const { steps } = valueOf(
    check(weigh("tare"), print, move("there", "printer", "balance"), weigh("weigh"), move("away", "balance", "bin")),
  );
  expect(steps.map(({ key, partFrom, partTo, claims }) => [key, partFrom, partTo, claims])).toEqual([
    ["tare", null, null, ["balance"]],
    ["print", null, "printer", ["printer"]],
    ["there", "printer", "balance", ["arm", "printer", "balance"]],
    ["weigh", "balance", "balance", ["balance"]],
    ["away", "balance", null, ["arm", "balance"]],
  ]);
});

test("a protocol without a part is sound", () => {
  expect(codes(weigh("one"), weigh("two"))).toEqual([]);
});

test("a part appears once", () => {
  const again = print.replace("step: print", "step: again");
  expect(codes(print, again, move("away", "printer", "bin"))).toEqual(["protocol.partTwice"]);
});

test("a part appears only on the device that makes it", () => {
  const wrong = print.replace("appears: printer", "appears: balance");
  expect(codes(wrong, move("away", "balance", "bin"))).toEqual(["protocol.partElsewhere"]);
});

test("a part is carried only from where it stands", () => {
  expect(codes(move("away", "printer", "bin"))).toEqual(["protocol.partElsewhere"]);
  expect(codes(print, move("away", "balance", "bin"))).toEqual(["protocol.partElsewhere"]);
  expect(codes(print, move("away", "printer", "bin"), move("more", "printer", "bin"))).toEqual([
    "protocol.partElsewhere",
  ]);
});

test("a part does not stay on a device when the run ends", () => {
  expect(codes(print)).toEqual(["protocol.partLeft"]);
  expect(codes(print, move("there", "printer", "balance"))).toEqual(["protocol.partLeft"]);
});

test("a device is not reached into by a step that does not hold it", () => {
  const blind = "  - { step: blind, use: arm.transfer, with: { from: = device(printer), to: = device(tester) } }\n";
  expect(codes(blind)).toEqual(["protocol.deviceUnclaimed", "protocol.deviceUnclaimed"]);
});

test("a step that reaches for the part waits for whoever puts it there and whoever works on it", () => {
  const there = move("there", "printer", "balance");
  const away = move("away", "balance", "bin");
  expect(codes(print, there, weigh("weigh", ", after: [print]"), away)).toEqual([
    "protocol.partRace",
    "protocol.partRace",
  ]);
  expect(codes(print, there, weigh("weigh"), move("away", "balance", "bin", ", after: [there]"))).toEqual([
    "protocol.partRace",
  ]);
  expect(codes(print, move("there", "printer", "balance", ", after: []"), away)).toEqual(["protocol.partRace"]);
  expect(
    codes(print, weigh("tare", ", after: []"), move("there", "printer", "balance", ", after: [print, tare]"), away),
  ).toEqual([]);
});

test("a device is not used in an order that leaves open whether the part is there", () => {
  const there = move("there", "printer", "balance", ", after: [print]");
  const away = move("away", "balance", "bin");
  expect(codes(weigh("tare"), print, there, away)).toEqual([]);
  expect(codes(print, weigh("tare", ", after: []"), there, away)).toEqual(["protocol.partRace", "protocol.partRace"]);
  expect(codes(print, there, away, weigh("again", ", after: []"))).toEqual(["protocol.partRace"]);
});

test("steps have names of their own", () => {
  expect(codes(weigh("one"), weigh("one"))).toEqual(["protocol.stepRepeated"]);
});
