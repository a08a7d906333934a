import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { whyNoPython } from "../support/python-environment.ts";
import { idOf, openPythonBench } from "./support/python-bench.ts";

const why = whyNoPython();
const exampleOf = (name: string) => fileURLToPath(new URL(`../../devices/python/examples/${name}`, import.meta.url));
const quick = ["--heartbeat-ms", "100", "--simulated"];

describe("a Python library's machine as a device", () => {
  beforeEach((context) => context.skip(why !== null, why ?? ""));

  test.each(["liquid_handler.py", "positioner.py"])("%s takes less than 50 lines", (name) => {
    expect(readFileSync(exampleOf(name), "utf8").trimEnd().split("\n").length).toBeLessThan(50);
  });

  test("PyLabRobot: a transfer is carried out once, by its own simulator, and one that lacks liquid moves none", async () => {
    const bench = await openPythonBench({ file: exampleOf("liquid_handler.py") });
    await bench.boot(...quick);
    await bench.reconcile();
    const transfer = (volume: number) => ({
      op: "transfer",
      params: { source: "A1", target: "B1", volume: { value: volume, unit: "uL" } },
    });
    await bench.execute(1, transfer(50));
    expect(await bench.report(1, "succeeded")).toMatchObject({
      result: { moved: { value: 50, unit: "uL" }, left: { value: 150, unit: "uL" } },
    });
    await bench.execute(1, transfer(50));
    await bench.execute(2, transfer(250));
    expect(await bench.report(2, "failed")).toMatchObject({
      physical: "none",
      error: { code: "handler.tooLittleLiquid" },
    });
    // Had the copy run too, there would be 100 left.
    await bench.execute(3, transfer(10));
    expect((await bench.report(3, "succeeded")).result).toMatchObject({ left: { value: 140, unit: "uL" } });
    expect(bench.states.at(-1)?.mode).toBe("simulated");
    await bench.close();
  });

  test("ophyd-async: a motor moves, stops where it is when it is told to, and an E-STOP cuts it", async () => {
    const bench = await openPythonBench({ file: exampleOf("positioner.py") });
    await bench.boot(...quick);
    await bench.reconcile();
    const move = (value: number) =>
      ({ op: "move", params: { target: { value, unit: "mm" } }, retryClass: "idempotent" }) as const;
    await bench.execute(1, move(0.5));
    expect((await bench.report(1, "succeeded")).result).toEqual({ position: { value: 0.5, unit: "mm" } });
    await bench.execute(2, move(90));
    await bench.until(() => bench.readings.some(({ value }) => value > 0.6));
    await bench.control({ kind: "cancel", commandId: idOf(2), dseq: 2, reason: "operator" });
    expect(await bench.report(2, "failed")).toMatchObject({ physical: "partial", error: { code: "device.stopped" } });
    await bench.execute(3, move(-90));
    await bench.report(3, "started");
    await bench.estop(1);
    expect(await bench.report(3, "failed")).toMatchObject({ physical: "partial" });
    const at = Number((await bench.report(3, "failed")).evidence?.["position"]);
    await bench.until(() => bench.readings.filter(({ value }) => value === at).length >= 2);
    await bench.close();
  });
});
