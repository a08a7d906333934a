import { type Cancel, type Clock, LabError } from "@labloop/contracts";
import type { ByteStream } from "./byte-stream.ts";

export type LineTerminator = "\n" | "\r\n" | "\r";

export interface LineReaderOptions {
  readonly terminator: LineTerminator;
  /** The longest line, without its terminator; default 65,536. */
  readonly maxLineBytes?: number;
  /** How many lines may wait unread; default 10,000. */
  readonly maxWaiting?: number;
}

/** The lines of a byte stream, without their terminators, decoded as UTF-8. */
export interface LineReader {
  /**
   * Resolves with the next line, at once when one is waiting. Rejects with `wire.timeout` after `timeoutMs` on the link
   * clock, with `wire.closed` when the stream has ended, with `wire.lineTooLong` or `wire.backlog` when it was ended
   * because the other side said too much.
   */
  next(linkClock: Clock, timeoutMs: number): Promise<string>;
  /** From now on hands lines to the listener instead, waiting ones first; one listener at a time. */
  onLine(listener: (line: string) => void): Cancel;
  /** Called once with why no further line will come. */
  onEnd(listener: (fault: LabError) => void): Cancel;
}

/** Splits a stream into lines, however the wire cuts it into chunks; closes it when a line exceeds the limit. */
export function createLineReader(stream: ByteStream, options: LineReaderOptions): LineReader {
  const { terminator, maxLineBytes = 65_536, maxWaiting = 10_000 } = options;
  const mark = Buffer.from(terminator, "latin1");
  const lines: string[] = [];
  const askers: { resolve(line: string): void; reject(fault: LabError): void }[] = [];
  const enders = new Set<(fault: LabError) => void>();
  let listener: ((line: string) => void) | null = null;
  let rest: Buffer = Buffer.alloc(0);
  let fault: LabError | null = null;

  const end = (why: LabError) => {
    if (fault !== null) return;
    fault = why;
    rest = Buffer.alloc(0);
    for (const asker of askers.splice(0)) asker.reject(why);
    for (const ender of enders) ender(why);
  };
  const breakOff = (why: LabError) => {
    end(why);
    stream.close();
  };
  const take = (line: string) => {
    const asker = askers.shift();
    if (asker !== undefined) asker.resolve(line);
    else if (listener !== null) listener(line);
    else if (lines.length < maxWaiting) lines.push(line);
    else breakOff(new LabError("wire.backlog", `more than ${maxWaiting} lines came in that nobody had asked for`));
  };

  stream.onData((chunk) => {
    if (fault !== null) return;
    // A terminator may straddle two chunks, so the search restarts just before the seam.
    let from = Math.max(0, rest.length - mark.length + 1);
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    for (let at = rest.indexOf(mark, from); at >= 0 && fault === null; at = rest.indexOf(mark, from)) {
      const line = rest.subarray(0, at);
      rest = rest.subarray(at + mark.length);
      from = 0;
      if (line.length > maxLineBytes) breakOff(tooLong(maxLineBytes));
      else take(line.toString("utf8"));
    }
    if (rest.length > maxLineBytes + mark.length) breakOff(tooLong(maxLineBytes));
  });
  stream.onClose(() => end(new LabError("wire.closed", "the wire was closed while a line was awaited")));

  return {
    next(linkClock, timeoutMs) {
      const waiting = lines.shift();
      if (waiting !== undefined) return Promise.resolve(waiting);
      if (fault !== null) return Promise.reject(fault);
      return new Promise((resolve, reject) => {
        const stopWaiting = linkClock.at(linkClock.now() + timeoutMs, () => {
          askers.splice(askers.indexOf(asker), 1);
          reject(new LabError("wire.timeout", `no line came within ${timeoutMs} ms`));
        });
        const asker = {
          resolve(line: string) {
            stopWaiting();
            resolve(line);
          },
          reject(why: LabError) {
            stopWaiting();
            reject(why);
          },
        };
        askers.push(asker);
      });
    },
    onLine(next) {
      if (listener !== null) throw new LabError("wire.hasListener", "this reader already hands its lines to somebody");
      listener = next;
      for (const line of lines.splice(0)) next(line);
      return () => {
        if (listener === next) listener = null;
      };
    },
    onEnd(ender) {
      if (fault !== null) ender(fault);
      else enders.add(ender);
      return () => enders.delete(ender);
    },
  };
}

function tooLong(maxLineBytes: number): LabError {
  return new LabError("wire.lineTooLong", `the other side sent a line of more than ${maxLineBytes} bytes`, {
    hint: "check that this is the right instrument, and its line terminator",
  });
}
