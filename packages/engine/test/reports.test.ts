import { createRandomIds } from "@labloop/clock";
import type { Journal } from "@labloop/journal";
import fc from "fast-check";
import { expect, test } from "vitest";
import { castingLab, mixingLab } from "./support/documents.ts";
import { resolve } from "./support/doubt.ts";
import { openRig, type Rig } from "./support/rig.ts";

const result = { mass: { value: 7, unit: "g" } };

/** A rig with one command out; its id. */
async function ordered(options: Parameters<typeof openRig>[0] = {}): Promise<{ rig: Rig; commandId: string }> {
  const rig = await openRig({ isObeying: false, ...options });
  await rig.until(() => rig.device.executes.length === 1);
  return { rig, commandId: rig.device.executes[0]?.commandId ?? "" };
}

test("E4: a fact is acknowledged after it is in the journal, and not before", async () => {
  const order: string[] = [];
  const wrapJournal = (journal: Journal): Journal => ({
    ...journal,
    append(events, at) {
      const records = journal.append(events, at);
      order.push(...events.flatMap(({ type }) => (type === "step.succeeded" ? ["recorded"] : [])));
      return records;
    },
  });
  const { rig, commandId } = await ordered({ wrapJournal });
  rig.onPublish = ({ payload }) => {
    if (payload.kind === "ack") order.push("acknowledged");
    return "deliver";
  };
  await rig.device.report(commandId, "succeeded", { result });
  await rig.until(() => rig.device.acks.length > 0);
  expect(order).toEqual(["recorded", "acknowledged"]);
});

test("E4: a fact that could not be recorded is not acknowledged", async () => {
  const wrapJournal = (journal: Journal): Journal => ({
    ...journal,
    append(events, at) {
      if (events.some(({ type }) => type === "step.succeeded")) throw new Error("the disk is full");
      return journal.append(events, at);
    },
  });
  const { rig, commandId } = await ordered({ wrapJournal });
  await rig.device.report(commandId, "succeeded", { result });
  await rig.pass(60_000);
  expect(rig.end()?.kind).toBe("broken");
  expect(rig.device.acks).toEqual([]);
});

test("E4: a final word that is repeated changes nothing and is acknowledged each time", async () => {
  const { rig, commandId } = await ordered();
  await rig.device.report(commandId, "succeeded", { result });
  await rig.until(() => rig.end() !== null);
  const events = rig.journal.head().seq;
  for (let n = 0; n < 3; n++) await rig.device.repeat(commandId);
  await rig.pass(1_000);
  expect(rig.device.acks).toEqual([commandId, commandId, commandId, commandId]);
  expect(rig.journal.head().seq).toBe(events);
});

test("E4: in whatever order and however often reports arrive, a step gives one observation and one outcome", async () => {
  const word = fc.constantFrom("accepted", "started", "succeeded");
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 8 }), async (words) => {
      const { rig, commandId } = await ordered({ lab: mixingLab(2) });
      for (const state of [...words, "succeeded" as const]) {
        const physical = state === "started" ? "unknown" : state === "succeeded" ? "full" : "none";
        await rig.device.report(commandId, state, { physical, ...(state === "succeeded" ? { result } : {}) });
        await rig.pass(1);
      }
      const finals = words.filter((state) => state === "succeeded").length + 1;
      expect(rig.device.acks.filter((id) => id === commandId)).toHaveLength(finals);
      expect(rig.events("observation.made").map(({ observation }) => observation.values?.["mass"]?.value)).toEqual([7]);
      expect(rig.events("step.succeeded")).toHaveLength(1);
      expect(rig.refold()).toEqual(rig.engine.state());
      rig.kill();
    }),
    { numRuns: 25 },
  );
});

test("E4: copies of a message that come within one turn are one fact", async () => {
  const rig = await openRig({ lab: castingLab(2, 2), copies: 3 });
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
  expect(rig.events("step.succeeded")).toHaveLength(8);
  expect(rig.events("device.born")).toHaveLength(4);
  expect(rig.events("observation.made")).toHaveLength(2);
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("E10: a late fact settles what is in doubt once, is marked late, and releases the run", async () => {
  const { rig, commandId } = await ordered({ lab: mixingLab(1) });
  await rig.device.report(commandId, "started", { physical: "unknown" });
  await rig.until(() => rig.events("step.doubted").length === 1);
  await rig.device.report(commandId, "succeeded", { result });
  await rig.device.repeat(commandId);
  await rig.pass(1_000);
  expect(rig.events("step.succeeded")).toMatchObject([{ commandId, late: true }]);
  expect(rig.events("observation.made")).toHaveLength(1);
  expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 1 }]);
});

test("E10: a final word that contradicts the settled one is raised and acknowledged, never merged", async () => {
  const { rig, commandId } = await ordered({ lab: mixingLab(3) });
  await rig.device.report(commandId, "failed", { physical: "partial", error: "crash" });
  await rig.until(() => rig.events("observation.made").length === 1);
  await rig.until(() => rig.device.acks.length === 1);
  await rig.device.report(commandId, "succeeded", { result });
  await rig.pass(1_000);
  expect(rig.device.acks).toEqual([commandId, commandId]);
  expect(rig.events("step.succeeded")).toEqual([]);
  expect(rig.events("device.quarantined")).toMatchObject([
    { code: "device.conflictingEvidence", message: expect.stringContaining(commandId) },
  ]);
});

test("E5: a device that does not know how it ended is believed: in doubt, acknowledged, no new attempt", async () => {
  const { rig, commandId } = await ordered();
  await rig.device.report(commandId, "unknown", { physical: "unknown", error: "crash" });
  await rig.until(() => rig.end() !== null);
  await rig.pass(600_000);
  expect(rig.end()?.kind).toBe("stuck");
  expect(rig.device.acks).toEqual([commandId]);
  expect(rig.device.executes).toHaveLength(1);
});

test("§8: a fact about a command that nobody ordered takes its device out of use and is not acknowledged", async () => {
  const { rig, commandId } = await ordered();
  const stray = `${createRandomIds(rig.clock).ulid()}.1`;
  await rig.device.report(stray, "succeeded", { result });
  await rig.device.report(commandId, "succeeded", { result });
  await rig.until(() => rig.events("device.quarantined").length === 1);
  await rig.pass(1_000);
  expect(rig.events("device.quarantined")).toMatchObject([
    { device: "mixer-1", code: "device.orphan", message: expect.stringContaining(stray) },
  ]);
  expect(rig.device.acks).not.toContain(stray);
});

test("§8: a word on a command that went to another device is not believed", async () => {
  const rig = await openRig({ lab: castingLab(1, 2), isObeying: false });
  const [first, second] = [...rig.devices.values()];
  if (first === undefined || second === undefined) throw new Error("two casters");
  await rig.until(() => first.executes.length === 1);
  await second.report(first.executes[0]?.commandId ?? "", "succeeded");
  await rig.pass(1_000);
  expect(rig.events("step.succeeded")).toEqual([]);
  expect(rig.events("device.quarantined")).toMatchObject([{ device: "caster-2", code: "device.orphan" }]);
});

test("E14: a report that cannot be read is set aside, and the engine goes on", async () => {
  const { rig, commandId } = await ordered();
  const topic = "labloop/v1/kitchen/device/mixer-1/rep";
  for (const text of ["{", "[]", '{"v":1,"kind":"report"}', '{"v":2,"kind":"report","device":"mixer-1"}']) {
    rig.broker.inject(topic, Buffer.from(text));
  }
  await rig.device.report(commandId, "succeeded", { result });
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
});

test("T4: a report or a heartbeat that the broker had kept is not believed", async () => {
  const { rig, commandId } = await ordered();
  const issuedAt = new Date(rig.clock.now()).toISOString();
  const fact = { commandId, state: "failed", physical: "full", tMono: 1, tWall: issuedAt };
  const head = { v: 1, device: "mixer-1", issuedAt, bootId: "boot-1", jseq: 1 };
  const kept = { ...head, kind: "report", rseq: 1, fence: 1, ...fact };
  rig.broker.inject("labloop/v1/kitchen/device/mixer-1/rep", Buffer.from(JSON.stringify(kept)), { retained: true });
  await rig.pass(1_000);
  expect(rig.events("step.failed")).toEqual([]);

  rig.device.isBeating = false;
  await rig.until(() => rig.engine.state().devices.get("mixer-1")?.chart.value === "suspect");
  const beat = { ...head, kind: "hb", n: 1, tMono: 1, running: [] };
  rig.broker.inject("labloop/v1/kitchen/device/mixer-1/hb", Buffer.from(JSON.stringify(beat)), { retained: true });
  await rig.pass(1_000);
  expect(rig.engine.state().devices.get("mixer-1")?.chart.value).toBe("suspect");
});

test.each([
  ["cancelled", "partial"],
  ["cancelled", "full"],
  ["cancelled", "unknown"],
  ["rejected", "partial"],
] as const)(
  "§7, I2: %s with physical %s is no proof that nothing moved: in doubt, acknowledged, no new attempt",
  async (state, physical) => {
    const { rig, commandId } = await ordered({ waitsForPeople: true });
    await rig.device.report(commandId, "started", { physical: "unknown" });
    await rig.device.report(commandId, state, { physical, error: "crash" });
    await rig.device.repeat(commandId);
    await rig.pass(20_000);
    expect(rig.events("step.notExecuted")).toEqual([]);
    expect(rig.events("step.doubted")).toMatchObject([
      { commandId, isTerminal: true, reason: expect.stringContaining(`${state} with physical ${physical}`) },
    ]);
    expect(rig.device.acks).toEqual([commandId, commandId]);
    expect(rig.events("step.intended")).toHaveLength(1);
    expect(rig.refold()).toEqual(rig.engine.state());
  },
);

test("E10, I2: after a person has said that it did not happen, cancelled with physical partial asks them again", async () => {
  const { rig, commandId } = await ordered({ waitsForPeople: true });
  await rig.device.report(commandId, "started", { physical: "unknown" });
  await rig.until(() => rig.events("step.doubted").length === 1);
  expect(resolve(rig, commandId, { as: "not-executed" })).toMatchObject({ ok: true });
  await rig.device.report(commandId, "cancelled", { physical: "partial", error: "crash" });
  await rig.pass(20_000);
  expect(rig.events("step.contradicted")).toMatchObject([{ commandId, settled: "not-executed", state: "cancelled" }]);
  expect(rig.events("step.intended")).toHaveLength(1);
});

test.each([
  ["executed", "succeeded", 1],
  ["partial", "failed", 0],
] as const)(
  "E10: after a person's %s, cancelled with physical partial is raised once; the sample is suspect where it says otherwise",
  async (as, settled, suspected) => {
    const { rig, commandId } = await ordered({ lab: castingLab(1), waitsForPeople: true });
    await rig.device.report(commandId, "started", { physical: "unknown" });
    await rig.until(() => rig.events("step.doubted").length === 1);
    expect(resolve(rig, commandId, { as })).toMatchObject({ ok: true });
    await rig.device.report(commandId, "cancelled", { physical: "partial", error: "crash" });
    await rig.device.repeat(commandId);
    await rig.pass(1_000);
    expect(rig.events("step.contradicted")).toMatchObject([{ settled: `${settled} by Ada`, state: "cancelled" }]);
    expect(rig.events("sample.suspected")).toHaveLength(suspected);
    expect(rig.events("device.quarantined")).toEqual([]);
  },
);
