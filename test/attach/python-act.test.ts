import { beforeEach, describe, expect, test } from "vitest";
import { openSqliteStore } from "@labloop/driver";
import { createRandomIds, createRealClock } from "@labloop/clock";
import { whyNoPython } from "../support/python-environment.ts";
import { idOf, openPythonBench } from "./support/python-bench.ts";

const why = whyNoPython();
const quick = ["--heartbeat-ms", "100"];

describe("a driver in Python", () => {
  beforeEach((context) => context.skip(why !== null, why ?? ""));

  test("introduces itself, carries out a command once, and says so until it is acknowledged (D2, D4-D6)", async () => {
    const bench = await openPythonBench();
    await bench.boot(...quick);
    expect(bench.announced.at(-1)?.caps).toMatchObject({
      kind: "test-pump",
      operations: {
        dispense: {
          title: "Push liquid out.",
          params: { volume: { unit: "uL", minimum: 1, maximum: 500 } },
          duration: { typicalMs: 3_000, byParams: { baseMs: 500, terms: [{ ms: 10, of: ["volume"] }] } },
        },
      },
      calibration: {
        values: ["dispense.delivered"],
        everyDays: 90,
        method: "Weigh ten doses",
        whenExpired: "warn",
        renew: { operation: "dispense", with: { volume: "50 uL" } },
      },
      contract: { features: expect.arrayContaining(["health"]) },
    });
    await bench.reconcile();
    await bench.execute(1);
    const end = await bench.report(1, "succeeded");
    expect(end).toMatchObject({ physical: "full", result: { delivered: { value: 50, unit: "uL" } } });
    // The third is the part of its result (D20).
    expect(bench.reports(1).map(({ state }) => state)).toEqual(["accepted", "started", "started", "succeeded"]);
    expect(bench.reports(1)[2]?.partial).toEqual({ seq: 1, values: { delivered: { value: 25, unit: "uL" } } });
    // Said again: nobody has acknowledged it.
    await bench.until(() => bench.reports(1).filter(({ state }) => state === "succeeded").length === 2);
    await bench.execute(1);
    await bench.until(() => bench.reports(1).filter(({ state }) => state === "succeeded").length >= 3);
    expect((await bench.reconcile()).unlisted).toMatchObject([{ commandId: idOf(1), state: "succeeded" }]);
    await bench.control({ kind: "ack", commandIds: [idOf(1)] });
    expect((await bench.reconcile()).unlisted).toEqual([]);
    expect(bench.plant()).toEqual([`act ${idOf(1)}`, `done ${idOf(1)}`]);
    await bench.close();
  });

  test("what may not be obeyed is refused without a trace, counted, and moves nothing (D1, D11, D12, D18)", async () => {
    const bench = await openPythonBench();
    await bench.boot(...quick);
    await bench.execute(1);
    await bench.refusal("not-reconciled");
    await bench.reconcile(3);
    await bench.execute(2, { epoch: 2 });
    await bench.refusal("stale-epoch");
    await bench.control({ kind: "pause", rid: "old" }, 2);
    await bench.until(() => bench.heard.find((one) => one.kind === "refusal" && one.rid === "old"));
    await bench.sendRaw("command", "{");
    await bench.refusal("malformed");
    await bench.sendRaw("command", `{"v":1,"kind":"execute","x":${"[".repeat(70)}${"]".repeat(70)}}`);
    await bench.sendRaw("command", JSON.stringify({ v: 2, kind: "execute" }));
    await bench.refusal("unknown-version");
    await bench.sendRaw("control", JSON.stringify({ v: 1, kind: "dance" }));
    await bench.refusal("unknown-kind");
    await bench.sendRaw("command", JSON.stringify({ v: 1, kind: "execute", device: "pump-2" }));
    await bench.refusal("wrong-device");
    await bench.sendRaw("command", JSON.stringify({ v: 1, kind: "execute", note: "x".repeat(64 * 1024) }));
    await bench.refusal("oversize");
    await bench.sendRaw("command", '{"v":1,"kind":"execute","epoch":NaN}');
    await bench.execute(3, { epoch: 3 });
    await bench.report(3, "succeeded");
    await bench.execute(3, { epoch: 3, params: { volume: { value: 51, unit: "uL" } } });
    await bench.refusal("id-conflict");
    await bench.execute(4, { epoch: 3, dseq: 3 });
    await bench.refusal("dseq-conflict");
    expect(bench.plant()).toEqual([`act ${idOf(3)}`, `done ${idOf(3)}`]);
    await bench.close();
  });

  test("what it can see to be wrong is rejected for good, with the reason and the place (D3)", async () => {
    const bench = await openPythonBench();
    await bench.boot(...quick);
    await bench.reconcile();
    const volume = (value: number, unit = "uL") => ({ params: { volume: { value, unit } } });
    const limits = { limits: { volume: { maximum: 10 } }, envelopeHash: "0".repeat(64) };
    const wrong = [
      { change: volume(501), code: "device.limitExceeded", says: "volume: 501 is above the maximum of 500" },
      { change: { ...volume(11), safety: limits }, code: "device.limitExceeded", says: "maximum of 10" },
      { change: volume(5, "mL"), code: "device.paramsInvalid", says: "its unit must be uL, not mL" },
      { change: { params: {} }, code: "device.paramsInvalid", says: "volume: it is missing" },
      { change: { op: "explode" }, code: "device.unknownOperation", says: "only dispense, watch" },
      { change: { retryClass: "idempotent" as const }, code: "device.retryClassLaxer", says: "non-repeatable" },
      { change: { paramsHash: "0".repeat(64) }, code: "device.hashMismatch", says: "paramsHash" },
      { change: { issuedAt: "2020-01-01T00:00:00.000Z" }, code: "device.expired", says: "30000 ms" },
    ];
    for (const [index, { change, code, says }] of wrong.entries()) {
      await bench.execute(index + 1, change);
      const { error, physical } = await bench.report(index + 1, "rejected");
      expect([error?.code, physical]).toEqual([code, "none"]);
      expect(error?.message).toContain(says);
    }
    // A rejection is a tombstone: the same id with the same parameters does not run later.
    await bench.execute(1, volume(501));
    expect(bench.plant()).toEqual([]);
    await bench.close();
  });

  test("a failure that it names is that, one that it does not is looked for (D16)", async () => {
    const bench = await openPythonBench();
    await bench.boot(...quick);
    await bench.reconcile();
    bench.set("clog");
    await bench.execute(1);
    expect(await bench.report(1, "failed")).toMatchObject({
      physical: "none",
      error: { code: "pump.clogged", message: "the needle is clogged", class: "instrument" },
      evidence: { pressure: 400 },
    });
    bench.clear("clog");
    bench.set("break");
    await bench.execute(2);
    expect(await bench.report(2, "failed")).toMatchObject({ physical: "partial", error: { code: "device.partial" } });
    bench.set("dumb");
    await bench.execute(3);
    expect(await bench.report(3, "unknown")).toMatchObject({ physical: "unknown", error: { code: "device.inDoubt" } });
    await bench.close();
  });

  test("a result too large for a report is fetched in chunks, and has the digest that was said", async () => {
    const bench = await openPythonBench();
    await bench.boot(...quick);
    await bench.reconcile();
    const points = 40_000;
    await bench.execute(1, { op: "watch", params: { points }, retryClass: "idempotent" });
    const { resultRef, result } = await bench.report(1, "succeeded");
    expect(result).toBeUndefined();
    const text = JSON.stringify({ pressure: { unit: "kPa", values: Array.from({ length: points }, () => 100.125) } });
    expect(resultRef).toMatchObject({ size: text.length, media: "application/json" });
    const bytes = await bench.fetchResult(resultRef?.sha256 ?? "");
    expect(bytes.toString("utf8")).toBe(text);
    await bench.close();
  });

  test("its journal is the one that drivers in TypeScript write: they read every record of it", async () => {
    const bench = await openPythonBench();
    await bench.boot(...quick);
    await bench.reconcile(7);
    await bench.execute(1, { epoch: 7 });
    await bench.report(1, "succeeded");
    bench.device().signal("SIGTERM");
    expect((await bench.device().ended).code).toBe(0);
    await bench.until(() => bench.states.at(-1)?.online === false);
    const store = openSqliteStore({ path: bench.journal, ids: createRandomIds(createRealClock()) });
    expect(store.head).toMatchObject({ fence: 7, maxDseq: 1 });
    expect(store.find(idOf(1))).toMatchObject({ state: "succeeded", baseline: { lines: 0 }, isAcked: false });
    store.close();
    await bench.close();
  });
});
