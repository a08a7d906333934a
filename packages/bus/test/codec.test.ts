import { type TopicKey, topicOf, topics } from "@labloop/contracts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decode, encode, isMalformed, type Malformed, type Payload } from "../src/index.ts";
import { examples, nameOf } from "./messages.ts";

const keys = Object.keys(topics) as TopicKey[];
const samples = keys.flatMap((key) => examples[key].map((payload) => ({ key, name: nameOf(key), payload })));
const execute = examples.command[0];
const heartbeat = examples.heartbeat[0];

function bytesOf(value: unknown): Uint8Array {
  return new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
}

function decodeOn(key: TopicKey, value: unknown): ReturnType<typeof decode> {
  return decode("demo", topicOf("demo", key, nameOf(key)), bytesOf(value), false);
}

function refusalOf(key: TopicKey, value: unknown): Malformed {
  const decoded = decodeOn(key, value);
  if (decoded === null || !isMalformed(decoded)) throw new Error("the message was accepted");
  return decoded;
}

describe("encode", () => {
  test.for(samples)("a $payload.kind message comes back as it was sent", ({ key, name, payload }) => {
    const bytes = encode(key, name, payload);
    for (const retained of [false, true]) {
      expect(decode("demo", topicOf("demo", key, name), bytes, retained)).toEqual({ key, name, payload, retained });
    }
  });

  test("refuses what is larger than its topic allows, and says by how much", () => {
    const payload = { ...execute, params: { text: "x".repeat(64 * 1024) } } as Payload<"command">;
    expect(() => encode("command", "arm", payload)).toThrow(
      expect.objectContaining({ code: "bus.oversize", message: expect.stringContaining("at most 65536") }),
    );
  });

  test("refuses NaN instead of sending null", () => {
    const payload = { ...heartbeat, tMono: Number.NaN } as Payload<"heartbeat">;
    expect(() => encode("heartbeat", "arm", payload)).toThrow(expect.objectContaining({ code: "bus.malformed" }));
  });

  test("refuses to speak on another device's topic", () => {
    expect(() => encode("heartbeat", "printer", heartbeat as Payload<"heartbeat">)).toThrow(
      expect.objectContaining({ code: "bus.malformed" }),
    );
  });
});

describe("decode", () => {
  test("topics of other labs, versions and kinds are nobody's", () => {
    for (const topic of [
      "labloop/v1/other/device/arm/hb",
      "labloop/v2/demo/device/arm/hb",
      "labloop/v1/demo/device/arm/hb/more",
      "labloop/v1/demo/device/Arm/hb",
      "labloop/v1/demo/device/arm/toString",
      "labloop/v1/demo/device//hb",
      "$SYS/broker",
      "",
    ]) {
      expect(decode("demo", topic, bytesOf(heartbeat), false)).toBeNull();
    }
  });

  test("D1: an oversize message is refused before it is parsed", () => {
    const huge = bytesOf({ ...execute, filler: "x".repeat(64 * 1024) });
    expect(decode("demo", topicOf("demo", "command", "arm"), huge, false)).toMatchObject({
      code: "oversize",
      commandId: null,
    });
  });

  test("D1: each fault has its code, and the command id is named when it can be read", () => {
    const commandId = execute?.commandId;
    expect(refusalOf("command", "not json")).toMatchObject({ code: "malformed", commandId: null });
    expect(refusalOf("command", [execute])).toMatchObject({ code: "malformed", commandId: null });
    expect(refusalOf("command", "")).toMatchObject({ code: "malformed", commandId: null });
    expect(refusalOf("command", { ...execute, v: 2 })).toMatchObject({ code: "unknown-version", commandId });
    expect(refusalOf("command", { ...execute, v: undefined })).toMatchObject({ code: "malformed", commandId });
    expect(refusalOf("command", { ...execute, kind: "explode" })).toMatchObject({ code: "unknown-kind", commandId });
    expect(refusalOf("command", { ...execute, kind: 7 })).toMatchObject({ code: "malformed", commandId });
    expect(refusalOf("command", { ...execute, device: "printer" })).toMatchObject({ code: "wrong-device", commandId });
    expect(refusalOf("command", { ...execute, ttlMs: -1 })).toMatchObject({
      code: "malformed",
      commandId,
      message: expect.stringContaining("ttlMs"),
    });
    expect(refusalOf("command", { ...execute, commandId: 5 })).toMatchObject({ code: "malformed", commandId: null });
  });

  test("a message of one topic is refused on another", () => {
    expect(refusalOf("command", examples.control[1])).toMatchObject({ code: "unknown-kind" });
  });

  test("bytes that are no UTF-8 are malformed", () => {
    const bytes = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]);
    expect(decode("demo", topicOf("demo", "command", "arm"), bytes, false)).toMatchObject({ code: "malformed" });
  });

  test("numbers beyond JSON's safe integers are malformed, not rounded", () => {
    const text = JSON.stringify(execute).replace('"dseq":7', '"dseq":9007199254740993');
    expect(refusalOf("command", text)).toMatchObject({ code: "malformed" });
    expect(refusalOf("command", text.replace("9007199254740993", "1e400"))).toMatchObject({ code: "malformed" });
  });

  test("unknown fields are ignored", () => {
    expect(decodeOn("heartbeat", { ...heartbeat, colour: "red" })).toMatchObject({ payload: heartbeat });
    expect(decodeOn("heartbeat", { ...heartbeat, colour: "red" })).not.toHaveProperty("payload.colour");
  });

  test("nesting that would overflow a recursive reader is refused", () => {
    const deep = `${"[".repeat(60_000)}${"]".repeat(60_000)}`;
    const text = JSON.stringify(examples.report[0]).replace('"encoder":[1,2,{"turns":3}]', `"encoder":${deep}`);
    expect(refusalOf("report", text)).toMatchObject({ code: "malformed", message: expect.stringContaining("deeper") });
  });

  test("brackets inside strings are no nesting", () => {
    const result = { note: `\\"${"[".repeat(200)}` };
    expect(decodeOn("report", { ...examples.report[0], result })).toMatchObject({ payload: { result } });
  });

  test("a prototype cannot be smuggled in", () => {
    const text = JSON.stringify(execute).replace('"params":{', '"params":{"__proto__":{"polluted":true},');
    decodeOn("command", text);
    expect({}).not.toHaveProperty("polluted");
    expect(decodeOn("command", text)).not.toHaveProperty("payload.params.polluted");
  });

  test("a stranger cannot fill a log: messages stay short", () => {
    const kind = "k".repeat(60_000);
    expect(refusalOf("command", { ...execute, kind }).message.length).toBeLessThan(700);
    expect(refusalOf("command", { ...execute, v: kind }).message.length).toBeLessThan(700);
  });

  const someTopic = fc.constantFrom(...keys).map((key) => ({ key, topic: topicOf("demo", key, nameOf(key)) }));

  test("D18: no bytes whatever make it throw, and none of them pass", () => {
    fc.assert(
      fc.property(someTopic, fc.uint8Array({ maxLength: 300 }), fc.boolean(), ({ topic, key }, bytes, retained) => {
        expect(decode("demo", topic, bytes, retained)).toMatchObject({ key, name: nameOf(key), code: "malformed" });
      }),
      { numRuns: 2_000 },
    );
  });

  test("D18: any JSON is either refused with a code or satisfies the schema", () => {
    fc.assert(
      fc.property(someTopic, fc.json({ maxDepth: 5 }), ({ topic, key }, text) => {
        const decoded = decode("demo", topic, bytesOf(text), false);
        expect(decoded).not.toBeNull();
        if (decoded !== null && !isMalformed(decoded)) topics[key].schema.parse(decoded.payload);
      }),
      { numRuns: 2_000 },
    );
  });

  test("D18: a valid message with bytes changed is refused or still satisfies its schema, and keeps its name", () => {
    const edit = fc.record({ at: fc.nat(2_000), byte: fc.nat(255), isCut: fc.boolean() });
    fc.assert(
      fc.property(fc.constantFrom(...samples), fc.array(edit, { minLength: 1, maxLength: 4 }), (sample, edits) => {
        const { key, name, payload } = sample;
        let bytes = encode(key, name, payload);
        for (const { at, byte, isCut } of edits) {
          const place = at % Math.max(bytes.length, 1);
          if (isCut) bytes = bytes.slice(0, place);
          else bytes = bytes.with(place < bytes.length ? place : 0, byte);
          if (bytes.length === 0) bytes = new Uint8Array([byte]);
        }
        const decoded = decode("demo", topicOf("demo", key, name), bytes, false);
        expect(decoded).toMatchObject({ key, name });
        if (decoded === null || isMalformed(decoded)) return;
        topics[key].schema.parse(decoded.payload);
        if (topics[key].path.startsWith("device/")) expect(decoded.payload).toMatchObject({ v: 1, device: name });
      }),
      { numRuns: 5_000 },
    );
  });
});
