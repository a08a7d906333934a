import { expect, test } from "vitest";
import { createScaledClock, wallNow } from "../src/index.ts";

test("a scaled clock starts from its anchor and has gone on while nobody looked", () => {
  const wallAt = wallNow() - 1_000;
  const clock = createScaledClock({ labAt: 5_000, wallAt, scale: 1_000 });
  expect(clock.now()).toBeGreaterThanOrEqual(5_000 + 1_000 * 1_000);
});

test("a timer of a fast lab never fires before its time", async () => {
  const clock = createScaledClock({ labAt: 0, wallAt: wallNow(), scale: 5_000 });
  const time = clock.now() + 12_345;
  const firedAt = await new Promise<number>((resolve) => {
    clock.at(time, () => resolve(clock.now()));
  });
  expect(firedAt).toBeGreaterThanOrEqual(time);
});
