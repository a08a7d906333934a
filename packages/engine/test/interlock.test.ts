import type { Actor, LabEvent, Reading } from "@labloop/contracts";
import { createProjection } from "@labloop/journal";
import { expect, test } from "vitest";
import { castingLab, mixingLab, upkeepLab, type WrittenSafety } from "./support/documents.ts";
import { openRig, type Rig } from "./support/rig.ts";

type Rule = NonNullable<WrittenSafety["interlocks"]>[string];

/** Nothing new is started unless the mixer is below 60 degC. */
const cool = (change: Partial<Rule> = {}): WrittenSafety => ({
  interlocks: {
    cool: {
      device: "mixer-1",
      channel: "temperature",
      below: "60 degC",
      clearsAt: "50 degC",
      staleAfter: "5 s",
      holdFor: "10 s",
      resumes: "automatically",
      ...change,
    },
  },
});

/** A device that reports its temperature once a second, as long as there is one. */
function tell(rig: Rig, id = "mixer-1") {
  const device = rig.devices.get(id);
  if (device === undefined) throw new Error(`no ${id}`);
  const says: { value: number | null; unit: string; valid: boolean; n: number; bootId: string; lateMs: number } = {
    value: 20,
    unit: "degC",
    valid: true,
    n: 0,
    bootId: "boot-1",
    lateMs: 0,
  };
  const tick = () => {
    rig.clock.at(rig.clock.now() + 1_000, tick);
    const { value, unit, valid, bootId, lateMs } = says;
    if (value === null || !device.bus.isUp) return;
    const reading: Reading = { channel: "temperature", value, unit, valid, n: says.n++, tMono: rig.clock.now() };
    const stamp = { v: 1, device: id, issuedAt: new Date(rig.clock.now()).toISOString() } as const;
    const tell = () => {
      void device.bus.publish("telemetry", id, { ...stamp, kind: "tel", bootId, readings: [reading] });
    };
    if (lateMs === 0) tell();
    else rig.clock.at(rig.clock.now() + lateMs, tell);
  };
  rig.clock.at(rig.clock.now() + 500, tick);
  return says;
}

const names = (rig: Rig) =>
  [...rig.journal.read()].flatMap(({ event }) =>
    /^(interlock|campaign\.(paused|resumed|stopping))/.test(event.type) ? [event.type] : [],
  );

test("E15: a reading at the bound trips, pauses the campaign by nobody, starts nothing new, and lets what runs end", async () => {
  const rig = await openRig({ lab: mixingLab(3, cool()) });
  const says = tell(rig);
  await rig.until(() => rig.device.executes.length === 1);
  says.value = 60;
  await rig.until(() => rig.events("campaign.paused").length === 1);
  expect(rig.events("interlock.tripped")).toMatchObject([{ interlock: "cool", why: "value", value: 60, unit: "degC" }]);
  const [paused] = rig.events("campaign.paused");
  expect(paused).toMatchObject({ by: null, interlock: "cool", reason: expect.stringContaining("below 60 degC") });
  await rig.pass(600_000);
  expect(rig.device.executes).toHaveLength(1);
  expect(rig.events("step.succeeded")).toHaveLength(1);
  expect(rig.events("interlock.tripped", "campaign.paused")).toHaveLength(2);

  // Not far enough: it clears at 50 degC, after 10 s.
  says.value = 55;
  await rig.pass(60_000);
  says.value = 50;
  await rig.pass(8_000);
  expect(rig.device.executes).toHaveLength(1);
  await rig.until(() => rig.end() !== null);
  expect(names(rig)).toEqual(["interlock.tripped", "campaign.paused", "interlock.satisfied", "campaign.resumed"]);
  expect(rig.events("campaign.resumed")).toEqual([{ type: "campaign.resumed", by: null }]);
  expect(rig.end()?.kind).toBe("ended");
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("E15: telemetry that was never heard, stops, or is invalid trips, and nothing is started before the first reading", async () => {
  const rig = await openRig({ lab: mixingLab(3, cool({ holdFor: "0 s" })) });
  await rig.pass(4_900);
  expect(rig.sent("command")).toEqual([]);
  expect(rig.events("interlock.tripped")).toEqual([]);
  await rig.pass(200);
  expect(rig.events("interlock.tripped")).toMatchObject([{ why: "missing", value: null }]);
  await rig.pass(60_000);
  expect(rig.sent("command")).toEqual([]);

  const says = tell(rig);
  await rig.until(() => rig.device.executes.length === 1);
  says.value = null;
  await rig.until(() => rig.events("interlock.tripped").length === 2);
  says.value = 20;
  says.valid = false;
  await rig.pass(60_000);
  expect(rig.events("interlock.tripped").map(({ why }) => why)).toEqual(["missing", "stale"]);
  says.valid = true;
  await rig.until(() => rig.device.executes.length === 2);
  says.valid = false;
  await rig.until(() => rig.events("interlock.tripped").length === 3);
  expect(rig.events("interlock.tripped")[2]?.why).toBe("invalid");
  says.valid = true;
  says.unit = "mm";
  await rig.pass(60_000);
  expect(rig.device.executes).toHaveLength(2);
});

test("E15: readings that are repeated, or of another boot, never satisfy", async () => {
  const rig = await openRig({ lab: mixingLab(3, cool({ holdFor: "0 s" })) });
  const says = tell(rig);
  await rig.until(() => rig.device.executes.length === 1);
  says.value = null;
  await rig.until(() => rig.events("interlock.tripped").length === 1);
  says.value = 20;
  const seen = says.n;
  for (let count = 0; count < 30; count++) {
    says.n = seen - 1;
    await rig.pass(1_000);
  }
  says.n = seen + 100;
  says.bootId = "boot-0";
  await rig.pass(30_000);
  expect(rig.events("interlock.satisfied")).toEqual([]);
  expect(rig.device.executes).toHaveLength(1);
});

test("E15: readings that come a minute late never satisfy, trip within their time, and do again when they come at once", async () => {
  const rig = await openRig({ lab: mixingLab(3, cool({ holdFor: "0 s" })) });
  const says = tell(rig);
  says.lateMs = 60_000;
  await rig.pass(120_000);
  expect(rig.events("interlock.tripped")).toMatchObject([{ why: "missing" }]);
  expect(rig.sent("command")).toEqual([]);
  says.lateMs = 0;
  await rig.until(() => rig.device.executes.length === 1);
  says.lateMs = 3_000;
  await rig.pass(30_000);
  expect(rig.events("interlock.tripped")).toHaveLength(1);
  says.lateMs = 5_000;
  await rig.until(() => rig.events("interlock.tripped").length === 2, 20_000);
  expect(rig.events("interlock.tripped")[1]?.why).toBe("stale");
});

test("E15: an interlock that a person has to let go on waits for one, who cannot while it is tripped", async () => {
  const by = { kind: "operator", name: "Ada" } as const;
  const rig = await openRig({ lab: mixingLab(2, cool({ resumes: "person" })), waitsForPeople: true });
  const says = tell(rig);
  await rig.until(() => rig.device.executes.length === 1);
  says.value = 70;
  await rig.until(() => rig.events("campaign.paused").length === 1);
  expect(rig.engine.submit({ type: "campaign.resume", by })).toEqual({
    ok: false,
    reason: expect.stringContaining("interlock cool: temperature of mixer-1 has to be below 60 degC, and is 70 degC"),
  });
  says.value = 20;
  await rig.until(() => rig.events("interlock.satisfied").length === 1);
  await rig.pass(600_000);
  expect(rig.events("campaign.resumed")).toEqual([]);
  expect(rig.device.executes).toHaveLength(1);
  expect(rig.engine.submit({ type: "campaign.resume", by }).ok).toBe(true);
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
});

test("where nobody is there, a campaign that an interlock has paused for a person ends as stuck once it holds again, with what lets it go on", async () => {
  const by = { kind: "operator", name: "Ada" } as const;
  const rig = await openRig({ lab: mixingLab(2, cool({ resumes: "person" })), isDurable: true });
  const says = tell(rig);
  await rig.until(() => rig.device.executes.length === 1);
  says.value = 70;
  await rig.until(() => rig.events("campaign.paused").length === 1);
  await rig.pass(600_000);
  // It may come to hold again by itself.
  expect(rig.end()).toBeNull();
  says.value = 20;
  await rig.until(() => rig.end() !== null);
  expect(rig.end()).toMatchObject({
    kind: "stuck",
    reasons: [expect.stringMatching(/^interlock cool .*labloop resume$/)],
  });
  expect(rig.engine.submit({ type: "campaign.resume", by })).toMatchObject({ ok: true });
  rig.kill();
  rig.reopen();
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
});

test("E15: what a person or an E-STOP has paused does not go on because an interlock is satisfied again", async () => {
  const by = { kind: "operator", name: "Ada" } as const;
  for (const word of [
    { type: "campaign.pause", by, reason: "lunch" },
    { type: "estop.raise", by, reason: "smoke" },
  ] as const) {
    const rig = await openRig({ lab: mixingLab(2, cool()) });
    const says = tell(rig);
    await rig.until(() => rig.device.executes.length === 1);
    says.value = 70;
    await rig.until(() => rig.events("campaign.paused").length === 1);
    expect(rig.engine.submit(word).ok).toBe(true);
    says.value = 20;
    await rig.until(() => rig.events("interlock.satisfied").length === 1);
    await rig.pass(600_000);
    expect(rig.events("campaign.resumed")).toEqual([]);
  }
});

test.each([
  ["an interlock that goes on by itself", null],
  ["a person", { type: "campaign.pause", by: { kind: "operator", name: "Ada" }, reason: "lunch" }],
] as const)(
  "a control sample that turns out to be outside its limits while %s has paused the campaign waits for a person",
  async (_who, word) => {
    const by = { kind: "operator", name: "Ada" } as const;
    const control = "control: { every: 2, parameters: { amount: 5 }, accept: { mass: { max: 49 } } }";
    const rig = await openRig({ lab: upkeepLab(2, { control, safety: cool() }), waitsForPeople: true });
    const says = tell(rig);
    await rig.until(() => rig.events("step.started").length === 1);
    if (word === null) says.value = 70;
    else rig.engine.submit(word);
    await rig.until(() => rig.events("control.judged").length === 1);
    const paused = rig.events("campaign.paused");
    expect(paused).toHaveLength(2);
    expect(paused[1]).toEqual({ type: "campaign.paused", by: null, reason: expect.stringContaining("control sample") });
    says.value = 20;
    await rig.pass(600_000);
    expect(rig.events("campaign.resumed")).toEqual([]);
    expect(rig.device.executes).toHaveLength(1);
    expect(rig.refold()).toEqual(rig.engine.state());
    rig.engine.submit({ type: "campaign.resume", by });
    await rig.until(() => rig.end() !== null);
    expect(rig.end()?.kind).toBe("ended");
  },
);

test("a campaign that was stopping when an interlock or an E-STOP paused it goes on stopping in the name of whoever stopped it", async () => {
  const [eve, bob] = ["Eve", "Bob"].map((name) => ({ kind: "operator", name }) as const) as [Actor, Actor];
  const rig = await openRig({ lab: mixingLab(2, cool()) });
  const says = tell(rig);
  await rig.until(() => rig.device.executes.length === 1);
  rig.engine.submit({ type: "campaign.stop", by: eve, reason: "seen enough" });
  rig.engine.submit({ type: "estop.raise", by: bob, reason: "smoke" });
  const issuedAt = new Date(rig.clock.now()).toISOString();
  const head = { v: 1, kind: "stopped", device: "mixer-1", issuedAt } as const;
  await rig.device.bus.publish("report", "mixer-1", { ...head, stopId: 1, tookMs: 1, running: [] });
  await rig.until(() => rig.events("step.succeeded").length === 1);
  expect(rig.engine.submit({ type: "estop.clear", by: bob, reason: "toast" })).toMatchObject({ ok: true });
  says.value = 70;
  await rig.until(() => rig.events("interlock.tripped").length === 1);
  says.value = 20;
  await rig.until(() => rig.events("interlock.satisfied").length === 1);
  expect(rig.engine.submit({ type: "campaign.resume", by: bob })).toMatchObject({ ok: true });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("campaign.stopping").map(({ by, reason }) => [by, reason])).toEqual([
    [eve, "seen enough"],
    [eve, "seen enough"],
  ]);
});

test("a campaign that was stopping when an interlock alone paused it goes on stopping by itself, in the name of whoever stopped it", async () => {
  const eve = { kind: "operator", name: "Eve" } as const;
  const rig = await openRig({ lab: mixingLab(2, cool()) });
  const says = tell(rig);
  await rig.until(() => rig.device.executes.length === 1);
  rig.engine.submit({ type: "campaign.stop", by: eve, reason: "seen enough" });
  says.value = 70;
  await rig.until(() => rig.events("campaign.paused").length === 1);
  says.value = 20;
  await rig.until(() => rig.end() !== null);
  expect(rig.events("campaign.stopping").map(({ by }) => by)).toEqual([eve, eve]);
});

test("E15: of two interlocks that have paused a campaign, it goes on when the last is satisfied", async () => {
  const safety: WrittenSafety = {
    interlocks: {
      cool: {
        device: "caster-1",
        channel: "temperature",
        below: "60 degC",
        staleAfter: "5 s",
        resumes: "automatically",
      },
      warm: {
        device: "gauge-1",
        channel: "temperature",
        above: "10 degC",
        staleAfter: "5 s",
        resumes: "automatically",
      },
    },
  };
  const rig = await openRig({ lab: castingLab(2, 1, safety) });
  const [caster, gauge] = [tell(rig, "caster-1"), tell(rig, "gauge-1")];
  await rig.until(() => rig.device.executes.length === 1);
  caster.value = 70;
  await rig.until(() => rig.events("campaign.paused").length === 1);
  gauge.value = 5;
  await rig.until(() => rig.events("campaign.paused").length === 2);
  caster.value = 20;
  await rig.until(() => rig.events("interlock.satisfied").length === 1);
  await rig.pass(60_000);
  expect(rig.events("campaign.resumed")).toEqual([]);
  gauge.value = 20;
  await rig.until(() => rig.events("campaign.resumed").length === 1);
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
});

test("E15: an interlock that holds some devices keeps those alone, says so, and the rest goes on", async () => {
  const safety: WrittenSafety = {
    interlocks: {
      cool: {
        device: "caster-1",
        channel: "temperature",
        below: "60 degC",
        staleAfter: "5 s",
        holds: ["caster-1"],
        resumes: "automatically",
      },
    },
  };
  const rig = await openRig({ lab: castingLab(3, 2, safety) });
  const says = tell(rig, "caster-1");
  await rig.until(() => rig.device.executes.length === 1);
  says.value = 80;
  await rig.until(() => rig.events("interlock.tripped").length === 1);
  await rig.until(() => rig.events("observation.made").length === 2);
  expect(rig.events("campaign.paused")).toEqual([]);
  expect(rig.device.executes).toHaveLength(1);
  const waiting = rig.engine.explain().map(({ message }) => message);
  expect(waiting.join("; ")).toContain("interlock cool: temperature of caster-1 has to be below 60 degC");
});

test("E15: what was tripped stays so in another engine until it has heard better; values are not journaled", async () => {
  const rig = await openRig({ lab: mixingLab(2, cool()), isDurable: true });
  const says = tell(rig);
  await rig.until(() => rig.device.executes.length === 1);
  await rig.pass(1_000);
  const quiet = rig.journal.head().seq;
  await rig.pass(3_000);
  expect(rig.journal.head().seq).toBe(quiet);
  says.value = 70;
  await rig.until(() => rig.events("campaign.paused").length === 1);
  rig.kill();
  says.value = null;
  rig.reopen();
  await rig.pass(60_000);
  expect(rig.device.executes).toHaveLength(1);
  expect(rig.events("interlock.tripped")).toHaveLength(1);
  says.value = 20;
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
});

test("E15: a device's own interlock that it calls open holds it until it calls it closed; silence does not", async () => {
  const rig = await openRig({ isObeying: false });
  rig.device.interlocks = { door: false };
  await rig.until(() => rig.events("interlock.tripped").length === 1);
  const tripped: Partial<LabEvent> = { type: "interlock.tripped", interlock: "mixer-1/door", device: "mixer-1" };
  expect(rig.events("interlock.tripped")).toMatchObject([tripped]);
  const before = rig.sent("command").length;
  rig.device.interlocks = undefined;
  await rig.pass(60_000);
  expect(rig.events("interlock.satisfied")).toEqual([]);
  expect(rig.sent("command")).toHaveLength(before);
  rig.device.interlocks = { door: true };
  await rig.until(() => rig.events("interlock.satisfied").length === 1);
  await rig.until(() => rig.device.executes.length === 1);
});

test("watchers see every interlock of the lab from the start, and how each stands", async () => {
  const rig = await openRig({ lab: mixingLab(2, cool()) });
  const says = tell(rig);
  await rig.until(() => rig.device.executes.length === 1);
  says.value = 70;
  await rig.until(() => rig.events("interlock.tripped").length === 1);
  const projection = createProjection();
  const seen: unknown[] = [];
  for (const record of rig.journal.read()) {
    projection.apply(record);
    if (record.event.type === "campaign.created") seen.push(projection.view().interlocks);
  }
  expect(seen).toMatchObject([[{ interlock: "cool", device: "mixer-1", channel: "temperature", isTripped: false }]]);
  const [row] = projection.view().interlocks;
  expect(row).toMatchObject({ isTripped: true, message: expect.stringContaining("is 70 degC") });
  expect(projection.changesSince(projection.seq).interlocks).toBeUndefined();
  expect(projection.changesSince(1).interlocks).toEqual([row]);
  expect(projection.view().alarms.map(({ code }) => code)).toContain("interlock.tripped");
});
