import { describe, expect, test } from "vitest";
import { faultKinds, messageFaults, standardMix } from "./mix.ts";
import { runFault } from "./run-fault.ts";
import { simulate } from "./simulate.ts";
import type { Tally } from "./tally.ts";

/** Seeds of one `npm test`; the long run is `npm run test:fault -- --seeds 100000`. */
const seeds = 2_000;

describe(`${seeds} campaigns in which everything goes wrong`, async () => {
  const tally = (await runFault("--seeds", String(seeds))) as Tally;

  test("I1–I8, I10, I11: no act is done twice, none is lost, nothing is hidden, and each campaign comes to its end", () => {
    const told = tally.failures.map(
      ({ seed, findings }) => `${findings.join("; ")}\n  npm run test:fault -- --seed ${seed} --trace`,
    );
    expect(told).toEqual([]);
    expect(tally.seeds).toBe(seeds);
  });

  test("every kind of fault was really injected, also while instruments moved", () => {
    const missing = [...faultKinds, ...messageFaults].filter((kind) => (tally.injected[kind] ?? 0) < 20);
    expect(missing).toEqual([]);
    expect(tally.hitMidAct).toBeGreaterThan(seeds / 10);
    expect(tally.foundRunning).toBeGreaterThan(seeds / 50);
    expect(tally.acts).toBeGreaterThan(seeds * 8);
    expect(tally.doubts).toBeGreaterThan(0);
    expect(tally.settledAlone).toBeGreaterThan(0);
  });
});

test("one seed is one story: the same messages, records and acts, byte for byte", async () => {
  for (const seed of [3, 7, 18, 1_067, 1_464]) {
    const [first, again] = [await simulate({ seed, mix: standardMix }), await simulate({ seed, mix: standardMix })];
    expect(again).toEqual(first);
  }
});
