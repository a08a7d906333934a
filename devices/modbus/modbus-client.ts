import { type Cancel, type Clock, LabError } from "@labloop/contracts";
import type { ByteStream } from "@labloop/driver";
import type { Framing } from "./frame.ts";
import type { RegisterKind } from "./register.ts";

/** Reads and writes a server's registers, one request at a time. */
export interface ModbusClient {
  /** Resolves with registers of 16 bits, or with coils as 0 and 1; rejects with `modbus.exception` when refused. */
  read(kind: RegisterKind, address: number, count: number): Promise<number[]>;
  /** Writes all of them with one request, even a single one. Aborted before its turn has come, it rejects and sends nothing. */
  write(kind: "holding" | "coil", address: number, values: readonly number[], signal?: AbortSignal): Promise<void>;
}

const readCode = { coil: 1, discrete: 2, holding: 3, input: 4 } as const;

/** Application Protocol V1.1b3, section 7. */
const exceptions: Readonly<Record<number, string>> = {
  1: "illegal function",
  2: "illegal data address",
  3: "illegal data value",
  4: "server device failure",
  5: "acknowledge: it takes long",
  6: "server device busy",
  8: "memory parity error",
  10: "gateway path unavailable",
  11: "gateway target device failed to respond",
};

/**
 * Returns the client over a stream, of which it takes all bytes. Without an answer in time, with bytes that are no frame, or
 * with the answer of another unit, it closes the stream: what comes later would be taken for the next answer.
 */
export function createModbusClient(
  stream: ByteStream,
  options: { readonly framing: Framing; readonly unit: number; readonly answerMs: number; readonly linkClock: Clock },
): ModbusClient {
  const { framing, unit, answerMs, linkClock } = options;
  let come: Buffer = Buffer.alloc(0);
  let look: (() => void) | null = null;
  let transaction = 0;
  let turn: Promise<unknown> = Promise.resolve();
  stream.onData((chunk) => {
    come = look === null ? Buffer.alloc(0) : Buffer.concat([come, chunk]);
    look?.();
  });

  const askNow = (request: Buffer) =>
    new Promise<Buffer>((resolve, reject) => {
      transaction = (transaction + 1) % 0x10000;
      const mine = transaction;
      come = Buffer.alloc(0);
      const cancels: Cancel[] = [];
      const over = (end: () => void) => {
        look = null;
        for (const cancel of cancels) cancel();
        end();
      };
      const breakOff = (error: unknown) => {
        over(() => reject(error));
        stream.close();
      };
      look = () => {
        try {
          const taken = framing.take(come);
          if (taken === null) return;
          come = come.subarray(taken.used);
          if (taken.transaction !== null && taken.transaction !== mine) return;
          const { bytes } = taken.pdu;
          if (taken.pdu.unit !== unit || (bytes.readUInt8(0) & 0x7f) !== request.readUInt8(0)) {
            const message = `unit ${taken.pdu.unit} answered function ${bytes.readUInt8(0)}; unit ${unit} was asked ${request.readUInt8(0)}`;
            throw new LabError("modbus.otherAnswer", message);
          }
          over(() => (bytes.readUInt8(0) >= 0x80 ? reject(refusal(bytes.readUInt8(1), request)) : resolve(bytes)));
        } catch (error) {
          breakOff(error);
        }
      };
      const closed = new LabError("wire.closed", "the wire was closed while an answer was awaited");
      cancels.push(stream.onClose(() => over(() => reject(closed))));
      cancels.push(
        linkClock.at(linkClock.now() + answerMs, () => {
          breakOff(new LabError("wire.timeout", `unit ${unit} did not answer within ${answerMs} ms`));
        }),
      );
      try {
        stream.write(framing.encode(mine, { unit, bytes: request }));
      } catch (error) {
        over(() => reject(error));
      }
    });

  const ask = (request: Buffer, signal?: AbortSignal): Promise<Buffer> => {
    const result = turn.then(() => {
      signal?.throwIfAborted();
      return askNow(request);
    });
    // The next in line does not care how this one ended; whoever asked hears of it.
    turn = result.catch(() => {});
    return result;
  };

  return {
    async read(kind, address, count) {
      const answer = await ask(header(readCode[kind], address, count));
      const data = answer.subarray(2);
      if (kind === "coil" || kind === "discrete") {
        if (data.length !== Math.ceil(count / 8)) throw wrongLength(count);
        return Array.from({ length: count }, (_, at) => ((data[at >> 3] ?? 0) >> (at & 7)) & 1);
      }
      if (data.length !== count * 2) throw wrongLength(count);
      return Array.from({ length: count }, (_, at) => data.readUInt16BE(at * 2));
    },
    async write(kind, address, values, signal) {
      if (kind === "coil") {
        const request = header(5, address, values[0] === 0 ? 0 : 0xff00);
        await ask(request, signal);
        return;
      }
      const data = Buffer.alloc(1 + values.length * 2);
      data.writeUInt8(values.length * 2, 0);
      for (const [at, value] of values.entries()) data.writeUInt16BE(value, 1 + at * 2);
      await ask(Buffer.concat([header(16, address, values.length), data]), signal);
    },
  };
}

function header(code: number, address: number, last: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt8(code, 0);
  bytes.writeUInt16BE(address, 1);
  bytes.writeUInt16BE(last, 3);
  return bytes;
}

function refusal(code: number, request: Buffer): LabError {
  const why = exceptions[code] ?? `exception ${code}`;
  const where = `function ${request.readUInt8(0)} at address ${request.readUInt16BE(1)}`;
  return new LabError("modbus.exception", `the server refused ${where}: ${why}`);
}

function wrongLength(count: number): LabError {
  return new LabError("modbus.length", `the server did not answer with the ${count} values that were asked for`);
}
