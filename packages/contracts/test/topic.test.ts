import { expect, test } from "vitest";
import { parseTopic, type TopicKey, topicOf, topics, wholeLab } from "../src/index.ts";

const keys = (Object.keys(topics) as TopicKey[]).filter((key) => key !== "estop");

test.each(keys)("the topic of %s leads back to what it is and whose", (key) => {
  const leaf = topics[key].path.includes("{leaf}") ? "a".repeat(64) : null;
  expect(parseTopic("demo", topicOf("demo", key, "printer-1", leaf ?? undefined))).toEqual({
    key,
    name: "printer-1",
    leaf,
  });
});

test("S1: there is one E-STOP for the lab, whatever name it is asked for by", () => {
  for (const name of [wholeLab, "arm", "+"]) expect(topicOf("demo", "estop", name)).toBe("labloop/v1/demo/estop");
  expect(parseTopic("demo", "labloop/v1/demo/estop")).toEqual({ key: "estop", name: wholeLab, leaf: null });
  for (const near of ["estop/arm", "estop/arm/cmd", "estop/", "device", "+", ""]) {
    expect(parseTopic("demo", `labloop/v1/demo/${near}`)).toBeNull();
  }
  expect(topics.estop).toMatchObject({ qos: 1, retain: true });
});

test("another lab's topic, another root or a longer path is none of ours", () => {
  expect(parseTopic("demo", topicOf("other", "command", "arm"))).toBeNull();
  expect(parseTopic("demo", "labloop/v2/demo/device/arm/cmd")).toBeNull();
  expect(parseTopic("demo", `${topicOf("demo", "command", "arm")}/more`)).toBeNull();
});

test("orders are never retained, and every order has quality of service 1", () => {
  for (const key of ["command", "control"] as const) {
    expect({ qos: topics[key].qos, retain: topics[key].retain }).toEqual({ qos: 1, retain: false });
  }
});
