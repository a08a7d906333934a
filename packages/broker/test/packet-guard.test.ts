import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createPacketGuard } from "../src/packet-guard.ts";

const limit = 512 * 1024;

/** A fixed header: type and flags, then the remaining length, seven bits a byte. */
function header(length: number): number[] {
  const bytes = [0x30];
  let rest = length;
  do {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? digit | 0x80 : digit);
  } while (rest > 0);
  return bytes;
}

function packet(length: number): Uint8Array {
  return new Uint8Array([...header(length), ...new Uint8Array(length).fill(0xff)]);
}

test("lets a packet of exactly the limit pass, and the next one still counts", () => {
  const isAllowed = createPacketGuard(limit);
  expect(isAllowed(packet(limit))).toBe(true);
  expect(isAllowed(new Uint8Array(header(limit)))).toBe(true);
});

test("refuses one byte more as soon as its header is complete, before any of the packet has come", () => {
  const isAllowed = createPacketGuard(limit);
  const bytes = header(limit + 1);
  expect(bytes.slice(0, -1).map((byte) => isAllowed(new Uint8Array([byte])))).not.toContain(false);
  expect(isAllowed(new Uint8Array(bytes.slice(-1)))).toBe(false);
});

test("refuses a length that never ends", () => {
  expect(createPacketGuard(2 ** 40)(new Uint8Array([0x30, 0x80, 0x80, 0x80]))).toBe(true);
  expect(createPacketGuard(2 ** 40)(new Uint8Array([0x30, 0x80, 0x80, 0x80, 0x80]))).toBe(false);
});

test("takes the longest length that MQTT knows when the limit allows it", () => {
  expect(createPacketGuard(268_435_455)(new Uint8Array(header(268_435_455)))).toBe(true);
  expect(createPacketGuard(268_435_454)(new Uint8Array(header(268_435_455)))).toBe(false);
});

test("finds the long packet in any stream, however the bytes are cut", () => {
  const lengths = fc.array(fc.oneof(fc.nat(3), fc.nat(300), fc.constantFrom(127, 128, 1_000)), { maxLength: 8 });
  const cuts = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 });
  fc.assert(
    fc.property(lengths, cuts, fc.boolean(), (before, sizes, isLong) => {
      const stream = [...before.flatMap((length) => [...packet(length)]), ...(isLong ? header(1_001) : header(1_000))];
      const isAllowed = createPacketGuard(1_000);
      let at = 0;
      let answer = true;
      for (let turn = 0; at < stream.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1;
        answer = isAllowed(new Uint8Array(stream.slice(at, at + size)));
        at += size;
        if (!answer) break;
      }
      expect(answer).toBe(!isLong);
      expect(at).toBeGreaterThanOrEqual(stream.length);
    }),
    { numRuns: 1_000 },
  );
});
