import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { decode, isMalformed } from "@labloop/bus";
import { type Execute, RefusalCode, topicOf, wholeLab } from "@labloop/contracts";
import { paramsHashOf } from "@labloop/contracts/digest";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { createBench, deviceId, executeOf, idOf } from "../../packages/driver/test/support/bench.ts";
import { type HostileMessage, hostileMessages, type Overheard } from "./messages.ts";
import { runsOf } from "./runs.ts";
import { messageKinds } from "./schemas.ts";

/** The topics on which a device listens. */
const heard = messageKinds.filter(({ key }) => ["command", "control", "engineHeartbeat", "estop"].includes(key));
const reached = new Set<string>();

const order = executeOf({ now: () => Date.parse("2026-01-05T08:00:00.000Z") }, 1);
/** All that an order is made of but its hash, so that what is forged looks as true as it can. */
const overheard: Overheard = {
  commandId: [1, 2, 3].map(idOf),
  stepId: [order.stepId],
  epoch: [1, 2],
  engineId: [order.engineId],
  dseq: [1, 2, 3],
  op: ["stroke", "look", "press", "patient"],
  params: [order.params],
  retryClass: [order.retryClass],
  ttlMs: [order.ttlMs],
  issuedAt: [order.issuedAt],
  rid: ["rid-1"],
  part: [0],
  parts: [1, 2],
  requires: [undefined, [{ commandId: idOf(2), state: "succeeded" }]],
  precond: [undefined],
  safety: [undefined],
};
const topicFor = ({ key }: HostileMessage) =>
  topicOf("test", key, key === "estop" ? wholeLab : key === "engineHeartbeat" ? "main" : deviceId);

/** What the codec makes of it, as the device will see it. */
function readAs(message: HostileMessage) {
  const decoded = decode("test", topicFor(message), message.bytes, false);
  if (decoded === null) throw new Error("no device would hear it");
  return decoded;
}

/** Whether it is an order that whoever holds the engine's rights could have meant. */
function isOrder(message: HostileMessage): boolean {
  const decoded = readAs(message);
  if (isMalformed(decoded) || decoded.key !== "command") return false;
  const { op, params, paramsHash } = decoded.payload as Execute;
  return paramsHashOf(op, params) === paramsHash;
}

test("D1, D18, I10: no forged or mangled message of any kind actuates; each refusal is counted, and the device serves on", async () => {
  const message = hostileMessages(heard, deviceId, overheard).filter((each) => !isOrder(each));
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 15, maxLength: 30 }), async (messages) => {
      const bench = createBench();
      await bench.ready();
      const refused: Partial<Record<RefusalCode, number>> = {};
      for (const each of messages) {
        const decoded = readAs(each);
        if (isMalformed(decoded)) refused[decoded.code] = (refused[decoded.code] ?? 0) + 1;
        reached.add(`${each.key} ${each.kind}`);
        bench.broker.inject(topicFor(each), each.bytes);
        await bench.pass(20);
      }
      await bench.pass(5_000);
      expect([...bench.plant.strokes.values()]).toEqual([]);
      const counted = bench.device().refusals();
      for (const [code, count] of Object.entries(refused)) {
        expect(counted[code as RefusalCode], code).toBeGreaterThanOrEqual(count);
      }
      // One record a message at most, one answer a message at most, one counter a code.
      expect(bench.journal().size).toBeLessThanOrEqual(messages.length);
      expect(bench.refusals().length).toBeLessThanOrEqual(messages.length);
      expect(Object.keys(counted).length).toBeLessThanOrEqual(RefusalCode.options.length);

      const answers = bench.heard.length;
      await bench.execute(4);
      expect(bench.heard.length).toBeGreaterThan(answers);
    }),
    runsOf(60),
  );
});

test("I10: of what is refused nothing is kept: a hundred MB of it leave a device as large as it was", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const bench = createBench();
  await bench.ready();
  const samples = fc
    .sample(hostileMessages(heard, deviceId, overheard), { numRuns: 1_500, seed: 7 })
    .filter((each) => isMalformed(readAs(each)));
  const flood = async () => {
    let bytes = 0;
    while (bytes < 50 * 2 ** 20) {
      for (const each of samples) {
        // Each one another, so that nothing can be taken for a copy.
        bytes += each.bytes.length;
        bench.broker.inject(topicFor(each), Uint8Array.from(each.bytes));
      }
      await bench.pass(1_000);
      // The test's own ears.
      for (const list of [bench.heard, bench.logged, bench.heartbeats]) list.length = 0;
    }
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = await flood();
  const after = await flood();
  expect(after - before).toBeLessThan(4 * 2 ** 20);
  expect([...bench.plant.strokes.values()]).toEqual([]);
});

afterAll(() => {
  expect([...reached].toSorted()).toEqual(heard.map(({ key, kind }) => `${key} ${kind}`).toSorted());
});
