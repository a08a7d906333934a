import { Ulid } from "@labloop/contracts";
import { expect, test } from "vitest";
import { createRandomIds, createSeededIds, createVirtualClock, randomStream } from "../src/index.ts";

const clock = createVirtualClock(Date.UTC(2026, 0, 1));

test("seeded ids depend on seed, scope and clock alone", () => {
  const draw = (seed: number, scope: string) => {
    const ids = createSeededIds(clock, seed, scope);
    return [ids.ulid(), ids.ulid(), ids.random()];
  };
  expect(draw(7, "engine")).toEqual(draw(7, "engine"));
  expect(draw(7, "engine")).not.toEqual(draw(8, "engine"));
  expect(draw(7, "engine")).not.toEqual(draw(7, "device"));
});

test("every ULID is well formed and rises within one millisecond", () => {
  for (const ids of [createSeededIds(clock, 1, "a"), createRandomIds(clock)]) {
    const drawn = Array.from({ length: 100 }, () => ids.ulid());
    for (const id of drawn) Ulid.parse(id);
    expect([...drawn].sort()).toEqual(drawn);
  }
});

test("one stream's draws do not shift another's", () => {
  const alone = randomStream(3, "printer-1", "duration");
  const first = [alone(), alone(), alone()];
  const other = randomStream(3, "printer-2", "duration");
  const again = randomStream(3, "printer-1", "duration");
  expect([again(), other() >= 0 && again(), again()]).toEqual(first);
  for (const value of first) expect(value >= 0 && value < 1).toBe(true);
});

test("a stream's draws are those that every earlier journal was made with", () => {
  const draw = randomStream(3, "printer-1", "duration");
  expect([draw(), draw(), draw()]).toEqual([0.14373223366756793, 0.7349679023306415, 0.384170944341109]);
});
