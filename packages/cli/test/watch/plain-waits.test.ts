import { expect, test } from "vitest";
import { createPlainWaits } from "../../src/watch/plain-waits.ts";

test("a wait for a device that is not there is told once it lasts, and when it is over; other waits are not", () => {
  const wait = (why: string, message: string) => ({ runId: "", run: 1, step: "weigh", why, message });
  const [gone, busy] = [wait("unavailable", "balance: it is not ready"), wait("busy", "arm: another run has it")];
  const tell = createPlainWaits();
  const told = [[gone, busy], [busy], [gone, busy], [gone], [gone], [busy], [busy]].map((waiting) => tell(waiting));
  expect(told).toEqual([[], [], [], ["  waiting    balance: it is not ready"], [], ["  waits no longer"], []]);
});
