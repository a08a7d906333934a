import { createVirtualClock } from "@labloop/clock";
import { topicOf } from "@labloop/contracts";
import { expect, test } from "vitest";
import { createMemoryBroker, type Payload } from "../src/index.ts";
import { examples } from "./messages.ts";

const command = examples.command[0] as Payload<"command">;
const heartbeat = examples.heartbeat[0] as Payload<"heartbeat">;

test("delivers at the clock's present, one message after the other, never within publish", async () => {
  const clock = createVirtualClock(1_000);
  const broker = createMemoryBroker({ lab: "demo", clock });
  const engine = broker.connect({ clientId: "eng-main-1" });
  const arm = broker.connect({ clientId: "dev-arm" });
  const said: string[] = [];
  engine.subscribe({
    key: "heartbeat",
    name: "arm",
    onDelivery: ({ payload }) => said.push(`heard ${payload.n} at ${clock.now()}`),
  });
  clock.at(1_500, () => {
    for (const n of [1, 2]) {
      void arm.publish("heartbeat", "arm", { ...heartbeat, n });
      said.push(`said ${n}`);
    }
  });
  expect(await clock.run(() => false)).toBe("idle");
  expect(said).toEqual(["said 1", "said 2", "heard 1 at 1500", "heard 2 at 1500"]);
});

test("each hearer gets a copy of its own, never the sender's object", async () => {
  const clock = createVirtualClock(0);
  const broker = createMemoryBroker({ lab: "demo", clock });
  const engine = broker.connect({ clientId: "eng-main-1" });
  const heard: unknown[] = [];
  for (const clientId of ["dev-arm", "dev-watcher"]) {
    const device = broker.connect({ clientId });
    device.subscribe({ key: "command", name: "arm", onDelivery: ({ payload }) => heard.push(payload.params) });
  }
  await clock.run(() => false);
  await engine.publish("command", "arm", command);
  await clock.run(() => heard.length === 2);
  expect(heard).toEqual([command.params, command.params]);
  expect(new Set([command.params, ...heard]).size).toBe(3);
});

test("what is still on its way to a client that drops is lost", async () => {
  const clock = createVirtualClock(0);
  const broker = createMemoryBroker({ lab: "demo", clock });
  const engine = broker.connect({ clientId: "eng-main-1" });
  const arm = broker.connect({ clientId: "dev-arm" });
  const heard: number[] = [];
  arm.subscribe({ key: "command", name: "arm", onDelivery: ({ payload }) => heard.push(payload.dseq) });
  await clock.run(() => engine.isUp && arm.isUp);
  await engine.publish("command", "arm", { ...command, dseq: 1 });
  arm.drop();
  arm.rejoin();
  await clock.run(() => arm.isUp);
  await engine.publish("command", "arm", { ...command, dseq: 2 });
  await clock.run(() => false);
  expect(heard).toEqual([2]);
});

test("injected bytes come as they are: unchecked, and with the retain flag that is asked for", async () => {
  const clock = createVirtualClock(0);
  const broker = createMemoryBroker({ lab: "demo", clock });
  const arm = broker.connect({ clientId: "dev-arm" });
  const heard: unknown[] = [];
  arm.subscribe({
    key: "command",
    name: "arm",
    onDelivery: ({ retained }) => heard.push(retained),
    onMalformed: ({ code }) => heard.push(code),
  });
  await clock.run(() => arm.isUp);
  const bytes = new TextEncoder().encode(JSON.stringify(command));
  broker.inject(topicOf("demo", "command", "arm"), bytes, { retained: true });
  broker.inject(topicOf("demo", "command", "arm"), bytes.subarray(1));
  broker.inject(topicOf("demo", "command", "printer"), bytes);
  await clock.run(() => false);
  expect(heard).toEqual([true, "malformed"]);
});

test("a closed bus does not come back", async () => {
  const clock = createVirtualClock(0);
  const broker = createMemoryBroker({ lab: "demo", clock });
  const early = broker.connect({ clientId: "dev-arm" });
  await early.close();
  early.rejoin();
  expect(await clock.run(() => early.isUp)).toBe("idle");
});
