import type { Journal } from "@labloop/journal";
import { createSeededIds } from "@labloop/clock";
import fc from "fast-check";
import { expect, test } from "vitest";
import { onDeadline } from "../src/decide/on-deadline.ts";
import { onOperator } from "../src/decide/on-operator.ts";
import { onPulse, onUnlinked } from "../src/decide/on-presence.ts";
import { onReport } from "../src/decide/on-report.ts";
import { askedOf, onSnapshot } from "../src/decide/on-snapshot.ts";
import { planNext } from "../src/decide/plan-next.ts";
import { whyStuck } from "../src/decide/why-stuck.ts";
import { emptyState, fold } from "../src/index.ts";
import { castingLab, mixingLab } from "./support/documents.ts";
import { deepFreeze } from "./support/freeze.ts";
import { openRig, refold, type Rig } from "./support/rig.ts";

const by = { kind: "operator", name: "Ada" } as const;

/** A device that now and then refuses, fails or dies on the way, as the numbers say; it obeys when they are over. */
function misbehave(rig: Rig, fates: readonly number[]): void {
  const left = [...fates];
  for (const device of rig.devices.values()) {
    const obeying = device.onExecute;
    device.onExecute = (order) => {
      switch (left.shift()) {
        case 1:
          return void device.report(order.commandId, "rejected", { error: "crash" });
        case 2:
          return void device.report(order.commandId, "failed", { physical: "none", error: "instrument" });
        case 3:
          return void device.report(order.commandId, "accepted");
        case 4:
          return;
        case 5:
          device.isBeating = false;
          rig.clock.at(rig.clock.now() + 15_000, () => {
            device.isBeating = true;
          });
          return obeying(order);
        case 6:
          rig.bus.drop();
          rig.clock.at(rig.clock.now() + 2_000, () => rig.bus.rejoin());
          return obeying(order);
        default:
          return obeying(order);
      }
    };
  }
}

test("I7: at every message and every question, the live state is what the journal folds to: effects come after the append", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 6 }), async (fates) => {
      const rig = await openRig({ lab: castingLab(2, 2) });
      misbehave(rig, fates);
      let checked = 0;
      rig.onPublish = () => {
        expect(rig.engine.state()).toEqual(rig.refold());
        checked++;
        return "deliver";
      };
      await rig.until(() => rig.end() !== null, 3_600_000);
      expect(rig.engine.state()).toEqual(rig.refold());
      expect(checked).toBeGreaterThan(10);
      rig.kill();
    }),
    { numRuns: 12 },
  );
}, 30_000);

/** An engine's journal that dies at its n-th append: after the disk has it, before anybody else knows. */
function mortal(atAppend: number) {
  let appends = 0;
  return {
    appends: () => appends,
    wrap: (journal: Journal): Journal => ({
      ...journal,
      append(events, at) {
        const records = journal.append(events, at);
        if (++appends === atAppend) throw new Error("killed");
        return records;
      },
    }),
  };
}

test("I7, I1: an engine killed at any append goes on from what the journal folds to, and nothing is done twice", async () => {
  const lab = castingLab(1);
  const immortal = mortal(Number.POSITIVE_INFINITY);
  const whole = await openRig({ lab, wrapJournal: immortal.wrap });
  await whole.until(() => whole.end() !== null);
  const { length: plan } = whole.events("step.intended");
  expect(immortal.appends()).toBeGreaterThan(10);

  // The first is made while the engine is being opened: without it there is nothing to take up.
  for (let count = 2; count <= immortal.appends(); count++) {
    const journal = mortal(count);
    const rig = await openRig({ lab, isDurable: true, wrapJournal: journal.wrap });
    const acts: string[] = [];
    for (const device of rig.devices.values()) {
      const obeying = device.onExecute;
      device.onExecute = (order) => {
        if (!device.facts.has(order.commandId)) acts.push(order.commandId);
        obeying(order);
      };
    }
    await rig.until(() => journal.appends() === count);
    rig.kill();
    rig.reopen();
    expect(rig.engine.state()).toEqual(rig.refold());
    await rig.until(() => rig.end() !== null || rig.engine.state().finished !== null, 3_600_000);
    expect(rig.engine.state()).toEqual(rig.refold());
    expect(rig.engine.state().finished?.experiments, `killed at append ${count}`).toBe(1);
    const steps = rig.events("step.intended").map(({ commandId }) => commandId);
    expect(steps).toHaveLength(plan);
    expect(acts).toEqual(steps);
    rig.kill();
  }
}, 60_000);

test("I7: the state is a function of the journal alone: folding any prefix and then the rest is folding the whole", async () => {
  const rig = await openRig({ lab: castingLab(2, 2) });
  misbehave(rig, [1, 4, 0, 6, 2]);
  await rig.until(() => rig.end() !== null, 3_600_000);
  const records = [...rig.journal.read()];
  const states = [emptyState];
  for (const { event, labAt, wallAt } of records) {
    // A fold that changed what it was given would spoil the states before it.
    states.push(fold(deepFreeze(states.at(-1) ?? emptyState), deepFreeze(event), { labAt, wallAt }).state);
  }
  expect(states.at(-1)).toEqual(rig.engine.state());
  const again = [...rig.journal.read()].map(({ event, labAt, wallAt }) => ({ event, at: { labAt, wallAt } }));
  for (let from = 0; from < states.length; from += 7) {
    const rest = again.slice(from);
    const end = rest.reduce((state, { event, at }) => fold(state, event, at).state, states[from] ?? emptyState);
    expect(end).toEqual(states.at(-1));
  }
});

test("deciding changes nothing that it is given, and decides the same twice", async () => {
  const lab = castingLab(2, 2);
  const rig = await openRig({ lab });
  misbehave(rig, [1, 4, 0, 6, 2]);
  await rig.until(() => rig.end() !== null, 3_600_000);
  let state = emptyState;
  for (const { event, labAt, wallAt } of rig.journal.read()) {
    const at = { labAt, wallAt };
    state = deepFreeze(fold(state, event, at).state);
    const around = { ...at, isLinkUp: true, degraded: new Set<string>(), suspended: new Map(), actsBefore: [] };
    const decide = () => [
      planNext(state, lab.recipe, around, createSeededIds(rig.clock, 1, "twice")),
      whyStuck(state, lab.recipe),
      onUnlinked(state),
      onOperator(state, { type: "campaign.abort", by }, createSeededIds(rig.clock, 1, "twice")),
      ...[...state.openCommands.keys()].map((commandId) => onDeadline(state, commandId, "hard")),
      ...[...state.devices.values()].flatMap(({ device, journalId, jseq }) => [
        onPulse(state, device, "lost"),
        onPulse(state, device, "restarted"),
        onSnapshot(
          state,
          device,
          deepFreeze(snapshotOf(state.openCommands.keys(), journalId, jseq)),
          askedOf(state, device),
          at,
        ),
        ...[...state.openCommands.keys()].map((commandId) => onReport(state, device, deepFreeze(factOf(commandId)))),
      ]),
    ];
    expect(decide()).toEqual(decide());
  }
});

function factOf(commandId: string) {
  const tWall = "2026-01-01T00:00:00.000Z";
  return { commandId, state: "succeeded", physical: "full", tWall, bootId: "boot-1", jseq: 1 } as const;
}

function snapshotOf(open: Iterable<string>, journalId: string | null, jseq: number) {
  const entries = [...open].map((commandId) => ({ commandId, state: "never-seen" as const }));
  const head = { rid: "r", journalId: journalId ?? "journal-1", bootId: "boot-1", jseq };
  return { ...head, fence: 1, watermark: 0, maxDseq: 0, entries, unlisted: [] };
}

test("a journal that no engine could have written is refused, and says why", async () => {
  const rig = await openRig({ lab: mixingLab(1) });
  await rig.until(() => rig.end() !== null);
  const records = [...rig.journal.read()];
  for (const missing of ["campaign.created", "proposal.asked", "run.queued", "step.intended"]) {
    const folding = () => {
      let state = emptyState;
      for (const { event, labAt, wallAt } of records) {
        if (event.type !== missing) state = fold(state, event, { labAt, wallAt }).state;
      }
    };
    expect(folding).toThrow(/before campaign|nobody asked for|not known|not open/);
  }
  expect(refold(rig.journal)).toEqual(rig.engine.state());
});
