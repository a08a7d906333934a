import { createRealClock, createVirtualClock } from "@labloop/clock";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ByteStream,
  connectTcp,
  createLineExchange,
  createLineReader,
  createStreamPair,
  serveTcp,
} from "../../src/index.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (chunk: Uint8Array) => new TextDecoder().decode(chunk);
const settle = (clock: ReturnType<typeof createVirtualClock>) => clock.run(() => false);

describe("a pair of streams in memory", () => {
  test("delivers in order, in chunks of the given size, and what was written before a close", async () => {
    const clock = createVirtualClock(0);
    const [near, far] = createStreamPair(clock, { chunkBytes: 3 });
    const events: string[] = [];
    far.onData((chunk) => events.push(text(chunk)));
    far.onClose(() => events.push("closed"));
    near.onClose(() => events.push("near closed"));
    near.write(bytes("abcdefg"));
    near.close();
    expect(near.isOpen).toBe(false);
    expect(far.isOpen).toBe(true);
    expect(() => near.write(bytes("x"))).toThrow(expect.objectContaining({ code: "wire.closed" }));
    await settle(clock);
    expect(events).toEqual(["abc", "def", "g", "near closed", "closed"]);
    expect(() => far.write(bytes("x"))).toThrow(expect.objectContaining({ code: "wire.closed" }));
  });

  test("keeps what comes before anybody listens, and copies what is written", async () => {
    const clock = createVirtualClock(0);
    const [near, far] = createStreamPair(clock, { delayMs: 5 });
    const buffer = bytes("early");
    near.write(buffer);
    buffer.fill(0);
    await settle(clock);
    expect(clock.now()).toBe(5);
    const got: string[] = [];
    far.onData((chunk) => got.push(text(chunk)));
    expect(got).toEqual(["early"]);
  });
});

describe("a line reader", () => {
  test("gives the same lines however the wire cuts them, for every terminator", async () => {
    const line = fc.string({ unit: fc.constantFrom("a", "0", " ", "µ", "試") });
    const terminators = fc.constantFrom("\n" as const, "\r\n" as const, "\r" as const);
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 8 }),
        terminators,
        fc.integer({ min: 1, max: 9 }),
        async (lines, terminator, chunkBytes) => {
          const clock = createVirtualClock(0);
          const [near, far] = createStreamPair(clock, { chunkBytes });
          const got: string[] = [];
          createLineReader(far, { terminator }).onLine((one) => got.push(one));
          near.write(bytes(lines.map((one) => one + terminator).join("")));
          await settle(clock);
          expect(got).toEqual(lines);
        },
      ),
    );
  });

  test("next takes waiting lines first, then waits, and times out on the link clock", async () => {
    const clock = createVirtualClock(0);
    const [near, far] = createStreamPair(clock);
    const reader = createLineReader(far, { terminator: "\n" });
    near.write(bytes("one\ntwo\n"));
    await settle(clock);
    expect([await reader.next(clock, 10), await reader.next(clock, 10)]).toEqual(["one", "two"]);
    const late = reader.next(clock, 100).catch((error: unknown) => error);
    const inTime = reader.next(clock, 300);
    clock.at(200, () => near.write(bytes("three\n")));
    await settle(clock);
    expect(await late).toMatchObject({ code: "wire.timeout" });
    expect(await inTime).toBe("three");
  });

  test("an endless line ends the stream with wire.lineTooLong, for whoever waits and whoever comes later", async () => {
    const clock = createVirtualClock(0);
    const [near, far] = createStreamPair(clock, { chunkBytes: 1_000 });
    const reader = createLineReader(far, { terminator: "\r\n", maxLineBytes: 2_000 });
    const waiting = reader.next(clock, 1_000).catch((error: unknown) => error);
    near.write(bytes("x".repeat(10_000)));
    await settle(clock);
    expect(await waiting).toMatchObject({ code: "wire.lineTooLong" });
    await expect(reader.next(clock, 1)).rejects.toMatchObject({ code: "wire.lineTooLong" });
    expect(near.isOpen).toBe(false);
  });

  test("lines that nobody reads end the stream before they fill the memory", async () => {
    const clock = createVirtualClock(0);
    const [near, far] = createStreamPair(clock);
    const reader = createLineReader(far, { terminator: "\n", maxWaiting: 3 });
    near.write(bytes("1\n2\n3\n4\n"));
    await settle(clock);
    expect([await reader.next(clock, 1), await reader.next(clock, 1), await reader.next(clock, 1)]).toHaveLength(3);
    await expect(reader.next(clock, 1)).rejects.toMatchObject({ code: "wire.backlog" });
  });

  test("the end of the stream reaches whoever waits", async () => {
    const clock = createVirtualClock(0);
    const [near, far] = createStreamPair(clock);
    const waiting = createLineReader(far, { terminator: "\n" }).next(clock, 1_000);
    near.close();
    const end = waiting.catch((error: unknown) => error);
    await settle(clock);
    expect(await end).toMatchObject({ code: "wire.closed" });
  });
});

describe("a line exchange", () => {
  /** An instrument that answers from a table, after a delay. */
  function open(answers: Record<string, [number, string][]>) {
    const clock = createVirtualClock(0);
    const [near, far] = createStreamPair(clock);
    const heard: string[] = [];
    createLineReader(far, { terminator: "\n" }).onLine((line) => {
      heard.push(line);
      for (const [delay, answer] of answers[line] ?? []) {
        clock.at(clock.now() + delay, () => {
          if (far.isOpen) far.write(bytes(`${answer}\r\n`));
        });
      }
    });
    const exchange = createLineExchange(near, { linkClock: clock, terminator: "\r\n", sendTerminator: "\n" });
    return { clock, near, far, heard, exchange };
  }

  test("questions are asked one at a time, in order, and each gets its own answer", async () => {
    const { clock, heard, exchange } = open({
      a: [[50, "A"]],
      b: [
        [0, "B1"],
        [10, "B2"],
        [20, "ok"],
      ],
      c: [[0, "C"]],
    });
    const answers = Promise.all([
      exchange.ask("a", { timeoutMs: 100 }),
      exchange.ask("b", { timeoutMs: 100, isLast: (line) => line === "ok" }),
      exchange.tell("quiet"),
      exchange.ask("c", { timeoutMs: 100 }),
    ]);
    clock.at(40, () => heard.push("(40 ms)"));
    await settle(clock);
    expect(await answers).toEqual([["A"], ["B1", "B2", "ok"], undefined, ["C"]]);
    expect(heard).toEqual(["a", "(40 ms)", "b", "quiet", "c"]);
  });

  test("a line that says busy starts the time-out anew", async () => {
    const { clock, exchange } = open({
      long: [
        [80, "busy"],
        [160, "busy"],
        [240, "ok"],
      ],
    });
    const answer = exchange.ask("long", {
      timeoutMs: 100,
      isLast: (line) => line === "ok",
      isBusy: (line) => line === "busy",
    });
    await settle(clock);
    expect(await answer).toEqual(["busy", "busy", "ok"]);
  });

  test("after a time-out the stream is closed, so that a late answer is nobody's", async () => {
    const { clock, near, exchange } = open({ slow: [[200, "late"]], next: [[0, "N"]] });
    const slow = exchange.ask("slow", { timeoutMs: 100 }).catch((error: unknown) => error);
    const next = exchange.ask("next", { timeoutMs: 500 }).catch((error: unknown) => error);
    await settle(clock);
    expect(await slow).toMatchObject({ code: "wire.timeout" });
    expect(await next).toMatchObject({ code: "wire.closed" });
    expect(near.isOpen).toBe(false);
  });

  test("lines that nobody asked for go to the listeners", async () => {
    const { clock, far, exchange } = open({});
    const got: string[] = [];
    exchange.onUnasked((line) => got.push(line));
    far.write(bytes("hello\r\n"));
    await settle(clock);
    expect(got).toEqual(["hello"]);
  });
});

describe("TCP", () => {
  const linkClock = createRealClock();

  test("carries bytes both ways, and both ends hear of the close", async () => {
    const streams: ByteStream[] = [];
    const server = await serveTcp({
      host: "127.0.0.1",
      port: 0,
      onStream(stream) {
        streams.push(stream);
        stream.onData((chunk) => stream.write(bytes(text(chunk).toUpperCase())));
      },
    });
    const stream = await connectTcp({ host: "127.0.0.1", port: server.port, linkClock });
    const exchange = createLineExchange(stream, { linkClock, terminator: "\n" });
    expect(await exchange.ask("hello", { timeoutMs: 5_000 })).toEqual(["HELLO"]);
    const closed = new Promise<void>((resolve) => void stream.onClose(resolve));
    await server.close();
    await closed;
    expect([stream.isOpen, streams.length]).toEqual([false, 1]);
    expect(() => stream.write(bytes("x"))).toThrow(expect.objectContaining({ code: "wire.closed" }));
  });

  test("a port where nobody listens is wire.unreachable, and a taken one wire.portUnavailable", async () => {
    const server = await serveTcp({ host: "127.0.0.1", port: 0, onStream: () => {} });
    const again = serveTcp({ host: "127.0.0.1", port: server.port, onStream: () => {} });
    await expect(again).rejects.toMatchObject({ code: "wire.portUnavailable" });
    await server.close();
    const refused = connectTcp({ host: "127.0.0.1", port: server.port, linkClock });
    await expect(refused).rejects.toMatchObject({ code: "wire.unreachable" });
  });
});
