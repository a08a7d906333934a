import { createMemoryBroker } from "@labloop/bus";
import { createSeededIds, createVirtualClock } from "@labloop/clock";
import { expect, test } from "vitest";
import { createMemoryMedium, openMemoryStore } from "../../src/index.ts";
import { acceptedRecord } from "../../src/loop/facts.ts";
import { durableBus } from "../../src/loop/durable-bus.ts";
import { createStagingStore } from "../../src/store/staging-store.ts";
import { deviceId, executeOf, idOf } from "../support/bench.ts";
import { storeWith } from "../support/failing-store.ts";

const clock = createVirtualClock(0);
const refusal = {
  v: 1,
  kind: "refusal",
  device: deviceId,
  issuedAt: new Date(0).toISOString(),
  code: "malformed",
  message: "no message",
  fence: 0,
  watermark: 0,
} as const;

/** A device's way out over a journal in which a command waits to be written. */
async function staged(isFull: boolean) {
  const medium = createMemoryMedium();
  const disk = storeWith(openMemoryStore({ medium, ids: createSeededIds(clock, 1, "out") }), (_change, write) => {
    if (isFull) throw new Error("database or disk is full");
    write();
  });
  const store = createStagingStore(disk, clock);
  const broker = createMemoryBroker({ lab: "test", clock });
  /** What is on disk at the moment a message leaves. */
  const known: (readonly string[])[] = [];
  const line = broker.connect({ clientId: `dev-${deviceId}` });
  await clock.run(() => line.isUp);
  const bus = durableBus(
    {
      ...line,
      get isUp() {
        return line.isUp;
      },
      publish(key, name, payload) {
        known.push([...(medium.content?.records.keys() ?? [])]);
        return line.publish(key, name, payload);
      },
    },
    store,
  );
  store.stage(acceptedRecord(executeOf(clock, 1), { at: 0, tMono: 0 }), 1, () => {});
  return { bus, known };
}

test("D2, D5: nothing leaves a device before what it may rest on is on disk", async () => {
  const { bus, known } = await staged(false);
  await bus.publish("report", deviceId, refusal);
  expect(known).toEqual([[idOf(1)]]);
});

test("D10: while the disk takes nothing, nothing that may rest on it is said", async () => {
  const { bus, known } = await staged(true);
  await expect(bus.publish("report", deviceId, refusal)).rejects.toMatchObject({ code: "device.journalUnavailable" });
  expect(known).toEqual([]);
});
