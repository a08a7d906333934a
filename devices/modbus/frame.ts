import { LabError } from "@labloop/contracts";

/** One request or answer: a function code and its data (Modbus Application Protocol V1.1b3, section 4.1). */
interface Pdu {
  readonly unit: number;
  readonly bytes: Buffer;
}

/** How PDUs are carried: `tcp` behind the MBAP header, `rtu` with an address and a CRC, over a serial line or over TCP. */
export interface Framing {
  encode(transaction: number, pdu: Pdu): Buffer;
  /**
   * Takes an answer off the front of what has come; null while it is not complete. Throws `modbus.frame` when the bytes are
   * no frame, and for good: there is no mark to find the next one by.
   */
  take(bytes: Buffer): { readonly transaction: number | null; readonly pdu: Pdu; readonly used: number } | null;
}

/** A PDU has at most 253 bytes (section 4.1). */
const longestPdu = 253;

/** MBAP: transaction, protocol 0, length, unit (Modbus Messaging on TCP/IP V1.0b, section 3.1.3). */
export const tcpFraming: Framing = {
  encode(transaction, { unit, bytes }) {
    const header = Buffer.alloc(7);
    header.writeUInt16BE(transaction, 0);
    header.writeUInt16BE(bytes.length + 1, 4);
    header.writeUInt8(unit, 6);
    return Buffer.concat([header, bytes]);
  },
  take(bytes) {
    if (bytes.length < 7) return null;
    const length = bytes.readUInt16BE(4);
    if (bytes.readUInt16BE(2) !== 0 || length < 2 || length > longestPdu + 1) {
      throw new LabError("modbus.frame", `these bytes are no Modbus TCP: ${bytes.toString("hex", 0, 16)}`);
    }
    const used = 6 + length;
    if (bytes.length < used) return null;
    const pdu = { unit: bytes.readUInt8(6), bytes: Buffer.from(bytes.subarray(7, used)) };
    return { transaction: bytes.readUInt16BE(0), pdu, used };
  },
};

/** Address, PDU, CRC-16, low byte first (Modbus over Serial Line V1.02, section 2.5.1). */
export const rtuFraming: Framing = {
  encode(_transaction, { unit, bytes }) {
    const frame = Buffer.concat([Buffer.from([unit]), bytes]);
    const crc = Buffer.alloc(2);
    crc.writeUInt16LE(crc16(frame));
    return Buffer.concat([frame, crc]);
  },
  take(bytes) {
    // The silence between frames cannot be seen through an operating system: an answer's length follows from its function.
    const length = answerLength(bytes);
    if (length === null || bytes.length < length + 3) return null;
    const used = length + 3;
    if (crc16(bytes.subarray(0, used - 2)) !== bytes.readUInt16LE(used - 2)) {
      throw new LabError("modbus.frame", `an answer came with a wrong checksum: ${bytes.toString("hex", 0, used)}`);
    }
    return {
      transaction: null,
      pdu: { unit: bytes.readUInt8(0), bytes: Buffer.from(bytes.subarray(1, used - 2)) },
      used,
    };
  },
};

/** Length of the answer's PDU, or null while it cannot be known. */
function answerLength(bytes: Buffer): number | null {
  if (bytes.length < 3) return null;
  const code = bytes.readUInt8(1);
  if (code >= 0x80) return 2;
  if (code >= 1 && code <= 4) return 2 + bytes.readUInt8(2);
  if (code === 5 || code === 6 || code === 15 || code === 16) return 5;
  throw new LabError("modbus.frame", `an answer came with function code ${code}, which was never asked`);
}

/** Returns the checksum of Modbus RTU: polynomial 0xA001, from 0xFFFF (Serial Line V1.02, section 6.2.2). */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}
