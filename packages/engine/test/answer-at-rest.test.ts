import { createSeededIds } from "@labloop/clock";
import type { LabEvent } from "@labloop/contracts";
import { openJournal } from "@labloop/journal";
import { expect, test } from "vitest";
import { type AnswerAtRest, answerAtRest } from "../src/index.ts";
import { mixingLab } from "./support/documents.ts";
import { ada, doubtful, observed } from "./support/doubt.ts";
import { type Rig, refold } from "./support/rig.ts";

const result = { mass: { value: 7, unit: "g" } };
const signed = { by: ada, reason: "I looked" } as const;

/** Answers while no engine runs, and returns the receipt with what was recorded. */
function answerBetween(rig: Rig, command: AnswerAtRest) {
  const journal = openJournal({ file: rig.file, cell: "main", holder: "desk", leaseLifeMs: 1, monotonicNow: () => 0 });
  try {
    const { seq } = journal.head();
    const at = { labAt: rig.clock.now(), wallAt: rig.clock.now() };
    const receipt = answerAtRest(journal, command, at, createSeededIds(rig.clock, 1, "desk"), { has: () => false });
    const recorded = [...journal.read(seq + 1)].map(({ event }): LabEvent => event);
    return { receipt, recorded, state: refold(journal), seq };
  } finally {
    journal.close();
  }
}

test("§11: an answer given while no engine runs is recorded alone, and the next engine goes on from it", async () => {
  const { rig, commandId } = await doubtful({ lab: mixingLab(2), waitsForPeople: false });
  await rig.until(() => rig.end() !== null);
  rig.kill();
  const { receipt, recorded, seq } = answerBetween(rig, {
    type: "doubt.resolve",
    commandId,
    as: "executed",
    result,
    ...signed,
  });
  expect(receipt).toEqual({ ok: true, seq: seq + 1 });
  expect(recorded).toMatchObject([{ type: "step.resolved", commandId, as: "executed", by: ada, result }]);
  rig.reopen();
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
  expect(observed(rig)[0]).toBe(7);
  expect(rig.events("step.intended")).toHaveLength(2);
});

test("§11: not executed, answered while no engine runs: the next one orders a new attempt and never sends the old id", async () => {
  const { rig, commandId } = await doubtful({ lab: mixingLab(1), waitsForPeople: false });
  await rig.until(() => rig.end() !== null);
  rig.kill();
  expect(answerBetween(rig, { type: "doubt.resolve", commandId, as: "not-executed", ...signed }).receipt).toMatchObject(
    { ok: true },
  );
  const before = rig.published.length;
  rig.reopen();
  await rig.until(() => rig.end() !== null);
  expect(rig.events("step.intended").map(({ attempt }) => attempt)).toEqual([1, 2]);
  const executed = rig.published
    .slice(before)
    .flatMap(({ payload }) => ("kind" in payload && payload.kind === "execute" ? [payload.commandId] : []));
  expect(executed).not.toContain(commandId);
});

test("what a running engine would refuse is refused, with everything that is wrong, and nothing is recorded", async () => {
  const { rig, commandId } = await doubtful({ lab: mixingLab(1), waitsForPeople: false });
  const command: AnswerAtRest = { type: "doubt.resolve", commandId, as: "executed", confirmedBy: ada, ...signed };
  const live = rig.engine.submit(command);
  expect(live).toMatchObject({ ok: false });
  rig.kill();
  const { receipt, recorded } = answerBetween(rig, command);
  expect(receipt).toEqual(live);
  expect(recorded).toEqual([]);
  expect(answerBetween(rig, { type: "device.release", device: "mixer-9", ...signed }).receipt).toMatchObject({
    ok: false,
    reason: "no device is called mixer-9",
  });
  expect(answerBetween(rig, { type: "restore.confirm", ...signed }).receipt).toMatchObject({ ok: false });
});

test("§9: a backup confirmed while no engine runs lets the next one go on above the highest fence that was seen", async () => {
  const { rig } = await doubtful({ lab: mixingLab(1), waitsForPeople: false });
  rig.kill();
  const journal = openJournal({ file: rig.file, cell: "main", holder: "desk", leaseLifeMs: 1, monotonicNow: () => 0 });
  const { device } = rig;
  journal.append([{ type: "device.fenceAbove", device: device.id, fence: 40 }], {
    labAt: rig.clock.now(),
    wallAt: rig.clock.now(),
  });
  journal.close();
  const { receipt, recorded, state } = answerBetween(rig, { type: "restore.confirm", ...signed });
  expect(receipt).toMatchObject({ ok: true });
  expect(recorded).toMatchObject([{ type: "engine.restoreConfirmed", epoch: 41, by: ada }]);
  expect(state.fencesAbove.size).toBe(0);
  rig.reopen();
  expect(rig.journal.lease.epoch).toBeGreaterThan(41);
});
