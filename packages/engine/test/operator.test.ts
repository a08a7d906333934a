import type { OperatorCommand } from "@labloop/contracts";
import { expect, test } from "vitest";
import { castingLab, mixingLab } from "./support/documents.ts";
import { openRig, type Rig } from "./support/rig.ts";

const by = { kind: "operator", name: "Ada" } as const;
const pause: OperatorCommand = { type: "campaign.pause", by, reason: "lunch" };
const resume: OperatorCommand = { type: "campaign.resume", by };
const stop: OperatorCommand = { type: "campaign.stop", by, reason: "seen enough" };
const abort: OperatorCommand = { type: "campaign.abort", by };

/** Every step of the running runs is under way or done, and one run is in the middle of its plan. */
async function castingRig(): Promise<Rig> {
  const rig = await openRig({ lab: castingLab(4, 2) });
  await rig.until(() => rig.events("step.intended").some(({ stepKey }) => stepKey === "measure"));
  return rig;
}

test("pause: what runs finishes, nothing new starts; resume: it goes on to the end", async () => {
  const rig = await castingRig();
  expect(rig.engine.submit(pause)).toMatchObject({ ok: true });
  const intended = rig.events("step.intended").length;
  await rig.pass(600_000);
  expect(rig.events("step.intended")).toHaveLength(intended);
  expect(rig.events("step.succeeded")).toHaveLength(intended);
  expect(rig.end()).toBeNull();

  expect(rig.engine.submit(resume)).toMatchObject({ ok: true });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 4 }]);
  expect(rig.events("campaign.paused", "campaign.resumed")).toMatchObject([{ reason: "lunch", by }, { by }]);
});

test("pause holds over the death of the engine", async () => {
  const rig = await openRig({ isDurable: true, lab: mixingLab(3) });
  await rig.until(() => rig.events("observation.made").length === 1);
  rig.engine.submit(pause);
  rig.kill();
  rig.reopen();
  await rig.pass(600_000);
  expect(rig.engine.state().campaign?.chart.value).toBe("paused");
  expect(rig.events("step.intended").length).toBeLessThanOrEqual(2);
  rig.engine.submit(resume);
  await rig.until(() => rig.end() !== null);
  expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 3 }]);
});

test("stop: runs that have begun go on to their end, no other begins, and the campaign ends well", async () => {
  const rig = await castingRig();
  const begun = new Set(rig.events("step.intended").map(({ runId }) => runId));
  const { length: asked } = rig.events("proposal.asked");
  expect(rig.engine.submit(stop)).toMatchObject({ ok: true });
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
  expect(new Set(rig.events("step.intended").map(({ runId }) => runId))).toEqual(begun);
  expect(rig.events("proposal.asked")).toHaveLength(asked);
  expect(rig.events("campaign.finished")).toMatchObject([{ experiments: begun.size }]);
  expect(rig.events("campaign.stopping")).toMatchObject([{ reason: "seen enough", by }]);
  const ends = new Map(rig.events("run.finished").map(({ runId, outcome }) => [runId, outcome]));
  for (const [runId, outcome] of ends) expect(outcome).toBe(begun.has(runId) ? "done" : "aborted");
});

test("abort: parts are cleared away and nothing else is done, and each run that had begun is observed as aborted", async () => {
  const rig = await castingRig();
  const before = rig.events("step.intended").map(({ commandId }) => commandId);
  const observed = new Set(rig.events("observation.made").map(({ observation }) => observation.runId));
  expect(rig.engine.submit(abort)).toMatchObject({ ok: true });
  await rig.until(() => rig.end() !== null);
  const after = rig.events("step.intended").filter(({ commandId }) => !before.includes(commandId));
  expect(new Set(after.map(({ op }) => op))).toEqual(new Set(["carry"]));
  expect(rig.events("campaign.aborted")).toMatchObject([{ by }]);
  expect(rig.events("campaign.finished")).toEqual([]);
  const begun = new Set(rig.events("step.intended").map(({ runId }) => runId));
  const rows = rig.events("observation.made").map(({ observation }) => observation);
  expect(new Set(rows.map(({ runId }) => runId))).toEqual(begun);
  for (const { runId, values, failure } of rows.filter((row) => !observed.has(row.runId))) {
    expect([runId, values, failure?.class]).toEqual([runId, null, "aborted"]);
  }
  for (const { outcome } of rig.events("run.finished")) expect(outcome).toBe("aborted");
  // Every part that was cast has left the lab.
  const cast = rig.events("step.intended").filter(({ stepKey }) => stepKey === "cast").length;
  expect(rig.events("step.intended").filter(({ stepKey }) => stepKey === "discard")).toHaveLength(cast);
});

test("stop that says it was aborted is a stop all the same", async () => {
  const rig = await castingRig();
  rig.engine.submit({ type: "campaign.stop", by, reason: "aborted by an operator" });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("campaign.aborted")).toEqual([]);
  expect(rig.events("campaign.finished")).toHaveLength(1);
});

test("abort after stop, and after the engine has died, is still an abort by the one who asked for it", async () => {
  const rig = await openRig({ isDurable: true, lab: castingLab(2) });
  await rig.until(() => rig.events("step.started").length === 2);
  rig.engine.submit(stop);
  rig.engine.submit({ ...abort, by: { kind: "agent", name: "Eve" } });
  rig.kill();
  rig.reopen();
  await rig.until(() => rig.end() !== null);
  expect(rig.events("campaign.aborted")).toMatchObject([{ by: { kind: "agent", name: "Eve" } }]);
});

test("a stop while the optimizer thinks ends the campaign, and its answer is no fact any more", async () => {
  const { promise, resolve } = Promise.withResolvers<never>();
  const rig = await openRig({ propose: () => promise });
  await rig.until(() => rig.asked.length === 1);
  rig.engine.submit(stop);
  await rig.until(() => rig.end() !== null);
  const events = rig.journal.head().seq;
  resolve(undefined as never);
  await rig.pass(1_000);
  expect(rig.journal.head().seq).toBe(events);
});

test.each<[string, OperatorCommand[], OperatorCommand, RegExp]>([
  ["pausing twice", [pause], pause, /is paused, so it cannot be paused/],
  ["resuming what runs", [], resume, /is running, not paused/],
  ["stopping twice", [stop], stop, /is stopping already/],
  ["pausing what stops", [stop], pause, /is stopping, so it cannot be paused/],
  ["resuming what stops", [stop], resume, /is stopping, not paused/],
  ["aborting twice", [abort], abort, /is being aborted already/],
])("%s is refused in words and changes nothing", async (_, before, command, words) => {
  const rig = await castingRig();
  for (const each of before) rig.engine.submit(each);
  const events = rig.journal.head().seq;
  const receipt = rig.engine.submit(command);
  expect(receipt.ok ? "" : receipt.reason).toMatch(words);
  expect(rig.journal.head().seq).toBe(events);
});

test("an ended campaign takes no commands", async () => {
  const rig = await openRig();
  await rig.until(() => rig.end() !== null);
  for (const command of [pause, resume, stop, abort]) {
    expect(rig.engine.submit(command)).toEqual({ ok: false, reason: "no campaign is running" });
  }
});

test("a receipt names the event that the command made", async () => {
  const rig = await castingRig();
  const receipt = rig.engine.submit(pause);
  const record = [...rig.journal.read()].find(({ seq }) => receipt.ok && seq === receipt.seq);
  expect(record?.event.type).toBe("campaign.paused");
});

test("a command that comes while a turn is being recorded is refused, and the turn stays whole", async () => {
  const rig = await openRig({ lab: mixingLab(2) });
  const receipts: boolean[] = [];
  rig.journal.subscribe(1, ({ event }) => {
    if (event.type === "step.succeeded") receipts.push(rig.engine.submit(pause).ok);
  });
  await rig.until(() => rig.end() !== null);
  expect(receipts).toEqual([false, false]);
  expect(rig.refold()).toEqual(rig.engine.state());
});
