import type { PhotoReference } from "@labloop/contracts";
import { createProjection } from "@labloop/journal";
import { expect, test } from "vitest";
import { askingLab } from "./support/documents.ts";
import { openRig, type Rig } from "./support/rig.ts";

const ada = { kind: "operator", name: "Ada" } as const;
const mass = { mass: { value: 3, unit: "g" } } as const;
const done = { as: "done", result: mass } as const;

const asksOf = (rig: Rig) => {
  const projection = createProjection();
  for (const record of rig.journal.read()) projection.apply(record);
  return projection.view().asks;
};

/** A lab with one person, who has been asked for the first step. */
async function askedRig(options: Parameters<typeof openRig>[0] = {}): Promise<{ rig: Rig; commandId: string }> {
  const rig = await openRig({ lab: askingLab(1), isObeying: false, ...options });
  rig.device.onExecute = ({ commandId: id }) => void rig.device.report(id, "started", { physical: "unknown" });
  await rig.until(() => rig.events("step.started").length === 1);
  const [started] = rig.events("step.started");
  return { rig, commandId: started?.commandId ?? "" };
}

test("what a person is asked to do is shown from its start, with the words and the fields of its form", async () => {
  const { rig, commandId } = await askedRig();
  expect(asksOf(rig)).toMatchObject([
    { commandId, run: 1, step: "mix", device: "mixer-1", asks: { instructions: { en: "Mix it by hand." } } },
  ]);
});

test("an answer is recorded before the device hears it, and the device has the last word", async () => {
  const { rig, commandId } = await askedRig();
  const receipt = rig.engine.submit({ type: "step.answer", commandId, answer: done, by: ada });
  expect(receipt.ok).toBe(true);
  expect(asksOf(rig)).toEqual([]);
  await rig.until(() => rig.sent("control").some(({ payload }) => payload.kind === "answer"));
  const [sent] = rig.sent("control").filter(({ payload }) => payload.kind === "answer");
  expect(sent?.payload).toMatchObject({ kind: "answer", commandId, answer: done, by: "Ada" });
  expect(sent?.recorded).toBeGreaterThanOrEqual(receipt.ok ? receipt.seq : Number.POSITIVE_INFINITY);
  expect(rig.events("observation.made")).toEqual([]);
  void rig.device.report(commandId, "succeeded", { result: mass });
  await rig.until(() => rig.end() !== null);
  const [made] = rig.events("observation.made");
  expect(made?.observation.steps[0]?.entered).toMatchObject({ by: ada });
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("an answer that the device has not acted on is said again, also by the next engine", async () => {
  const { rig, commandId } = await askedRig({ isDurable: true });
  rig.engine.submit({ type: "step.answer", commandId, answer: done, by: ada });
  const count = () => rig.sent("control").filter(({ payload }) => payload.kind === "answer").length;
  // Long before anybody would call it in doubt.
  await rig.until(() => count() >= 3, 30_000);
  rig.kill();
  const before = count();
  rig.reopen();
  await rig.until(() => count() > before, 30_000);
});

test("what a person has answered is not withdrawn by an abort that comes before the device has heard of it: it is kept", async () => {
  const lab = askingLab(1);
  const { mix } = lab.caps["mixer-1"]!.operations;
  const caps = { "mixer-1": { ...lab.caps["mixer-1"]!, operations: { mix: { ...mix!, stoppable: true } } } };
  const { rig, commandId } = await askedRig({ lab: { ...lab, caps } });
  rig.device.onCancel = (id) => void rig.device.report(id, "failed", { physical: "partial", error: "crash" });
  rig.engine.submit({ type: "step.answer", commandId, answer: done, by: ada });
  expect(rig.engine.submit({ type: "campaign.abort", by: ada })).toMatchObject({ ok: true });
  await rig.pass(5_000);
  expect(rig.device.cancels).toEqual([]);
  void rig.device.report(commandId, "succeeded", { result: mass });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("observation.made")[0]?.observation).toMatchObject({
    partial: mass,
    failure: { class: "aborted" },
  });
});

test.each([
  ["an unknown step", { commandId: "01KA0000000000000000000000.1" }, "no step"],
  [
    "a result in another unit",
    { answer: { as: "done", result: { mass: { value: 3, unit: "mL" } } } },
    "its unit must be g",
  ],
  ["a result that is missing", { answer: { as: "done", result: {} } }, "it is missing"],
  [
    "executed parameters out of bounds",
    { answer: { ...done, executed: { amount: { value: 999, unit: "mL" } } } },
    "above the maximum",
  ],
  ["an agent's word", { by: { kind: "agent", name: "bot" } }, "by a person only"],
] as const)("%s is refused, with why, and nothing is recorded", async (_what, change, why) => {
  const { rig, commandId } = await askedRig();
  const receipt = rig.engine.submit({ type: "step.answer", commandId, answer: done, by: ada, ...change } as never);
  expect(receipt).toMatchObject({ ok: false, reason: expect.stringContaining(why) });
  expect(rig.events("step.answered")).toEqual([]);
});

test("a photo is recorded once all of it is here, and the observation says where it is found", async () => {
  const kept: string[] = [];
  const photos = { has: (commandId: string, { sha256 }: PhotoReference) => kept.includes(`${commandId}/${sha256}`) };
  const lab = askingLab(1, { mass: { type: "quantity", unit: "g" }, picture: { type: "photo" } });
  const { rig, commandId } = await askedRig({ lab, photos });
  const picture = { sha256: "ab".repeat(32), size: 1_000, media: "image/jpeg" } as const;
  const answer = { as: "done", result: { ...mass, picture } } as const;
  const early = rig.engine.submit({ type: "step.answer", commandId, answer, by: ada });
  expect(early).toMatchObject({ ok: false, reason: expect.stringContaining("has not arrived") });
  kept.push(`${commandId}/${picture.sha256}`);
  expect(rig.engine.submit({ type: "step.answer", commandId, answer, by: ada })).toMatchObject({ ok: true });
  void rig.device.report(commandId, "succeeded", { result: answer.result });
  await rig.until(() => rig.end() !== null);
  const [made] = rig.events("observation.made");
  expect(made?.observation.steps[0]?.photos).toEqual({ picture });
});

test("a second answer is refused, by the name of whoever gave the first", async () => {
  const { rig, commandId } = await askedRig();
  rig.engine.submit({ type: "step.answer", commandId, answer: done, by: ada });
  const again = rig.engine.submit({ type: "step.answer", commandId, answer: done, by: ada });
  expect(again).toMatchObject({ ok: false, reason: "Ada has answered it already" });
});

test("a request that nobody answers in its time becomes a doubt, and no longer waits for hands", async () => {
  const { rig, commandId } = await askedRig({ waitsForPeople: true });
  await rig.until(() => rig.events("step.doubted").length === 1, 3_600_000);
  expect(asksOf(rig)).toEqual([]);
  const receipt = rig.engine.submit({ type: "step.answer", commandId, answer: done, by: ada });
  expect(receipt).toMatchObject({ ok: false, reason: expect.stringContaining("in doubt") });
});

test("an answer that came before its step was in doubt is handed on still, and settles it", async () => {
  const { rig, commandId } = await askedRig({ waitsForPeople: true });
  rig.engine.submit({ type: "step.answer", commandId, answer: done, by: ada });
  rig.device.isBeating = false;
  rig.device.bus.drop();
  await rig.until(() => rig.events("step.doubted").length === 1);
  const { length: before } = rig.sent("control").filter(({ payload }) => payload.kind === "answer");
  rig.device.isBeating = true;
  rig.device.bdSeq++;
  rig.device.bus.rejoin();
  await rig.pass(10);
  await rig.device.say(true);
  await rig.until(() => rig.sent("control").filter(({ payload }) => payload.kind === "answer").length > before, 30_000);
  void rig.device.report(commandId, "succeeded", { result: mass });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("step.succeeded")).toMatchObject([{ commandId, late: true }]);
  expect(rig.events("observation.made")[0]?.observation.steps[0]?.entered).toMatchObject({ by: ada });
});
