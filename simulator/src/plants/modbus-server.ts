import {
  decodeRequest,
  decodeValue,
  encodeAnswer,
  encodeException,
  encodeValue,
  exceptionCodes,
  Register,
  type Request,
  tcpFraming,
  widthOf,
} from "@labloop/device-modbus/wire";
import type { ByteStream } from "@labloop/driver";
import type * as z from "zod";

/** A place in an instrument's table, and what stands behind it. */
export interface Point {
  readonly at: z.input<typeof Register>;
  readonly read: () => number;
  /** Returns the code of the exception it refuses with, or null; without it nobody can write there. */
  readonly write?: (value: number) => number | null;
}

/** What goes wrong at a server, for tests. */
export interface ModbusFaults {
  /** The exception that every request is answered with while it is one. */
  readonly exception?: () => number | null;
  /** False while the server hears everything and says nothing. */
  readonly doesAnswer?: () => boolean;
}

interface Placed extends Point {
  readonly register: Register;
  readonly width: number;
}

/** Serves a table over Modbus TCP on a stream, as one unit; a request that touches half a value is refused. */
export function serveModbus(
  stream: ByteStream,
  unit: number,
  points: readonly Point[],
  { exception = () => null, doesAnswer = () => true }: ModbusFaults = {},
): void {
  const placed = points.map((point): Placed => {
    const register = Register.parse(point.at);
    return { ...point, register, width: widthOf(register) };
  });
  let come: Buffer = Buffer.alloc(0);
  stream.onData((chunk) => {
    come = Buffer.concat([come, chunk]);
    try {
      for (let taken = tcpFraming.take(come); taken !== null; taken = tcpFraming.take(come)) {
        come = come.subarray(taken.used);
        const { bytes } = taken.pdu;
        // A request for another unit is for another instrument on the same line.
        if (taken.pdu.unit !== unit || !doesAnswer()) continue;
        const broken = exception();
        const answer = broken === null ? answerTo(bytes, placed) : encodeException(bytes, broken);
        if (stream.isOpen) stream.write(tcpFraming.encode(taken.transaction ?? 0, { unit, bytes: answer }));
      }
    } catch {
      // No frame, and no mark to find the next one by.
      stream.close();
    }
  });
}

function answerTo(bytes: Buffer, points: readonly Placed[]): Buffer {
  const request = decodeRequest(bytes);
  if (typeof request === "number") return encodeException(bytes, request);
  const outcome = request.ask === "read" ? readAll(request, points) : writeAll(request, points);
  return typeof outcome === "number" ? encodeException(bytes, outcome) : encodeAnswer(bytes, outcome);
}

function readAll({ kind, address, count }: Request & { ask: "read" }, points: readonly Placed[]): number[] | number {
  const words: number[] = [];
  while (words.length < count) {
    const point = pointAt(points, kind, address + words.length);
    if (point === undefined) return exceptionCodes.illegalAddress;
    words.push(...(encodeValue(point.register, point.read()) ?? Array<number>(point.width).fill(0xffff)));
  }
  return words.length === count ? words : exceptionCodes.illegalAddress;
}

function writeAll({ kind, address, values }: Request & { ask: "write" }, points: readonly Placed[]): null | number {
  const writes: (() => number | null)[] = [];
  for (let done = 0; done < values.length; ) {
    const point = pointAt(points, kind, address + done);
    const { write } = point ?? {};
    if (point === undefined || write === undefined) return exceptionCodes.illegalAddress;
    if (done + point.width > values.length) return exceptionCodes.illegalValue;
    const value = decodeValue(point.register, values.slice(done, done + point.width));
    writes.push(() => write(value));
    done += point.width;
  }
  for (const write of writes) {
    const refused = write();
    if (refused !== null) return refused;
  }
  return null;
}

function pointAt(points: readonly Placed[], kind: Register["kind"], address: number): Placed | undefined {
  return points.find(({ register }) => register.kind === kind && register.address === address);
}
