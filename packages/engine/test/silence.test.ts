import { expect, test } from "vitest";
import { castingLab, mixingLab } from "./support/documents.ts";
import { openRig } from "./support/rig.ts";

/** From the intent: the time to live and the way there and back. */
const startDeadlineMs = 32_000;
/** From the start: the longest duration and the margin of the link. */
const hardDeadlineMs = 120_000;

test("E3: a command that is not heard of by its start deadline is overdue, the device is asked, and nothing has failed", async () => {
  const rig = await openRig({ isObeying: false });
  await rig.until(() => rig.device.executes.length === 1);
  rig.device.isAnswering = false;
  const orderedAt = rig.clock.now();
  const asked = rig.device.reconciles.length;
  await rig.until(() => rig.events("step.overdue").length === 1);
  expect(rig.clock.now() - orderedAt).toBe(startDeadlineMs);
  await rig.pass(1);
  expect(rig.device.reconciles.slice(asked).map(({ open }) => open.map(({ commandId }) => commandId))).toEqual([
    [rig.device.executes[0]?.commandId],
  ]);
  expect(rig.events("step.failed", "step.notExecuted", "run.failing")).toEqual([]);
});

test("E3: silence to the hard deadline is doubt, never failure; the run is held and the campaign is stuck", async () => {
  const rig = await openRig({ lab: mixingLab(2), isObeying: false });
  await rig.until(() => rig.device.executes.length === 1);
  rig.device.isAnswering = false;
  const orderedAt = rig.clock.now();
  await rig.until(() => rig.events("step.doubted").length === 1);
  expect(rig.clock.now() - orderedAt).toBe(startDeadlineMs + hardDeadlineMs);
  const [run] = rig.engine.state().runs.values();
  expect(run?.chart.value).toBe("held");
  await rig.until(() => rig.end() !== null);
  expect(rig.end()).toMatchObject({ kind: "stuck", reasons: [expect.stringContaining("no start was ever reported")] });
  await rig.pass(3_600_000);
  expect(rig.device.executes).toHaveLength(1);
  expect(rig.events("step.failed", "step.notExecuted", "run.failing", "observation.made")).toEqual([]);
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("E3: the hard deadline of a started command counts from its start", async () => {
  const rig = await openRig({ isObeying: false });
  await rig.until(() => rig.device.executes.length === 1);
  const commandId = rig.device.executes[0]?.commandId ?? "";
  await rig.pass(20_000);
  await rig.device.report(commandId, "started", { physical: "unknown" });
  await rig.until(() => rig.events("step.started").length === 1);
  const startedAt = rig.clock.now();
  await rig.until(() => rig.events("step.doubted").length === 1);
  expect(rig.clock.now() - startedAt).toBe(hardDeadlineMs);
  expect(rig.events("step.overdue")).toEqual([]);
});

test("E12: an engine that is started again and again comes to the same hard deadline", async () => {
  const rig = await openRig({ isObeying: false, isDurable: true });
  await rig.until(() => rig.device.executes.length === 1);
  const commandId = rig.device.executes[0]?.commandId ?? "";
  await rig.device.report(commandId, "started", { physical: "unknown" });
  await rig.until(() => rig.events("step.started").length === 1);
  const startedAt = rig.clock.now();
  rig.device.isAnswering = false;
  for (let lives = 0; rig.events("step.doubted").length === 0 && lives < 10; lives++) {
    await rig.pass(25_000);
    if (rig.events("step.doubted").length > 0) break;
    rig.kill();
    rig.reopen();
  }
  await rig.pass(1);
  expect(rig.events("step.doubted")).toMatchObject([{ commandId }]);
  expect(rig.clock.now() - startedAt).toBeLessThanOrEqual(hardDeadlineMs + 25_000);
});

test("E3: at the hard deadline a device that is there is asked once more, and its word settles the doubt", async () => {
  const rig = await openRig({ isObeying: false });
  await rig.until(() => rig.device.executes.length === 1);
  const commandId = rig.device.executes[0]?.commandId ?? "";
  await rig.device.report(commandId, "started", { physical: "unknown" });
  await rig.pass(1);
  // It ends, and the report of that is lost with every repetition.
  const fact = rig.device.facts.get(commandId);
  if (fact === undefined) throw new Error("it was reported");
  rig.device.jseq++;
  rig.device.facts.set(commandId, { ...fact, state: "failed", physical: "full" });
  const asked = rig.device.reconciles.length;
  await rig.until(() => rig.events("step.doubted").length === 1);
  await rig.until(() => rig.device.reconciles.length > asked);
  expect(rig.device.reconciles.at(-1)?.open).toMatchObject([{ commandId }]);
  await rig.until(() => rig.events("step.failed").length === 1);
  expect(rig.events("step.failed")).toMatchObject([{ commandId, late: true }]);
});

test("E3: while one run is in doubt its devices are kept from the others, and the others go on", async () => {
  const rig = await openRig({ lab: castingLab(2, 2) });
  const [silent, other] = [...rig.devices.values()];
  if (silent === undefined || other === undefined) throw new Error("two casters");
  silent.onExecute = () => {
    silent.isAnswering = false;
  };
  await rig.until(() => rig.end() !== null, 3_600_000);
  expect(rig.end()?.kind).toBe("stuck");
  expect(rig.events("observation.made")).toHaveLength(1);
  expect(rig.events("run.finished")).toMatchObject([{ outcome: "done" }]);
  expect(silent.executes).toHaveLength(1);
});

test("E12: a restarted engine arms the same deadlines", async () => {
  const rig = await openRig({ isDurable: true, isObeying: false });
  await rig.until(() => rig.device.executes.length === 1);
  const orderedAt = rig.clock.now();
  await rig.device.report(rig.device.executes[0]?.commandId ?? "", "accepted");
  await rig.pass(10_000);
  rig.kill();
  rig.reopen();
  await rig.until(() => rig.events("step.overdue").length === 1);
  expect(rig.clock.now() - orderedAt).toBe(startDeadlineMs);
  await rig.until(() => rig.events("step.doubted").length === 1);
  expect(rig.clock.now() - orderedAt).toBe(startDeadlineMs + hardDeadlineMs);
});

test("E12: a deadline that passed while no engine ran fires once, after recovery", async () => {
  const rig = await openRig({ isDurable: true, isObeying: false });
  await rig.until(() => rig.device.executes.length === 1);
  await rig.device.report(rig.device.executes[0]?.commandId ?? "", "accepted");
  await rig.pass(1);
  rig.kill();
  await rig.pass(7_200_000);
  rig.reopen();
  const backAt = rig.clock.now();
  await rig.until(() => rig.events("step.overdue").length === 1);
  expect(rig.clock.now()).toBe(backAt);
  await rig.until(() => rig.events("step.doubted").length === 1);
  await rig.pass(600_000);
  expect(rig.events("step.overdue")).toHaveLength(1);
  expect(rig.events("step.doubted")).toHaveLength(1);
});

test("§14: a device that comes back from a partition settles what was in doubt, and the campaign goes on", async () => {
  const rig = await openRig({ lab: mixingLab(1), isObeying: false });
  await rig.until(() => rig.device.executes.length === 1);
  const commandId = rig.device.executes[0]?.commandId ?? "";
  await rig.device.report(commandId, "started", { physical: "unknown" });
  await rig.pass(1_000);
  rig.device.bus.drop();
  await rig.until(() => rig.events("step.doubted").length === 1);
  // It finishes what it started, and is heard of before the engine has lost its patience.
  expect(rig.end()).toBeNull();
  rig.device.bus.rejoin();
  await rig.pass(1_000);
  await rig.device.say(true, { bdSeq: 2 });
  await rig.device.report(commandId, "succeeded", { result: { mass: { value: 1, unit: "g" } } });
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
  expect(rig.events("step.succeeded")).toMatchObject([{ late: true }]);
});

test("§14: a campaign that waits for a device that stays away is stuck in the end, and says why", async () => {
  const rig = await openRig({ isObeying: false });
  await rig.until(() => rig.device.executes.length === 1);
  rig.device.bus.drop();
  await rig.until(() => rig.end() !== null, 3_600_000);
  expect(rig.end()).toMatchObject({
    kind: "stuck",
    reasons: [expect.stringContaining(rig.device.executes[0]?.commandId ?? "-")],
  });
});

test("a stuck campaign that is taken up again asks the devices before it is stuck again", async () => {
  const rig = await openRig({ isDurable: true, isObeying: false });
  await rig.until(() => rig.device.executes.length === 1);
  const commandId = rig.device.executes[0]?.commandId ?? "";
  await rig.device.report(commandId, "accepted");
  await rig.until(() => rig.end() !== null, 3_600_000);
  rig.kill();
  await rig.device.report(commandId, "succeeded", { result: { mass: { value: 1, unit: "g" } } });
  rig.reopen();
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
});
