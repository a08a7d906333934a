import { DatabaseSync } from "node:sqlite";
import { LabError } from "@labloop/contracts";
import { createProjection } from "@labloop/journal";
import { expect, test } from "vitest";
import { castingLab, mixingLab } from "./support/documents.ts";
import { openRig } from "./support/rig.ts";

test("§3: the engine beats on its cell at its period, and before it asks a device, under its epoch, until it is closed", async () => {
  const rig = await openRig({ heartbeatMs: 1_000, isObeying: false });
  await rig.pass(10_500);
  const beats = rig.sent("engineHeartbeat");
  expect(beats.map(({ name, payload: { n, epoch } }) => ({ name, n, epoch }))).toEqual(
    Array.from({ length: 11 }, (_, n) => ({ name: "main", n, epoch: 1 })),
  );
  const said = rig.published.map(({ key, payload }) => (key === "control" ? payload.kind : key));
  expect(said[said.indexOf("reconcile") - 1]).toBe("engineHeartbeat");
  await rig.engine.close();
  await rig.pass(10_000);
  expect(rig.sent("engineHeartbeat")).toHaveLength(11);
});

test("T2: the engine does not beat into a link that is down, and beats on when it is up again", async () => {
  const rig = await openRig({ heartbeatMs: 1_000, isObeying: false });
  await rig.pass(3_500);
  rig.bus.drop();
  await rig.pass(60_000);
  expect(rig.sent("engineHeartbeat")).toHaveLength(4);
  rig.bus.rejoin();
  await rig.pass(2_000);
  const beats = rig.sent("engineHeartbeat").map(({ payload }) => payload.n);
  expect(beats.length).toBeGreaterThanOrEqual(6);
  expect(beats).toEqual(Array.from(beats, (_, n) => n));
});

test("E2: the lease is renewed at each third of its life, without an event and with nothing to do", async () => {
  const rig = await openRig({ isDurable: true, leaseLifeMs: 9_000, isObeying: false });
  await rig.until(() => rig.device.executes.length === 1);
  rig.device.isBeating = false;
  await rig.until(() => rig.events("device.lost").length === 1);
  await rig.pass(60_000);
  const events = rig.journal.head().seq;
  await rig.pass(60_000);
  const database = new DatabaseSync(rig.file, { readOnly: true });
  const expiresAt = Number(database.prepare("SELECT expires_at AS at FROM lease").get()?.["at"]);
  database.close();
  expect(expiresAt - rig.clock.now()).toBeGreaterThanOrEqual(6_000);
  expect(rig.journal.head().seq).toBe(events);
});

test("E2: an idle engine whose lease was taken stops at its next renewal", async () => {
  const rig = await openRig({ isDurable: true, leaseLifeMs: 9_000, isObeying: false });
  await rig.until(() => rig.device.executes.length === 1);
  const thief = new DatabaseSync(rig.file);
  thief.exec("UPDATE lease SET epoch = epoch + 1, holder = 'thief'");
  thief.close();
  await rig.pass(3_001);
  const end = rig.end();
  expect(end?.kind === "broken" && end.error instanceof LabError && end.error.code).toBe("journal.leaseLost");
});

/** Orders one act, and says that it has begun. */
async function startedRig(lab = mixingLab(1)) {
  const rig = await openRig({ lab, isObeying: false });
  await rig.until(() => rig.device.executes.length === 1);
  await rig.device.report(rig.device.executes[0]?.commandId ?? "", "started", { physical: "unknown" });
  await rig.until(() => rig.events("step.started").length === 1);
  return rig;
}

test("an act that lasts longer than twice its usual time, and half a minute, is told once and changes no outcome", async () => {
  const rig = await startedRig();
  const commandId = rig.device.executes[0]?.commandId ?? "";
  const startedAt = rig.clock.now();
  await rig.until(() => rig.events("step.hanging").length === 1);
  // It usually takes 10 s, and may take 60 s; word of its end has 2 s of the link to come.
  expect(rig.clock.now() - startedAt).toBe(42_000);
  expect(rig.events("step.hanging")).toEqual([
    { type: "step.hanging", commandId, expectedMs: 10_000, lastedMs: 42_000 },
  ]);
  await rig.pass(50_000);
  expect(rig.events("step.hanging")).toHaveLength(1);
  await rig.device.report(commandId, "succeeded", { result: { mass: { value: 1, unit: "g" } } });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("step.doubted", "step.failed")).toEqual([]);
  expect(rig.end()?.kind).toBe("ended");
});

test("word of an end that is only late on the link is no alarm", async () => {
  const rig = await startedRig();
  const commandId = rig.device.executes[0]?.commandId ?? "";
  await rig.pass(41_000);
  await rig.device.report(commandId, "succeeded", { result: { mass: { value: 1, unit: "g" } } });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("step.hanging")).toEqual([]);
});

test("an act that ends in its time is no alarm, and one that hangs is told before its hard deadline", async () => {
  const rig = await openRig({ lab: castingLab(2, 2) });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("step.hanging")).toEqual([]);

  const slow = mixingLab(1);
  const [step] = slow.recipe.checked.protocol.steps;
  if (step === undefined) throw new Error("no step");
  const checked = {
    ...slow.recipe.checked,
    protocol: {
      ...slow.recipe.checked.protocol,
      steps: [{ ...step, durations: [{ typicalMs: 59_000, maxMs: 60_000 }] }],
    },
  };
  const late = await startedRig({ ...slow, recipe: { ...slow.recipe, checked } });
  await late.until(() => late.events("step.doubted").length === 1);
  const told = [...late.journal.read()].flatMap(({ event }) =>
    event.type === "step.hanging" || event.type === "step.doubted" ? [event.type] : [],
  );
  expect(told).toEqual(["step.hanging", "step.doubted"]);
  expect(late.events("step.hanging")[0]?.lastedMs).toBe(62_000);
});

test("what is expected of an act follows from its parameters, in what people see and in when it counts as hanging", async () => {
  const lab = mixingLab(1);
  const [step] = lab.recipe.checked.protocol.steps;
  if (step === undefined) throw new Error("no step");
  const byParams = { baseMs: 2_000, terms: [{ ms: 3_000, of: ["amount"] }] };
  const durations = [{ typicalMs: 10_000, maxMs: 600_000, byParams }];
  const protocol = { ...lab.recipe.checked.protocol, steps: [{ ...step, durations, maxMs: 600_000 }] };
  const rig = await startedRig({ ...lab, recipe: { ...lab.recipe, checked: { ...lab.recipe.checked, protocol } } });
  const [queued] = rig.events("run.queued");
  const amount = Number(queued?.plan.parameters["amount"]);
  const expected = 2_000 + 3_000 * amount;
  const projection = createProjection();
  for (const record of rig.journal.read()) projection.apply(record);
  expect(projection.view().runs[0]?.plan[0]?.typicalMs).toBe(expected);
  expect(projection.view().devices.find(({ doing }) => doing !== null)?.doing?.typicalMs).toBe(expected);
  await rig.until(() => rig.events("step.hanging").length === 1);
  expect(rig.events("step.hanging")[0]).toMatchObject({ expectedMs: expected });
});
