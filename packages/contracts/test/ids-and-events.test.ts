import { expect, test } from "vitest";
import { commandIdOf, stepIdOf, CommandId, LabEvent } from "../src/index.ts";

const step = "01JD0000000000000000000000";

test("an attempt's id names its step and leads back to it", () => {
  expect(CommandId.parse(commandIdOf(step, 3))).toBe(`${step}.3`);
  expect(stepIdOf(commandIdOf(step, 12))).toBe(step);
  expect(CommandId.safeParse(`${step}.0`).success).toBe(false);
});

test("an event with a field that nobody declared is refused when it is written", () => {
  const event = { type: "step.sent", commandId: `${step}.1` };
  expect(LabEvent.safeParse(event).success).toBe(true);
  expect(LabEvent.safeParse({ ...event, extra: 1 }).success).toBe(false);
});
