import { type Clock, LabError } from "@labloop/contracts";
import * as z from "zod";
import type { ByteStream } from "./byte-stream.ts";

/**
 * One event on a wire, as a line of JSON: `out` was written to the instrument, `in` came from it, each byte as one
 * character (Latin-1); `open` and `close` bound a connection. `atMs` counts from its opening.
 */
const WireEvent = z.union([
  z.strictObject({ atMs: z.number(), open: z.literal(true) }),
  z.strictObject({ atMs: z.number(), out: z.string() }),
  z.strictObject({ atMs: z.number(), in: z.string() }),
  z.strictObject({ atMs: z.number(), close: z.literal(true) }),
]);
type WireEvent = z.infer<typeof WireEvent>;
/** With its line in the trace. */
type Kept = WireEvent & { readonly line: number };

/** Returns the stream, with everything that passes handed to `write` as lines of a trace. */
export function recordWire(stream: ByteStream, clock: Clock, write: (line: string) => void): ByteStream {
  const openedAt = clock.now();
  const keep = (event: object) => write(`${JSON.stringify({ atMs: clock.now() - openedAt, ...event })}\n`);
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
  keep({ open: true });
  let isHeard = false;
  stream.onClose(() => keep({ close: true }));
  return {
    get isOpen() {
      return stream.isOpen;
    },
    write(bytes) {
      stream.write(bytes);
      keep({ out: text(bytes) });
    },
    onData(listener) {
      // Bytes wait in a stream until somebody listens, so the trace listens together with the first.
      if (!isHeard) {
        isHeard = true;
        stream.onData((chunk) => keep({ in: text(chunk) }));
      }
      return stream.onData(listener);
    },
    onClose: (listener) => stream.onClose(listener),
    close: () => stream.close(),
  };
}

/** The connections of a trace, to be played one after another. */
export interface WireReplay {
  /** Plays the instrument of the next connection; throws `wire.replayOver` when the trace has no more. */
  open(): ByteStream;
  /** What the trace has that was not played, in words; null when all was. */
  leftOver(): string | null;
}

/**
 * Plays the instrument from a trace, in order and strictly: what is written has to be what was written then, byte for byte,
 * however it is cut. Anything else throws `wire.replayDiffers` and closes the stream. Answers come without their delays.
 * Throws `wire.traceUnreadable`.
 */
export function replayWire(trace: string, clock: Clock): WireReplay {
  const connections: Kept[][] = [];
  for (const [index, line] of trace.split("\n").entries()) {
    if (line === "") continue;
    const event = eventOf(line, index + 1);
    if ("open" in event) connections.push([]);
    else connections.at(-1)?.push({ ...event, line: index + 1 });
  }
  const playing: Kept[][] = [];
  return {
    open() {
      const events = connections.shift();
      if (events === undefined) throw new LabError("wire.replayOver", "the trace has no further connection to play");
      playing.push(events);
      return play(events, clock);
    },
    leftOver() {
      const events = [...playing, ...connections].flat().filter((event) => "out" in event);
      return events.length === 0 ? null : `${events.length} writes of the trace were never made`;
    },
  };
}

function eventOf(line: string, number: number): WireEvent {
  try {
    return WireEvent.parse(JSON.parse(line));
  } catch (error) {
    throw new LabError("wire.traceUnreadable", `line ${number} of the trace is no event: ${line.slice(0, 60)}`, {
      cause: error,
      hint: "record it anew: `record: file` under the device's transport in lab.yaml",
    });
  }
}

function play(events: Kept[], clock: Clock): ByteStream {
  const listeners = new Set<(chunk: Uint8Array) => void>();
  const enders = new Set<() => void>();
  const waiting: Uint8Array[] = [];
  let isOpen = true;

  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    clock.at(clock.now(), () => {
      for (const ender of enders) ender();
      enders.clear();
    });
  };
  const hear = (chunk: Uint8Array) => {
    if (listeners.size === 0) waiting.push(chunk);
    for (const listener of listeners) listener(chunk);
  };
  /** Lets the instrument say what it said next, up to where it was told something. */
  const goOn = () => {
    for (let next = events[0]; next !== undefined && !("out" in next); next = events[0]) {
      events.shift();
      if ("close" in next) close();
      else if ("in" in next) {
        const chunk = Buffer.from(next.in, "latin1");
        clock.at(clock.now(), () => hear(chunk));
      }
    }
  };
  goOn();
  return {
    get isOpen() {
      return isOpen;
    },
    write(bytes) {
      if (!isOpen) throw new LabError("wire.closed", "this replay is over; open the next connection");
      let text = Buffer.from(bytes).toString("latin1");
      while (text !== "") {
        const next = events[0];
        const wanted = next !== undefined && "out" in next ? next.out : "";
        const length = Math.min(text.length, wanted.length);
        if (length === 0 || text.slice(0, length) !== wanted.slice(0, length)) {
          close();
          const then = next === undefined ? "the trace has nothing more" : `line ${next.line} of the trace has`;
          const message = `${then}${wanted === "" ? "" : ` ${JSON.stringify(wanted)}`} where ${JSON.stringify(text)} was written`;
          throw new LabError("wire.replayDiffers", message, {
            hint: "record anew when the driver is meant to have changed",
          });
        }
        text = text.slice(length);
        if (length === wanted.length) {
          events.shift();
          if (text === "") goOn();
        } else if (next !== undefined) events[0] = { ...next, out: wanted.slice(length) };
      }
    },
    onData(listener) {
      listeners.add(listener);
      for (const chunk of waiting.splice(0)) listener(chunk);
      return () => listeners.delete(listener);
    },
    onClose(listener) {
      enders.add(listener);
      return () => enders.delete(listener);
    },
    close,
  };
}
