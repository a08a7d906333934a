import { describe, expect, test } from "vitest";
import { explore } from "./explore.ts";
import { contract, type Rules } from "./rules.ts";
import { scenarios } from "./scenarios.ts";

type ScenarioName = keyof typeof scenarios;

describe("the contract holds in every state that can be reached: I1–I4, I6, E10, and no open intent is ever stuck", () => {
  const sizes: readonly (readonly [ScenarioName, number])[] = [
    ["crashes", 209_007],
    ["pauses", 62_787],
    ["retry", 68_395],
    ["lost journal", 121_634],
    ["people", 106_991],
  ];
  // The counts are exact: a model that explores less than it did proves less than it did.
  test.each(sizes)("%s, in all its %i states", (name, states) => {
    const found = explore(scenarios[name]);
    expect(found.violation?.trace, found.violation?.what).toBeUndefined();
    expect(found.stuck).toEqual([]);
    expect(found.states).toBe(states);
  });
});

describe("the model finds what goes wrong without a rule", () => {
  const mutants: readonly (readonly [keyof Rules, ScenarioName, string])[] = [
    ["dedupe", "crashes", "I1: one command acted twice"],
    ["durableRecords", "pauses", "I1: one command acted twice"],
    ["startedBeforeAct", "crashes", "I2: not executed, but acted"],
    ["restartNeverActs", "crashes", "I1: one command acted twice"],
    ["timeoutIsNoFailure", "pauses", "I2: not executed, but acted"],
    ["attemptNeedsTerminal", "retry", "I1: one step acted twice"],
    ["neverSeenIsNoFailure", "pauses", "I2: not executed, but acted"],
    ["cancelTombstone", "crashes", "I2: not executed, but acted"],
    ["intentFirst", "crashes", "I3: an act without an intent"],
    ["fence", "pauses", "I6: a controller below the fence was obeyed"],
    ["pruneAfterAck", "pauses", "I4: forgotten by the device before it was known"],
    ["durableFence", "pauses", "I6: a controller below the fence was obeyed"],
    ["rejectionTombstone", "retry", "I2: not executed, but acted"],
    ["refusalIsNoFact", "pauses", "I2: not executed, but acted"],
    ["lostJournalNotBelieved", "lost journal", "I2: not executed, but acted"],
    ["bootGate", "lost journal", "I2: not executed, but acted"],
    ["ackAfterCommit", "pauses", "I4: forgotten by the device before it was known"],
    ["oneObservation", "pauses", "I4: one step observed twice"],
    ["personStands", "people", "E10: what a person settled has changed"],
    ["fsyncBeforeReport", "retry", "I2: not executed, but acted"],
    ["watermark", "pauses", "I2: not executed, but acted"],
    ["fenceRecheck", "pauses", "I6: a controller below the fence was obeyed"],
    ["newEpochAfterLoss", "lost journal", "I2: not executed, but acted"],
    ["gateNamesJournal", "lost journal", "I2: not executed, but acted"],
    ["youngTombstoneNoProof", "lost journal", "I2: not executed, but acted"],
    ["answerAwaitsTerminal", "people", "I2: not executed, but acted"],
    ["lateUnknownAsksAgain", "people", "I2: not executed, but acted"],
    ["runningIsWatched", "pauses", "I2: not executed, but acted"],
  ];

  test.each(mutants)("%s, in %s: %s", (rule, scenario, what) => {
    const { violation } = explore(scenarios[scenario], { [rule]: false });
    expect(violation?.what, violation?.trace.join("\n")).toBe(what);
  });

  test("that goes for every rule of the model", () => {
    expect(mutants.map(([rule]) => rule).sort()).toEqual(Object.keys(contract).sort());
  });
});
