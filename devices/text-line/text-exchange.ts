import { type Cancel, type Clock, LabError } from "@labloop/contracts";
import type { ByteStream } from "@labloop/driver";
import { blockSpan } from "./block.ts";

/** The longest answer, a block included: chosen. */
const maxBytes = 64 * 1024 * 1024;

/** Question and answer, one at a time, as lines or as one block. */
export interface TextExchange {
  /** `answerMs`: real time; default: that of the exchange. Aborted before its turn has come, it rejects and sends nothing. */
  ask(line: string, answerMs?: number, signal?: AbortSignal): Promise<string>;
  /** Resolves with the bytes of a definite-length block. */
  askBlock(line: string, answerMs?: number): Promise<Buffer>;
  /** As `ask`, without an answer. */
  tell(line: string, signal?: AbortSignal): Promise<void>;
  /** Sends at once, past what waits for its turn; its answer is the one after that which is under way. */
  askNow(line: string): Promise<string>;
  tellNow(line: string): void;
}

/** Takes an answer off the front of what has come: null while it is not complete. */
type Take<Answer> = (bytes: Buffer) => { readonly answer: Answer; readonly used: number } | null;

/**
 * Returns the exchange over a stream, of which it takes all bytes. Without an answer in time it rejects with `wire.timeout`
 * and closes the stream, since a late one would be taken for the next one's; with `wire.closed` when the stream ends.
 */
export function createTextExchange(
  stream: ByteStream,
  options: {
    readonly linkClock: Clock;
    readonly answerMs: number;
    readonly encoding: "ascii" | "latin1" | "utf8";
    readonly terminator: { readonly send: string; readonly receive: string };
  },
): TextExchange {
  const { linkClock, terminator } = options;
  const encoding = options.encoding === "utf8" ? "utf8" : "latin1";
  const mark = Buffer.from(terminator.receive, "latin1");
  let come: Buffer = Buffer.alloc(0);
  /** Who waits for an answer, in the order of the questions. */
  let waiting: readonly (() => boolean)[] = [];
  let turn: Promise<unknown> = Promise.resolve();

  stream.onData((chunk) => {
    come = Buffer.concat([come, chunk]);
    if (come.length > maxBytes) stream.close();
    else while (waiting[0]?.() === true);
  });

  const send = (line: string) => stream.write(Buffer.from(line + terminator.send, encoding));

  const askNow = <Answer>(line: string, take: Take<Answer>, answerMs = options.answerMs) =>
    new Promise<Answer>((resolve, reject) => {
      // What came unasked is nobody's answer.
      if (waiting.length === 0) come = Buffer.alloc(0);
      const cancels: Cancel[] = [];
      const over = (end: () => void) => {
        waiting = waiting.filter((one) => one !== look);
        for (const cancel of cancels) cancel();
        end();
      };
      const look = () => {
        try {
          const taken = take(come);
          if (taken === null) return false;
          come = come.subarray(taken.used);
          over(() => resolve(taken.answer));
          return true;
        } catch (error) {
          over(() => reject(error));
          stream.close();
          return false;
        }
      };
      waiting = [...waiting, look];
      const closed = new LabError("wire.closed", `the wire was closed while the answer to "${line}" was awaited`);
      cancels.push(stream.onClose(() => over(() => reject(closed))));
      cancels.push(
        linkClock.at(linkClock.now() + answerMs, () => {
          over(() => reject(new LabError("wire.timeout", `no complete answer to "${line}" within ${answerMs} ms`)));
          stream.close();
        }),
      );
      try {
        send(line);
      } catch (error) {
        over(() => reject(error));
      }
    });

  const inTurn = <T>(act: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    const result = turn.then(() => {
      signal?.throwIfAborted();
      return act();
    });
    // The next in line does not care how this one ended; whoever asked hears of it.
    turn = result.catch(() => {});
    return result;
  };

  const takeLine: Take<string> = (bytes) => {
    const at = bytes.indexOf(mark);
    return at < 0 ? null : { answer: bytes.toString(encoding, 0, at), used: at + mark.length };
  };
  const takeBlock: Take<Buffer> = (bytes) => {
    const span = blockSpan(bytes);
    if (span === null || bytes.length < span.to + mark.length) return null;
    return { answer: Buffer.from(bytes.subarray(span.from, span.to)), used: span.to + mark.length };
  };

  return {
    ask: (line, answerMs, signal) => inTurn(() => askNow(line, takeLine, answerMs), signal),
    askBlock: (line, answerMs) => inTurn(() => askNow(line, takeBlock, answerMs)),
    tell: (line, signal) => inTurn(async () => send(line), signal),
    askNow: (line) => askNow(line, takeLine),
    tellNow: send,
  };
}
