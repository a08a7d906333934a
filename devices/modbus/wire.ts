import type { RegisterKind } from "./register.ts";

export { tcpFraming } from "./frame.ts";
export { decodeValue, encodeValue, Register, type RegisterKind, widthOf } from "./register.ts";

/** What a client asks for. */
export type Request =
  | { readonly ask: "read"; readonly kind: RegisterKind; readonly address: number; readonly count: number }
  | {
      readonly ask: "write";
      readonly kind: "holding" | "coil";
      readonly address: number;
      readonly values: readonly number[];
    };

/** Codes of the exceptions that a server answers with (Application Protocol V1.1b3, section 7). */
export const exceptionCodes = {
  illegalFunction: 1,
  illegalAddress: 2,
  illegalValue: 3,
  deviceFailure: 4,
  busy: 6,
} as const;

const readKinds: Readonly<Record<number, RegisterKind>> = { 1: "coil", 2: "discrete", 3: "holding", 4: "input" };
/** The most that one request may read or write of each (section 6). */
const most = { bits: { read: 2_000, write: 1_968 }, words: { read: 125, write: 123 } } as const;

/** Returns what a request's PDU asks for, or the code of the exception that it earns (section 6). */
export function decodeRequest(bytes: Buffer): Request | number {
  const code = bytes.length === 0 ? 0 : bytes.readUInt8(0);
  const kind = readKinds[code];
  if (bytes.length < 5) return kind === undefined ? exceptionCodes.illegalFunction : exceptionCodes.illegalValue;
  const address = bytes.readUInt16BE(1);
  const last = bytes.readUInt16BE(3);
  if (kind !== undefined) {
    const isBits = kind === "coil" || kind === "discrete";
    const isFit = last >= 1 && last <= (isBits ? most.bits : most.words).read;
    return isFit ? { ask: "read", kind, address, count: last } : exceptionCodes.illegalValue;
  }
  if (code === 5) {
    if (last !== 0 && last !== 0xff00) return exceptionCodes.illegalValue;
    return { ask: "write", kind: "coil", address, values: [last === 0 ? 0 : 1] };
  }
  if (code === 6) return { ask: "write", kind: "holding", address, values: [last] };
  if (code !== 15 && code !== 16) return exceptionCodes.illegalFunction;
  const isBits = code === 15;
  const length = isBits ? Math.ceil(last / 8) : last * 2;
  const isFit = last >= 1 && last <= (isBits ? most.bits : most.words).write;
  if (!isFit || bytes.length !== 6 + length || bytes.readUInt8(5) !== length) return exceptionCodes.illegalValue;
  const values = Array.from({ length: last }, (_, at) =>
    isBits ? (bytes.readUInt8(6 + (at >> 3)) >> (at & 7)) & 1 : bytes.readUInt16BE(6 + at * 2),
  );
  return { ask: "write", kind: isBits ? "coil" : "holding", address, values };
}

/** Returns the answer's PDU: what was read, the echo of what was written, or an exception. */
export function encodeAnswer(request: Buffer, read: readonly number[] | null): Buffer {
  if (read === null) return Buffer.from(request.subarray(0, 5));
  const code = request.readUInt8(0);
  if (code > 2) {
    const words = Buffer.alloc(2 + read.length * 2);
    words.writeUInt8(code, 0);
    words.writeUInt8(read.length * 2, 1);
    for (const [at, word] of read.entries()) words.writeUInt16BE(word, 2 + at * 2);
    return words;
  }
  const bits = Buffer.alloc(2 + Math.ceil(read.length / 8));
  bits.writeUInt8(code, 0);
  bits.writeUInt8(bits.length - 2, 1);
  for (const [at, bit] of read.entries()) {
    const byte = 2 + (at >> 3);
    bits.writeUInt8(bits.readUInt8(byte) | ((bit & 1) << (at & 7)), byte);
  }
  return bits;
}

/** Returns the PDU of an exception. */
export function encodeException(request: Buffer, code: number): Buffer {
  return Buffer.from([request.length === 0 ? 0x80 : request.readUInt8(0) | 0x80, code]);
}
