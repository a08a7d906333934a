import { type TopicKey, topicOf, topics, wholeLab } from "@labloop/contracts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { accessOf, identityOf, userOf } from "../src/access.ts";

const keys = Object.keys(topics) as TopicKey[];

/** Every topic of the contract for some names, as `key name`, that a client may use. */
function granted(clientId: string, can: "canPublish" | "canSubscribe"): string[] {
  const access = accessOf("demo", clientId);
  return keys
    .flatMap((key) => (key === "estop" ? [wholeLab] : ["arm", "printer", "main", "+"]).map((name) => ({ key, name })))
    .filter(({ key, name }) => access?.[can](topicOf("demo", key, name)))
    .map(({ key, name }) => `${key} ${name}`);
}

test("T4: a device speaks for itself and hears its own commands, the engines and the E-STOP, nothing else", () => {
  expect(granted("dev-arm", "canPublish")).toEqual([
    "report arm",
    "state arm",
    "caps arm",
    "heartbeat arm",
    "telemetry arm",
  ]);
  expect(granted("dev-arm", "canSubscribe")).toEqual([
    "command arm",
    "control arm",
    "engineHeartbeat arm",
    "engineHeartbeat printer",
    "engineHeartbeat main",
    "engineHeartbeat +",
    "engine arm",
    "engine printer",
    "engine main",
    "engine +",
    "estop lab",
  ]);
});

test("T4: an engine commands devices, speaks for its own cell, stops the lab and hears all of them, nothing else", () => {
  const names = ["arm", "printer", "main"];
  expect(granted("eng-main-12", "canPublish")).toEqual([
    ...names.map((name) => `command ${name}`),
    ...names.map((name) => `control ${name}`),
    "engineHeartbeat main",
    "engine main",
    "estop lab",
  ]);
  expect(granted("eng-main-12", "canSubscribe")).toEqual([
    ...["report", "state", "caps", "heartbeat", "telemetry", "blob", "engineHeartbeat", "engine"].flatMap((key) =>
      [...names, "+"].map((name) => `${key} ${name}`),
    ),
    "estop lab",
  ]);
});

test("S1: a stop button stops the lab and hears which stop counts, nothing else", () => {
  expect(granted("stop-door", "canPublish")).toEqual(["estop lab"]);
  expect(granted("stop-door", "canSubscribe")).toEqual(["estop lab"]);
});

test("a large result goes under its digest, and is heard under it or under all of them", () => {
  const blob = `labloop/v1/demo/device/arm/blob/${"a".repeat(64)}`;
  expect(accessOf("demo", "dev-arm")?.canPublish(blob)).toBe(true);
  expect(accessOf("demo", "dev-arm")?.canSubscribe(blob)).toBe(false);
  expect(accessOf("demo", "dev-printer")?.canPublish(blob)).toBe(false);
  expect(accessOf("demo", "eng-main-1")?.canSubscribe(blob)).toBe(true);
  for (const leaf of ["+", "#", "", "a".repeat(63), "A".repeat(64), "cmd"]) {
    const topic = topicOf("demo", "blob", "arm", leaf);
    expect(accessOf("demo", "dev-arm")?.canPublish(topic)).toBe(false);
    expect(accessOf("demo", "eng-main-1")?.canSubscribe(topic)).toBe(leaf === "+");
  }
});

test("a client's user is its identity: of an engine without the epoch", () => {
  const userOfClient = (clientId: string) => {
    const identity = identityOf(clientId);
    return identity === null ? null : userOf(identity);
  };
  expect(userOfClient("dev-arm")).toBe("dev-arm");
  expect(userOfClient("dev-arm-3")).toBe("dev-arm-3");
  expect(userOfClient("eng-main-12")).toBe("eng-main");
  expect(userOfClient("eng-cell-2-7")).toBe("eng-cell-2");
  expect(userOfClient("stop-door-1")).toBe("stop-door-1");
});

test("a cell's name may hold dashes and digits: the epoch is the last number", () => {
  expect(accessOf("demo", "eng-cell-2-7")?.canPublish("labloop/v1/demo/engine/cell-2/state")).toBe(true);
  expect(accessOf("demo", "eng-cell-2-7")?.canPublish("labloop/v1/demo/engine/cell/state")).toBe(false);
});

test.each([
  "",
  "dev-",
  "dev-Arm",
  "dev-a/b",
  "dev-+",
  "eng-main",
  "eng-main-0",
  "eng--1",
  "eng-1",
  "admin",
  "stop-",
  "stop-A",
  "xdev-arm",
])("the client id %j is nobody's", (clientId) => {
  expect(accessOf("demo", clientId)).toBeNull();
});

test("T4: filters that reach further than the contract's are never granted", () => {
  for (const clientId of ["dev-arm", "eng-main-1", "stop-door"]) {
    for (const filter of [
      "#",
      "+",
      "$SYS/#",
      "labloop/#",
      "labloop/v1/demo/#",
      "labloop/v1/+/device/arm/cmd",
      "labloop/v1/demo/device/arm/#",
      "labloop/v1/demo/device/arm/+",
      "labloop/v1/demo/+/arm/cmd",
      "labloop/v1/demo/device/#/cmd",
      "labloop/v1/other/device/arm/cmd",
      "$share/group/labloop/v1/demo/device/arm/cmd",
    ]) {
      expect(accessOf("demo", clientId)?.canSubscribe(filter)).toBe(false);
    }
  }
});

test("T4: whatever is granted lies within the lab", () => {
  const level = fc.constantFrom(
    "labloop",
    "v1",
    "demo",
    "other",
    "device",
    "engine",
    "arm",
    "+",
    "#",
    "",
    "cmd",
    "rep",
    "state",
    "estop",
  );
  const topic = fc.array(level, { minLength: 1, maxLength: 8 }).map((levels) => levels.join("/"));
  fc.assert(
    fc.property(topic, fc.constantFrom("dev-arm", "eng-main-1", "stop-door"), (text, clientId) => {
      const access = accessOf("demo", clientId);
      if (access?.canPublish(text)) {
        expect(text).toMatch(/^labloop\/v1\/demo\/(estop|(device|engine)\/[a-z0-9_-]+\/[a-z]+(\/[0-9a-f]{64})?)$/);
      }
      if (access?.canSubscribe(text)) {
        expect(text).toMatch(
          /^labloop\/v1\/demo\/(estop|(device|engine)\/([a-z0-9_-]+|\+)\/[a-z]+(\/([0-9a-f]{64}|\+))?)$/,
        );
      }
    }),
    { numRuns: 5_000 },
  );
});
