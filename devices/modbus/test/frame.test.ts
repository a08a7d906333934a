import { createVirtualClock } from "@labloop/clock";
import { createStreamPair } from "@labloop/driver";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crc16, rtuFraming, tcpFraming } from "../frame.ts";
import { createModbusClient } from "../modbus-client.ts";
import { decodeValue, encodeValue, Register } from "../register.ts";

test("the checksum is that of the specification's example", () => {
  // Serial Line V1.02, section 6.2.2: 02 07 gives 41 12 on the wire, low byte first.
  expect(crc16(Buffer.from([0x02, 0x07]))).toBe(0x1241);
});

/** Answers as servers give them: registers read, or an exception. */
const answer = fc.oneof(
  fc
    .array(fc.integer({ min: 0, max: 255 }), { minLength: 2, maxLength: 250 })
    .map((data) => Buffer.from([3, data.length, ...data])),
  fc.integer({ min: 1, max: 11 }).map((code) => Buffer.from([0x83, code])),
);

describe.each([
  ["TCP", tcpFraming],
  ["RTU", rtuFraming],
])("%s frames", (_name, framing) => {
  test("come out as they went in, and never before their last byte", () => {
    fc.assert(
      fc.property(answer, fc.integer({ min: 1, max: 247 }), fc.integer({ min: 0, max: 0xffff }), (bytes, unit, id) => {
        const frame = framing.encode(id, { unit, bytes });
        for (let cut = 0; cut < frame.length; cut++) expect(framing.take(frame.subarray(0, cut))).toBeNull();
        expect(framing.take(Buffer.concat([frame, Buffer.from([1])]))).toMatchObject({
          pdu: { unit, bytes },
          used: frame.length,
        });
      }),
      { numRuns: 50 },
    );
  });
});

test("one flipped bit in an RTU answer is never taken for an answer", () => {
  fc.assert(
    fc.property(answer, fc.nat(), (bytes, at) => {
      const frame = rtuFraming.encode(0, { unit: 1, bytes });
      const bit = at % (frame.length * 8);
      frame[bit >> 3] = (frame[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      let taken: unknown = null;
      try {
        taken = rtuFraming.take(frame);
      } catch (error) {
        expect(error).toMatchObject({ code: "modbus.frame" });
      }
      expect(taken).toBeNull();
    }),
  );
});

test("every value that a type can hold is written and read back the same, in either order of words", () => {
  const kinds = fc.constantFrom("u16", "i16", "u32", "i32", "f32");
  fc.assert(
    fc.property(
      kinds,
      fc.constantFrom("high-first", "low-first"),
      fc.integer({ min: -0x80000000, max: 0xffffffff }),
      (type, words, value) => {
        const register = Register.parse({ kind: "holding", address: 0, type, words });
        const encoded = encodeValue(register, value);
        if (encoded === null) expect(type).not.toBe("f32");
        else expect(decodeValue(register, encoded)).toBe(type === "f32" ? Math.fround(value) : value);
      },
    ),
  );
});

test.each([
  ["silence", [], "wire.timeout"],
  ["half a frame", [0, 1, 0, 0, 0, 5, 1, 3], "wire.timeout"],
  ["another unit", [0, 1, 0, 0, 0, 5, 9, 3, 2, 0, 7], "modbus.otherAnswer"],
  ["another protocol", [0, 1, 0, 9, 0, 5, 1, 3, 2, 0, 7], "modbus.frame"],
  ["too few registers", [0, 1, 0, 0, 0, 3, 1, 3, 0], "modbus.length"],
])("%s is no answer", async (_what, bytes, code) => {
  const clock = createVirtualClock(Date.UTC(2026, 0, 5));
  const [near, far] = createStreamPair(clock, { chunkBytes: 3 });
  far.onData(() => far.write(Buffer.from(bytes)));
  far.onData(() => bytes.splice(0));
  const client = createModbusClient(near, { framing: tcpFraming, unit: 1, answerMs: 500, linkClock: clock });
  let found = "";
  const asked = client.read("holding", 0, 1).catch((error: { code: string }) => (found = error.code));
  await clock.run(() => found !== "");
  await asked;
  expect(found).toBe(code);
});
