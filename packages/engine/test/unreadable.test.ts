import { type TopicKey, topicOf } from "@labloop/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { mixingLab } from "./support/documents.ts";
import { openRig } from "./support/rig.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("E14: what cannot be read is recorded at once, then at most once a minute with the count", async () => {
  const rig = await openRig({ isObeying: false });
  await rig.until(() => rig.device.executes.length === 1);
  const topic = topicOf("kitchen", "report", "mixer-1");
  for (let n = 0; n < 50; n++) rig.broker.inject(topic, bytes("{"));
  await rig.pass(1_000);
  expect(rig.events("device.unreadable")).toMatchObject([{ device: "mixer-1", code: "malformed", count: 1 }]);
  await rig.pass(60_000);
  expect(rig.events("device.unreadable").map(({ count }) => count)).toEqual([1, 49]);
  await rig.pass(600_000);
  expect(rig.events("device.unreadable")).toHaveLength(2);
  rig.broker.inject(topic, bytes('{"v":2}'));
  rig.broker.inject(topicOf("kitchen", "report", "stranger"), bytes("{"));
  await rig.pass(1_000);
  expect(rig.events("device.unreadable").slice(2)).toMatchObject([{ code: "unknown-version", count: 1 }]);
});

test("E14: no bytes on any topic that the engine hears can break it, and it goes on to the end of its campaign", async () => {
  const keys = ["report", "heartbeat", "caps", "state", "telemetry", "blob", "estop"] as const satisfies TopicKey[];
  const text = fc.oneof(fc.json(), fc.string(), fc.constant('{"v":1,"kind":"report","device":"mixer-1"}'));
  const poison = fc.tuple(fc.constantFrom(...keys), fc.oneof(text.map(bytes), fc.uint8Array({ maxLength: 200 })));
  await fc.assert(
    fc.asyncProperty(fc.array(poison, { maxLength: 60 }), async (messages) => {
      const rig = await openRig({ lab: mixingLab(1) });
      await rig.until(() => rig.device.executes.length === 1);
      for (const [key, payload] of messages)
        rig.broker.inject(topicOf("kitchen", key, "mixer-1", "0".repeat(64)), payload);
      await rig.until(() => rig.end() !== null);
      expect(rig.end()?.kind).toBe("ended");
      expect(rig.device.executes).toHaveLength(1);
      rig.kill();
    }),
    { numRuns: 30 },
  );
}, 30_000);
