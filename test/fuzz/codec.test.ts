import { decode, encode, isMalformed, type Payload } from "@labloop/bus";
import { type TopicKey, topicOf, topics } from "@labloop/contracts";
import * as fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { arbitraryOf } from "./arbitrary-of.ts";
import { messageTo } from "./messages.ts";
import { hostileBytes } from "./mutate.ts";
import { runsOf } from "./runs.ts";
import { exported, messageKinds } from "./schemas.ts";

const reached = new Set<string>();

describe.each(messageKinds)("$key $kind", ({ key, kind, schema }) => {
  const whole = arbitraryOf(schema) as fc.Arbitrary<Payload<TopicKey>>;
  const nameOf = (payload: object) => ("device" in payload ? String(payload.device) : key === "estop" ? "lab" : "main");
  const on = (name: string, bytes: Uint8Array) =>
    decode("demo", topicOf("demo", key, name, "0".repeat(64)), bytes, false);

  test("D1, E14: what the schema allows comes back as it was sent", () => {
    fc.assert(
      fc.property(whole, (payload) => {
        const name = nameOf(payload);
        expect(on(name, encode(key, name, payload))).toEqual({
          key,
          name,
          payload: schema.parse(payload),
          retained: false,
        });
        reached.add(`${key} ${kind}`);
      }),
      runsOf(60),
    );
  });

  test("D18, E14: mutated in structure or in bytes it is refused in few words, or satisfies its schema; nothing is thrown", () => {
    fc.assert(
      fc.property(hostileBytes(messageTo("main", schema)), (bytes) => {
        const decoded = on("main", bytes);
        if (decoded === null) throw new Error("it was lost without a word");
        if (isMalformed(decoded)) {
          expect(decoded.message.length).toBeLessThan(700);
          return;
        }
        expect(topics[key].schema.parse(decoded.payload)).toEqual(decoded.payload);
        expect(bytes.length).toBeLessThanOrEqual(topics[key].maxBytes);
        expect(Object.getPrototypeOf(decoded.payload)).toBe(Object.prototype);
      }),
      runsOf(150),
    );
    expect({}).not.toHaveProperty("polluted");
  });
});

test("the kinds of messages on the topics are the kinds that the contract exports", () => {
  const kinds = new Set(messageKinds.map(({ schema }) => schema));
  const messages = exported.filter(([, schema]) => "shape" in schema && "v" in (schema.shape as object));
  const elsewhere = messages.filter(([, schema]) => !kinds.has(schema as never)).map(([name]) => name);
  // Files, and the page's own: they never come from a broker.
  expect(elsewhere).toEqual(["BenchResult", "StoredStudy", "FeedHello"]);
});

afterAll(() => {
  expect([...reached].toSorted()).toEqual(messageKinds.map(({ key, kind }) => `${key} ${kind}`).toSorted());
});
