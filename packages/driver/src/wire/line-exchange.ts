import { type Cancel, type Clock, LabError } from "@labloop/contracts";
import type { ByteStream } from "./byte-stream.ts";
import { createLineReader, type LineTerminator } from "./line-reader.ts";

export interface LineExchangeOptions {
  readonly linkClock: Clock;
  /** What ends each line that comes in. */
  readonly terminator: LineTerminator;
  /** What ends each line that goes out; default: the same. */
  readonly sendTerminator?: LineTerminator;
  readonly maxLineBytes?: number;
}

export interface Question {
  /** True for the line that completes the answer; default: the first one does. */
  readonly isLast?: (line: string) => boolean;
  /** True for a line that says "still busy": the time-out starts anew. */
  readonly isBusy?: (line: string) => boolean;
  /** On the link clock, from the moment the line is sent. */
  readonly timeoutMs: number;
}

/** Question and answer over lines, one at a time: what instruments with a text protocol have in common. */
export interface LineExchange {
  /**
   * Sends a line and resolves with every line up to the completing one. Questions wait for their turn in order.
   *
   * Rejects with `wire.timeout` and closes the stream, since a late answer would be taken for the next one's; with
   * `wire.closed` when the stream ends.
   */
  ask(line: string, question: Question): Promise<string[]>;
  /** Sends a line that has no answer, in its turn. */
  tell(line: string): Promise<void>;
  /** Lines that come while no question is open. */
  onUnasked(listener: (line: string) => void): Cancel;
}

interface Open {
  readonly answer: string[];
  readonly question: Question;
  resolve(lines: string[]): void;
  rearm(): void;
}

/** Returns the exchange over a stream; it takes all of the stream's bytes from now on. */
export function createLineExchange(stream: ByteStream, options: LineExchangeOptions): LineExchange {
  const { linkClock, terminator, sendTerminator = terminator, maxLineBytes } = options;
  const reader = createLineReader(stream, { terminator, ...(maxLineBytes === undefined ? {} : { maxLineBytes }) });
  const unasked = new Set<(line: string) => void>();
  let open: Open | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  reader.onLine((line) => {
    if (open === null) {
      for (const listener of unasked) listener(line);
      return;
    }
    open.answer.push(line);
    if (open.question.isBusy?.(line) === true) open.rearm();
    else if (open.question.isLast?.(line) ?? true) open.resolve(open.answer);
  });

  const send = (line: string) => stream.write(Buffer.from(line + sendTerminator, "utf8"));

  const askNow = (line: string, question: Question) =>
    new Promise<string[]>((resolve, reject) => {
      let stopTimer: Cancel = () => {};
      const finish = () => {
        open = null;
        stopTimer();
        stopEnd();
      };
      const fail = (fault: LabError) => {
        finish();
        reject(fault);
      };
      const rearm = () => {
        stopTimer();
        stopTimer = linkClock.at(linkClock.now() + question.timeoutMs, () => {
          fail(new LabError("wire.timeout", `no complete answer to "${line}" within ${question.timeoutMs} ms`));
          stream.close();
        });
      };
      let stopEnd: Cancel = () => {};
      let hasEnded = false;
      stopEnd = reader.onEnd((fault) => {
        hasEnded = true;
        fail(fault);
      });
      if (hasEnded) return;
      open = {
        answer: [],
        question,
        resolve(lines) {
          finish();
          resolve(lines);
        },
        rearm,
      };
      rearm();
      try {
        send(line);
      } catch (error) {
        fail(error instanceof LabError ? error : new LabError("wire.closed", String(error), { cause: error }));
      }
    });

  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const result = turn.then(act);
    // The next in line does not care how this one ended; whoever asked hears of it.
    turn = result.catch(() => {});
    return result;
  };

  return {
    ask: (line, question) => inTurn(() => askNow(line, question)),
    tell: (line) => inTurn(async () => send(line)),
    onUnasked(listener) {
      unasked.add(listener);
      return () => unasked.delete(listener);
    },
  };
}
