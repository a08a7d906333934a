import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { judgeCounter } from "@labloop/driver";
import { beforeEach, describe, expect, test } from "vitest";
import { python, whyNoPython } from "../support/python-environment.ts";
import { idOf, openPythonBench } from "./support/python-bench.ts";
import { kit } from "./support/python-device.ts";

const why = whyNoPython();
const file = fileURLToPath(new URL("../../devices/python/examples/shaker.py", import.meta.url));
const shake = { op: "shake", params: { rpm: { value: 800, unit: "rpm" }, seconds: { value: 2, unit: "s" } } };
const read = { op: "read", params: {}, retryClass: "idempotent" } as const;

/** A shaker as its manual has it; each shake ends when the test says so. */
async function openShaker() {
  const sockets = new Set<Socket>();
  const told: string[] = [];
  const shaker = {
    told,
    isBusy: false,
    count: 7,
    /** What is told first of what begins so is not answered: the line is cut, before or after it was taken. */
    cutAt: "",
    /** What it is at comes to its end right before it takes a stop. */
    isOverBeforeStop: false,
    finish() {
      if (shaker.isBusy) shaker.count++;
      shaker.isBusy = false;
    },
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    url: { port: 0 },
    async close() {
      shaker.cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const answer = (line: string): string => {
    told.push(line);
    if (line === "ID?") return "LUXO-2 sn=771 fw=1.4";
    if (line === "BUSY?") return shaker.isBusy ? "1" : "0";
    if (line === "COUNT?") return String(shaker.count);
    if (line === "READ") return shaker.isBusy ? "ERR 3 busy" : "ABS 0.5312";
    if (line === "STOP") {
      if (shaker.isOverBeforeStop) shaker.finish();
      shaker.isBusy = false;
    } else if (!line.startsWith("SHAKE ")) return "ERR 1 unknown command";
    else if (line.startsWith("SHAKE 1500 ")) return "ERR 2 out of range";
    else shaker.isBusy = true;
    return "OK";
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.setEncoding("utf8").on("data", (line: string) => {
      const said = answer(line.trim());
      if (shaker.cutAt === "" || !line.startsWith(shaker.cutAt)) {
        socket.write(`${said}\r\n`);
        return;
      }
      shaker.cutAt = "";
      shaker.isBusy = false;
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  shaker.url.port = (server.address() as { port: number }).port;
  return shaker;
}

async function openBench() {
  const shaker = await openShaker();
  const bench = await openPythonBench({ file });
  await bench.boot("--config", JSON.stringify(shaker.url), "--heartbeat-ms", "100");
  await bench.reconcile();
  return { shaker, bench, close: () => bench.close().then(() => shaker.close()) };
}

describe("a Python driver of an instrument that takes lines", () => {
  beforeEach((context) => context.skip(why !== null, why ?? ""));

  test("takes less than 30 lines, with stop and probe", () => {
    const lines = readFileSync(file, "utf8")
      .replace(/^"""[^]*?"""/, "")
      .split("\n");
    expect(lines.filter((line) => !/^\s*(#.*)?$/.test(line)).length).toBeLessThan(30);
  });

  test("says which instrument it is, and by which firmware, as that says itself", async () => {
    const { bench, close } = await openBench();
    expect(bench.announced.at(-1)?.caps).toMatchObject({ serial: "771", firmware: "1.4" });
    await close();
  });

  test("an order that was refused has moved nothing, and so has a question", async () => {
    const { shaker, bench, close } = await openBench();
    await bench.execute(1, { ...shake, params: { ...shake.params, rpm: { value: 1500, unit: "rpm" } } });
    expect(await bench.report(1, "failed")).toMatchObject({ physical: "none", error: { code: "device.outOfRange" } });
    shaker.isBusy = true;
    await bench.execute(2, read);
    expect(await bench.report(2, "failed")).toMatchObject({ physical: "none", error: { code: "device.busy" } });
    shaker.isBusy = false;
    await bench.execute(3, read);
    expect((await bench.report(3, "succeeded")).result).toEqual({ absorbance: { value: 0.5312, unit: "1" } });
    await close();
  });

  test("a line that dies after the order leaves a doubt, of which a count of finished acts proves nothing; before it, none", async () => {
    const { shaker, bench, close } = await openBench();
    shaker.cutAt = "SHAKE";
    await bench.execute(1, shake);
    expect(await bench.report(1, "unknown")).toMatchObject({ physical: "unknown" });
    expect(shaker.told.filter((line) => line.startsWith("SHAKE"))).toHaveLength(1);
    // One that was gone before the act is opened again, and nothing has moved.
    const isOpenAgain = (count: number) =>
      bench.until(() => shaker.told.filter((line) => line === "ID?").length === count);
    await isOpenAgain(2);
    await bench.until(() => bench.beats.at(-1)?.degraded === undefined);
    shaker.cut();
    await bench.execute(2, shake);
    expect(await bench.report(2, "cancelled")).toMatchObject({ physical: "none" });
    await isOpenAgain(3);
    await bench.until(() => bench.beats.at(-1)?.degraded === undefined);
    await bench.execute(3, shake);
    await bench.until(() => shaker.isBusy);
    shaker.finish();
    expect(await bench.report(3, "succeeded")).toMatchObject({ physical: "full" });
    await close();
  });

  test("a stop ends an act in part, and finds one whole that was over before it", async () => {
    const { shaker, bench, close } = await openBench();
    const cancel = (n: number) => bench.control({ kind: "cancel", commandId: idOf(n), dseq: n, reason: "operator" });
    await bench.execute(1, shake);
    await bench.until(() => shaker.isBusy);
    await cancel(1);
    expect(await bench.report(1, "failed")).toMatchObject({ physical: "partial", error: { code: "device.stopped" } });
    await bench.execute(2, shake);
    await bench.until(() => shaker.isBusy);
    shaker.isOverBeforeStop = true;
    await cancel(2);
    expect(await bench.report(2, "succeeded")).toMatchObject({ physical: "full" });
    await close();
  });

  test("of a counter it believes what the other kits believe", () => {
    const cases = (["begin", "end", null] as const).flatMap((rises) =>
      [7, 8, 9].flatMap((now) => [true, false].map((isAtIt) => ({ rises, before: 7, now, isAtIt }))),
    );
    const script = `
import json, sys
from labloop_driver.conclude import outcome_of
from labloop_driver.counter import judge_counter
found = [judge_counter(one["rises"], one["before"], one["now"], one["isAtIt"]) for one in json.load(sys.stdin)]
print(json.dumps([[outcome_of(one)[0], getattr(one, "whole", None), getattr(one, "unbegun", None)] for one in found]))`;
    const env = { PATH: process.env["PATH"] ?? "", PYTHONPATH: kit, PYTHONDONTWRITEBYTECODE: "1" };
    const { stdout } = spawnSync(python, ["-c", script], { input: JSON.stringify(cases), env, encoding: "utf8" });
    const expected = cases.map(({ rises, ...counts }) => {
      const found = judgeCounter(rises ?? undefined, counts);
      if (found === "happened") return ["happened", rises !== "begin", null];
      return [found.outcome, null, found.outcome === "not-happened" ? (found.isUnbegun ?? false) : null];
    });
    expect(JSON.parse(stdout)).toEqual(expected);
  });
});
