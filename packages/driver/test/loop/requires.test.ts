import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { acceptedRecord, settledRecord, startedRecord } from "../../src/loop/facts.ts";
import { requirementsOf } from "../../src/loop/requirements.ts";
import { type Bench, createBench, executeOf, idOf } from "../support/bench.ts";

const after = (n: number, state: "succeeded" | "started" | "failed" = "succeeded") => ({
  requires: [{ commandId: idOf(n), state }],
});
const endOf = (bench: Bench, n: number) => {
  const record = bench.journal().get(idOf(n));
  return [record?.state, record?.error?.code].filter(Boolean).join(" ");
};

describe("D3: requires", () => {
  test("D3: a command stays accepted until what it requires stands so, then runs, after it", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    await bench.execute(2, after(1));
    await bench.pass(500);
    expect(bench.reports(2)).toEqual(["accepted"]);
    expect(bench.heartbeats.at(-1)?.running ?? []).not.toContain(idOf(2));
    await bench.pass(3_000);
    expect([...bench.plant.strokes]).toEqual([
      [idOf(1), 1],
      [idOf(2), 1],
    ]);
    expect([endOf(bench, 1), endOf(bench, 2)]).toEqual(["succeeded", "succeeded"]);
  });

  test("D3: while others wait for their turn the device is busy for what requires nothing", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    await bench.execute(2, after(1));
    await bench.execute(3, after(1));
    await bench.execute(4);
    await bench.pass(5_000);
    expect(endOf(bench, 4)).toBe("rejected busy");
    expect([...bench.plant.strokes.keys()]).toEqual([1, 2, 3].map(idOf));
  });

  test("D3: a command that waits for one still to come holds nothing", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(2, after(1));
    await bench.execute(3);
    await bench.pass(1_500);
    await bench.execute(1);
    await bench.pass(3_000);
    expect([...bench.plant.strokes.keys()]).toEqual([3, 1, 2].map(idOf));
  });

  test("D3: what can no longer come true cancels what waits for it, and nothing moves", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1, { op: "press" });
    await bench.execute(2, after(1));
    await bench.execute(3, after(2));
    await bench.pass(300);
    await bench.cancel(1);
    await bench.pass(2_000);
    expect(bench.journal().get(idOf(2))).toMatchObject({ state: "cancelled", physical: "none" });
    expect([2, 3].map((n) => endOf(bench, n))).toEqual(Array(2).fill("cancelled device.requirementUnmet"));
    expect([...bench.plant.strokes.keys()]).toEqual([idOf(1)]);
  });

  test("D3, D8: the tombstone of a command that never came cancels what waits for it", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(2, after(1));
    await bench.cancel(1);
    await bench.pass(10);
    expect(endOf(bench, 2)).toBe("cancelled device.requirementUnmet");
  });

  test("D3: what cannot come true at receipt is rejected, for good", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    await bench.pass(1_500);
    await bench.execute(2, after(1, "failed"));
    await bench.execute(2, after(1, "failed"));
    expect(bench.reports(2)).toContain("rejected");
    expect(endOf(bench, 2)).toBe("rejected device.requirementUnmet");
  });

  test("D3: it waits no longer than its time to live", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(2, { ...after(1), ttlMs: 5_000 });
    await bench.pass(4_900);
    expect(endOf(bench, 2)).toBe("accepted");
    await bench.pass(200);
    expect(endOf(bench, 2)).toBe("cancelled device.expired");
    await bench.execute(1);
    await bench.pass(5_000);
    expect(bench.plant.strokes.has(idOf(2))).toBe(false);
  });

  test("D3, D8: what waits can be cancelled, and never runs", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(2, after(1));
    await bench.cancel(2);
    await bench.execute(1);
    await bench.pass(5_000);
    expect(endOf(bench, 2)).toBe("cancelled device.cancelled");
    expect([...bench.plant.strokes.keys()]).toEqual([idOf(1)]);
  });

  test("D7: what waits when the driver dies is cancelled", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    await bench.execute(2, after(1));
    await bench.pass(300);
    bench.device().kill();
    await bench.ready();
    await bench.pass(5_000);
    expect([endOf(bench, 1), endOf(bench, 2)]).toEqual(["succeeded", "cancelled device.restarted"]);
    expect(bench.plant.strokes.has(idOf(2))).toBe(false);
  });

  test("S2: an E-STOP cancels what waits at once", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1, { op: "telling" });
    await bench.execute(2, after(1));
    await bench.pass(200);
    await bench.estop(3);
    expect(endOf(bench, 2)).toBe("cancelled estop-latched");
  });

  test("I10: no more than a hundred commands wait", async () => {
    const bench = createBench();
    await bench.ready();
    for (let n = 2; n <= 102; n++) await bench.execute(n, after(1));
    expect([endOf(bench, 101), endOf(bench, 102)]).toEqual(["accepted", "rejected busy"]);
  });

  test("D3: waiting is given up exactly when no further fact of the other command can help", () => {
    const moment = { at: 0, tMono: 0 };
    const accepted = acceptedRecord(executeOf({ now: () => 0 }, 1), moment);
    const settled = ["succeeded", "failed", "unknown", "cancelled", "rejected"] as const;
    const states = ["accepted", "started", ...settled] as const;
    const recordIn = (state: (typeof states)[number]) => {
      if (state === "accepted") return accepted;
      if (state === "started") return startedRecord(accepted, moment, {}, 1);
      return settledRecord(accepted, moment, { state, physical: "none" });
    };
    // Contract section 7.
    const next: Record<string, string[]> = {
      accepted: ["started", "cancelled"],
      started: ["succeeded", "failed", "unknown"],
    };
    const reachable = (from: string, to: string): boolean =>
      from === to || (next[from] ?? []).some((state) => reachable(state, to));
    fc.assert(
      fc.property(fc.constantFrom(...states), fc.constantFrom(...states), (is, wanted) => {
        const { kind } = requirementsOf([{ commandId: idOf(1), state: wanted }], () => recordIn(is));
        expect(kind).toBe(is === wanted ? "met" : reachable(is, wanted) ? "waiting" : "impossible");
      }),
    );
  });
});

describe("D3: precond", () => {
  test("D3: a baseline as expected lets the command start", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1, { precond: { count: 0 } });
    await bench.pass(1_500);
    expect(endOf(bench, 1)).toBe("succeeded");
  });

  test.each([{ count: 1 }, { count: 0, lid: "open" }, { count: null }])(
    "D3: a baseline other than expected cancels the command, and nothing moves (%j)",
    async (precond) => {
      const bench = createBench();
      await bench.ready();
      await bench.execute(1, { precond });
      await bench.pass(1_500);
      expect(bench.journal().get(idOf(1))).toMatchObject({ state: "cancelled", physical: "none" });
      expect(endOf(bench, 1)).toBe("cancelled device.preconditionUnmet");
      expect(bench.plant.strokes.size).toBe(0);
      await bench.execute(2);
      await bench.pass(1_500);
      expect(endOf(bench, 2)).toBe("succeeded");
    },
  );
});

test("D3: the digest of the safety envelope is journaled with the order", async () => {
  const bench = createBench();
  await bench.ready();
  const envelopeHash = "a".repeat(64);
  await bench.execute(1, { safety: { envelopeHash } });
  expect(bench.journal().get(idOf(1))?.order?.envelopeHash).toBe(envelopeHash);
});
