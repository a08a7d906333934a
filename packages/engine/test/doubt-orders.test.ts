import { stepIdOf } from "@labloop/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openCommands } from "../src/state.ts";
import { castingLab, mixingLab, type TestLab } from "./support/documents.ts";
import { ada, bury, resolve, viewOf } from "./support/doubt.ts";
import { openRig, type Rig } from "./support/rig.ts";
import { obey, resultOf, type ScriptedDevice } from "./support/scripted-device.ts";

const terminal = new Set(["succeeded", "failed", "unknown", "cancelled", "rejected"]);

/** What a device may do next with the last order that it knows: only forward, as its journal has it (section 7). */
type Word = "accepted" | "started" | "succeeded" | "failed" | "none" | "unknown" | "rejected";

const words = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<Word>("started", "unknown") },
  { weight: 4, arbitrary: fc.constantFrom<Word>("accepted", "succeeded", "failed", "none", "rejected") },
);
const answers = fc.oneof(
  { weight: 2, arbitrary: fc.constant("not-executed") },
  { weight: 3, arbitrary: fc.constantFrom("executed", "partial", "discarded", "stop") },
);
const findings = fc.constantFrom("happened", "not-happened", "partial", "running", "unknown");
const happenings = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("word"), at: fc.nat({ max: 5 }), word: words }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("answer"), as: answers }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("finding"), outcome: findings, decisive: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("pass"), ms: fc.constantFrom(10, 5_000, 40_000, 200_000) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom("kill", "drop", "reboot", "repeat", "release", "heed", "ignore") }),
  },
);
type Happening = typeof happenings extends fc.Arbitrary<infer T> ? T : never;

/** Acts by command, counted where they take place: in the device, which keeps its journal and acts at its start only. */
function play(rig: Rig, acts: Map<string, number>): void {
  for (const device of rig.devices.values()) {
    const report = device.report.bind(device);
    device.report = (commandId, state, saying) => {
      if (state === "started") acts.set(commandId, (acts.get(commandId) ?? 0) + 1);
      return report(commandId, state, saying);
    };
    device.onExecute = ({ commandId }) => {
      if (device.facts.has(commandId)) void device.repeat(commandId);
    };
    bury(device);
  }
}

function utter(device: ScriptedDevice, at: number, word: Word): void {
  const orders = device.executes.filter(({ commandId }) => !terminal.has(device.facts.get(commandId)?.state ?? ""));
  const order = orders[at % Math.max(1, orders.length)];
  if (order === undefined) return;
  const { commandId } = order;
  const state = device.facts.get(commandId)?.state;
  const isBegun = state === "started";
  switch (word) {
    case "accepted":
      return void (state === undefined ? device.report(commandId, "accepted") : device.repeat(commandId));
    case "started":
      if (!isBegun) void device.report(commandId, "started", { physical: "unknown" });
      return;
    case "rejected":
      if (state === undefined) void device.report(commandId, "rejected", { error: "crash" });
      return;
    case "none":
      return void device.report(commandId, "failed", { physical: "none", error: "crash" });
    case "succeeded":
      if (!isBegun) void device.report(commandId, "started", { physical: "unknown" });
      return void device.report(commandId, "succeeded", { result: resultOf(order) });
    case "failed":
      if (!isBegun) void device.report(commandId, "started", { physical: "unknown" });
      return void device.report(commandId, "failed", { physical: "partial", error: "crash" });
    case "unknown":
      return void device.report(commandId, "unknown", { physical: "unknown", error: "crash" });
  }
}

async function happen(rig: Rig, happening: Happening): Promise<void> {
  const devices = [...rig.devices.values()];
  const doubted = openCommands(rig.engine.state()).find(({ doubt }) => doubt !== null);
  switch (happening.kind) {
    case "word":
      for (const device of devices) if ("word" in happening) utter(device, happening.at, happening.word);
      break;
    case "answer": {
      // There will be a doubt, once what is under way has been silent for long enough.
      if (doubted === undefined) await rig.pass(160_000);
      if (doubted === undefined || !("as" in happening)) break;
      const { as } = happening;
      const result = as === "executed" ? { result: resultOf(doubted) } : {};
      if (as === "stop") resolve(rig, doubted.commandId, { as: "discarded", stopsRun: true });
      else if (as === "executed" || as === "partial" || as === "not-executed" || as === "discarded") {
        resolve(rig, doubted.commandId, { as, ...result });
      }
      break;
    }
    case "finding": {
      if (doubted === undefined || !("outcome" in happening)) break;
      const device = rig.devices.get(doubted.device);
      const probe = device?.probes.at(-1);
      const { outcome, decisive } = happening;
      // A device that never began it, or says that it ended so, finds no other thing.
      const state = device?.facts.get(doubted.commandId)?.state;
      const isTrue = outcome === "not-happened" ? state === undefined || state === "accepted" : state === "started";
      const ending = { state: "succeeded", result: resultOf(doubted), executed: doubted.params };
      if (probe !== undefined)
        await device?.found(probe, { outcome, decisive: decisive && isTrue, evidence: { ending } });
      break;
    }
    case "kill":
      rig.kill();
      rig.reopen();
      break;
    case "drop":
      for (const device of devices.slice(0, 1)) device.bus.drop();
      break;
    case "reboot":
      for (const device of devices) {
        if (!device.bus.isUp) device.bus.rejoin();
        device.bootId = `boot-${device.bdSeq + 1}`;
        device.bdSeq++;
        await rig.pass(1);
        await device.say(true);
      }
      break;
    case "repeat":
      for (const device of devices) for (const commandId of device.facts.keys()) void device.repeat(commandId);
      break;
    case "release":
      releaseAll(rig);
      break;
    case "heed":
      for (const device of devices) bury(device);
      break;
    case "ignore":
      for (const device of devices) device.onCancel = () => undefined;
      break;
    case "pass":
      break;
  }
  await rig.pass("ms" in happening ? happening.ms : 1);
}

function releaseAll(rig: Rig): void {
  for (const { device, quarantine } of rig.engine.state().devices.values()) {
    if (quarantine !== null) rig.engine.submit({ type: "device.release", device, by: ada, reason: "I looked" });
  }
}

function expectSound(rig: Rig, acts: ReadonlyMap<string, number>): void {
  const state = rig.engine.state();
  expect(state, "I7").toEqual(rig.refold());
  const open = openCommands(state);
  expect(new Set(open.map(({ stepId }) => stepId)).size, "one attempt is open at most").toBe(open.length);
  const observed = rig.events("observation.made").map(({ observation: { runId } }) => runId);
  expect(new Set(observed).size, "E4: one observation a run").toBe(observed.length);
  for (const [commandId, count] of acts) expect(count, `I1: acts of ${commandId}`).toBe(1);

  const { doubts } = viewOf(rig);
  const asked = open.filter(({ doubt }) => doubt !== null);
  expect(new Map(doubts.map(({ commandId, isClosing }) => [commandId, isClosing]))).toEqual(
    new Map(asked.map(({ commandId, resolution }) => [commandId, resolution !== null])),
  );

  // E5: whatever the order, an attempt follows on one that is terminal at its device, or that it can only bury.
  for (const { stepId, attempt, device } of rig.events("step.intended")) {
    if (attempt === 1) continue;
    const before = rig.devices.get(device)?.facts.get(`${stepId}.${attempt - 1}`);
    expect(before, `${stepId}.${attempt - 1}`).toBeDefined();
    const may = before?.state === "failed" ? before.physical === "none" : before?.state !== "succeeded";
    expect(terminal.has(before?.state ?? "") && may, `E5: ${stepId}.${attempt - 1} is ${before?.state}`).toBe(true);
  }
  // I1: a step acts again only after a device or a named person has said that it had not.
  const byStep = Map.groupBy([...acts.keys()], stepIdOf);
  for (const [stepId, commands] of byStep) {
    for (const commandId of commands.slice(0, -1)) {
      const isAnswered = rig
        .events("step.resolved")
        .some((fact) => fact.commandId === commandId && fact.as === "not-executed");
      const isNone = rig.events("step.failed").some((fact) => fact.commandId === commandId && fact.physical === "none");
      expect(isAnswered || isNone, `I1: ${stepId}`).toBe(true);
    }
  }
}

/** From here on devices obey, and people answer what is left. */
async function calmDown(rig: Rig): Promise<void> {
  for (const device of rig.devices.values()) {
    obey(device, rig.clock);
    bury(device);
    for (const [commandId, { state }] of device.facts) {
      if (!terminal.has(state)) void device.report(commandId, "failed", { physical: "full", error: "crash" });
    }
  }
  await happen(rig, { kind: "reboot" });
  for (let n = 0; n < 60 && rig.end() === null; n++) {
    await rig.pass(60_000);
    for (const { doubt, resolution, commandId } of openCommands(rig.engine.state())) {
      if (doubt !== null && resolution === null) resolve(rig, commandId, { as: "discarded" });
    }
    releaseAll(rig);
  }
}

test.each<[string, TestLab, number]>([
  ["one device", mixingLab(3), 60],
  ["a part on its way", castingLab(2, 2), 25],
])(
  "I1, I7, E4, E5, E10: with %s, whatever comes in whatever order, nothing is done twice, and the campaign comes to its end",
  async (_, lab, numRuns) => {
    await fc.assert(
      fc.asyncProperty(fc.array(happenings, { maxLength: 30 }), async (all) => {
        const rig = await openRig({ lab, isDurable: true, isObeying: false, waitsForPeople: true });
        const acts = new Map<string, number>();
        play(rig, acts);
        await rig.pass(100);
        for (const happening of all) {
          await happen(rig, happening);
          expectSound(rig, acts);
        }
        await calmDown(rig);
        expectSound(rig, acts);
        expect(rig.end()?.kind).toBe("ended");
        rig.kill();
      }),
      { numRuns, seed: 11 },
    );
  },
  120_000,
);
