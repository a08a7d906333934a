import { expect, test } from "vitest";
import { parseTopic, type TopicKey, topicOf, topics } from "../src/index.ts";

const keys = Object.keys(topics) as TopicKey[];

test.each(keys)("the topic of %s leads back to what it is and whose", (key) => {
  expect(parseTopic("demo", topicOf("demo", key, "printer-1"))).toEqual({ key, name: "printer-1" });
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
