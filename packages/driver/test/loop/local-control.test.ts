import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Bench, createBench, idOf } from "../support/bench.ts";
import { counterDevice } from "../support/counter.ts";
import { createDisk } from "../support/failing-store.ts";

const endOf = (bench: Bench, n: number) => {
  const record = bench.journal().get(idOf(n));
  return [record?.state, record?.error?.code].filter(Boolean).join(" ");
};

/** What the promise of a call on the device comes to, with virtual time going on meanwhile. */
async function settle<T>(bench: Bench, promise: Promise<T>): Promise<T> {
  await bench.pass(100);
  return promise;
}
const codeOf = (outcome: { ok: boolean; faults?: { code: string }[] }) =>
  outcome.ok ? "ok" : (outcome.faults?.[0]?.code ?? "");

describe("D19", () => {
  test("D19: while local every execute is rejected, with who and since when, for good", async () => {
    const bench = createBench();
    await bench.ready();
    const since = new Date(bench.clock.now()).toISOString();
    expect(codeOf(await settle(bench, bench.device().takeLocal("Ada")))).toBe("ok");
    await bench.execute(1);
    await bench.pass(2_000);
    expect(endOf(bench, 1)).toBe("rejected local-control");
    expect(bench.last("report").error?.message).toContain(`Ada has had the instrument since ${since}`);
    expect(bench.states.at(-1)).toMatchObject({ online: true, local: { by: "Ada", since } });
    await settle(bench, bench.device().returnLocal());
    await bench.reconcile();
    await bench.execute(1);
    expect(endOf(bench, 1)).toBe("rejected local-control");
    expect(bench.plant.strokes.size).toBe(0);
  });

  test("D19: it stands after a restart", async () => {
    const bench = createBench();
    await bench.ready();
    await settle(bench, bench.device().takeLocal("Ada"));
    bench.device().kill();
    await bench.ready();
    await bench.execute(1);
    expect(endOf(bench, 1)).toBe("rejected local-control");
    expect(bench.states.at(-1)?.local?.by).toBe("Ada");
    expect(bench.device().local()?.by).toBe("Ada");
  });

  test("D19, D11: given back, the device announces itself and wants a reconcile before it works again", async () => {
    const bench = createBench();
    await bench.ready();
    await settle(bench, bench.device().takeLocal("Ada"));
    expect(codeOf(await settle(bench, bench.device().returnLocal()))).toBe("ok");
    expect(bench.states.at(-1)).toMatchObject({ online: true });
    expect(bench.states.at(-1)).not.toHaveProperty("local");
    await bench.execute(1);
    expect(bench.refusals()).toEqual(["not-reconciled"]);
    await bench.reconcile();
    await bench.execute(1);
    await bench.pass(1_500);
    expect(endOf(bench, 1)).toBe("succeeded");
  });

  test("D19: a running act is left alone and watched to its end, and what waits for it is cancelled", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    await bench.execute(2, { requires: [{ commandId: idOf(1), state: "succeeded" }] });
    await bench.pass(300);
    await settle(bench, bench.device().takeLocal("Ada"));
    await bench.pass(2_000);
    expect([endOf(bench, 1), endOf(bench, 2)]).toEqual(["succeeded", "cancelled local-control"]);
  });

  test("D19: where it is declared so, nobody takes the instrument from under a running act", async () => {
    const bench = createBench({ definition: { ...counterDevice, local: { whileRunning: "refuse" } } });
    await bench.ready();
    await bench.execute(1);
    await bench.pass(300);
    expect(codeOf(await settle(bench, bench.device().takeLocal("Ada")))).toBe("device.localRefused");
    await bench.pass(2_000);
    expect(codeOf(await settle(bench, bench.device().takeLocal("Ada")))).toBe("ok");
  });

  test("D19: one at a time, by name, and only who has it gives it back", async () => {
    const bench = createBench();
    await bench.ready();
    const device = bench.device();
    expect(codeOf(await settle(bench, device.returnLocal()))).toBe("device.notLocal");
    expect(codeOf(await settle(bench, device.takeLocal(" ")))).toBe("device.nameMissing");
    const both = [device.takeLocal("Ada"), device.takeLocal("Ben"), device.takeLocal("Ada")];
    expect((await settle(bench, Promise.all(both))).map(codeOf)).toEqual(["ok", "device.localTaken", "ok"]);
    expect(codeOf(await settle(bench, device.takeLocal("Ben")))).toBe("device.localTaken");
  });

  test("D19: a device that must be re-homed stays local until that has worked", async () => {
    let isJammed = true;
    const homed: string[] = [];
    const rehome = async () => {
      if (isJammed) throw new Error("the axis is jammed");
      homed.push("home");
    };
    const bench = createBench({ definition: { ...counterDevice, local: { rehome } } });
    await bench.ready();
    await settle(bench, bench.device().takeLocal("Ada"));
    expect(codeOf(await settle(bench, bench.device().returnLocal()))).toBe("device.rehomeFailed");
    expect(bench.device().local()?.by).toBe("Ada");
    await bench.estop(3);
    isJammed = false;
    expect(codeOf(await settle(bench, bench.device().returnLocal()))).toBe("device.stopped");
    await bench.estop(4, false);
    expect(codeOf(await settle(bench, bench.device().returnLocal()))).toBe("ok");
    expect(homed).toEqual(["home"]);
  });

  test("D19: what cannot be journaled is not promised", async () => {
    const bench = createBench();
    const disk = createDisk();
    await bench.ready(disk.under);
    disk.isFull = true;
    expect(codeOf(await settle(bench, bench.device().takeLocal("Ada")))).toBe("device.journalUnavailable");
    disk.isFull = false;
    await bench.execute(1);
    await bench.pass(1_500);
    expect(endOf(bench, 1)).toBe("succeeded");
  });

  test("D4, I11: what was accepted and could not be cancelled does not start while local either", async () => {
    const bench = createBench();
    const disk = createDisk("cancelled");
    await bench.ready(disk.under);
    disk.isFull = true;
    await bench.execute(1);
    await settle(bench, bench.device().takeLocal("Ada"));
    await bench.pass(2_000);
    expect([endOf(bench, 1), bench.plant.strokes.size]).toEqual(["accepted", 0]);
    disk.isFull = false;
    await bench.pass(10_000);
    expect([endOf(bench, 1), bench.plant.strokes.size]).toEqual(["cancelled local-control", 0]);
  });

  test("D19: while local the engine neither stops, pauses nor resumes what runs; an E-STOP does", async () => {
    const bench = createBench({
      definition: {
        ...counterDevice,
        operations: { both: { ...counterDevice.operations["press"]!, ...counterDevice.operations["patient"]! } },
      },
    });
    await bench.ready();
    await bench.execute(1, { op: "both" });
    await bench.pass(200);
    await settle(bench, bench.device().takeLocal("Ada"));
    await bench.cancel(1);
    await bench.ask("pause", 1);
    await bench.ask("resume", 1);
    expect(bench.last("control-result")).toMatchObject({ ok: false, error: { code: "local-control" } });
    await bench.pass(50);
    const orders = ["STOP", "PAUSE", "RESUME"];
    expect(bench.plant.heard.filter((line) => orders.includes(line))).toEqual([]);
    await bench.estop(3);
    await bench.pass(50);
    expect(bench.plant.heard).toContain("STOP");
  });
});

test("I11: whenever staff take the instrument, nothing is actuated from their answer until they give it back", async () => {
  const ends = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 40 }),
      fc.constantFrom("stroke", "careless", "press"),
      async (at, op) => {
        const bench = createBench();
        await bench.ready();
        let isLocal = false;
        const whileLocal: string[] = [];
        bench.plant.mischief = (line) => {
          if (isLocal && line.startsWith("STROKE")) whileLocal.push(line);
          return null;
        };
        bench.clock.at(bench.clock.now() + at, () => {
          void bench
            .device()
            .takeLocal("Ada")
            .then(() => {
              isLocal = true;
            });
        });
        await bench.execute(1, { op });
        await bench.execute(2, { op, requires: [{ commandId: idOf(1), state: "succeeded" }] });
        await bench.pass(3_000);
        expect(isLocal).toBe(true);
        await bench.execute(3, { op });
        bench.device().kill();
        await bench.boot();
        await bench.pass(100);
        await bench.reconcile([1, 2, 3]);
        await bench.execute(4, { op });
        await bench.pass(3_000);
        expect(whileLocal).toEqual([]);
        ends.add(endOf(bench, 1));
        expect(bench.plant.strokes.get(idOf(1)) ?? 0).toBe(endOf(bench, 1) === "succeeded" ? 1 : 0);
      },
    ),
    { numRuns: 120 },
  );
  expect([...ends].sort()).toEqual(["cancelled local-control", "rejected local-control", "succeeded"]);
});
