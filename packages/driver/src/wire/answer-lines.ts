import type { Clock } from "@labloop/contracts";
import type { ByteStream } from "./byte-stream.ts";
import { createLineReader, type LineTerminator } from "./line-reader.ts";
import { createStreamPair } from "./stream-pair.ts";

/** Has every line that comes over a stream answered by a line, as an instrument does that is asked in lines. */
export function answerLines(stream: ByteStream, terminator: LineTerminator, answer: (line: string) => string): void {
  createLineReader(stream, { terminator }).onLine((line) => {
    const said = answer(line);
    if (stream.isOpen) stream.write(Buffer.from(said + terminator, "utf8"));
  });
}

/** Returns a driver's end of a wire to an instrument that answers every line by a line: for plants. */
export function openAnsweringWire(
  linkClock: Clock,
  terminator: LineTerminator,
  answer: (line: string) => string,
): ByteStream {
  const [near, far] = createStreamPair(linkClock);
  answerLines(far, terminator, answer);
  return near;
}
