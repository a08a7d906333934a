import { Agent, request } from "node:http";
import { createMemoryBroker } from "@labloop/bus";
import { createRealClock, createSeededIds } from "@labloop/clock";
import { FeedHello, OperatorCommand, type OperatorDesk } from "@labloop/contracts";
import { openGateway } from "@labloop/gateway";
import { openJournal } from "@labloop/journal";
import * as fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { arbitraryOf } from "./arbitrary-of.ts";
import { hostileBytes } from "./mutate.ts";
import { runsOf } from "./runs.ts";
import { literalOf, membersOf } from "./schemas.ts";

/** A gateway over an empty journal; the desk keeps what it is given. */
async function openRig() {
  const clock = createRealClock();
  const journal = openJournal({ memory: true, cell: "main", holder: "x", leaseLifeMs: 10_000, monotonicNow: () => 0 });
  const taken: OperatorCommand[] = [];
  const alarms: string[] = [];
  const desk: OperatorDesk = {
    submit(command) {
      taken.push(command);
      return { ok: true, seq: taken.length };
    },
    explain: () => [],
  };
  const error = (_fields: object, message: string) => void alarms.push(message);
  const gateway = await openGateway({
    port: 0,
    desk,
    journal,
    bus: createMemoryBroker({ lab: "demo", clock }).connect({ clientId: "eng-main-1" }),
    labClock: clock,
    linkClock: clock,
    ids: createSeededIds(clock, 1, "gateway"),
    band: null,
    assets: "/nowhere",
    observationsCsv: "/nowhere",
    log: { debug() {}, info() {}, warn() {}, error },
  });
  const agent = new Agent({ keepAlive: true });
  onTestFinished(async () => {
    agent.destroy();
    await gateway.close();
    journal.close();
  });
  const ask = (path: string, body?: Uint8Array) =>
    new Promise<{ status: number; answer: unknown }>((resolve, reject) => {
      const headers = { "content-type": "application/json" };
      const asking = request(`${gateway.url}${path}`, { method: body === undefined ? "GET" : "POST", headers, agent });
      asking.on("error", reject);
      asking.on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, answer: JSON.parse(Buffer.concat(chunks).toString()) }),
        );
      });
      asking.end(body);
    });
  return { gateway, taken, alarms, ask };
}

const commands = membersOf(OperatorCommand);

/** A command as a page sends it: who asks is said by name alone. */
function posted(schema: (typeof commands)[number]): fc.Arbitrary<object> {
  return arbitraryOf(schema).map((command) => {
    const { by: _, confirmedBy, ...rest } = command as { by: object; confirmedBy?: { name: string } };
    return { name: "Ada", ...(confirmedBy === undefined ? {} : { confirmedBy: "Bea" }), ...rest };
  });
}

test("every command of the contract is taken as it was meant", async () => {
  const { taken, ask } = await openRig();
  for (const schema of commands) {
    await fc.assert(
      fc.asyncProperty(posted(schema), async (body) => {
        const count = taken.length;
        expect(await ask("/api/commands", Buffer.from(JSON.stringify(body)))).toMatchObject({ status: 200 });
        expect(taken).toHaveLength(count + 1);
        const { name: _, confirmedBy: _second, ...asked } = body as { name: string; confirmedBy?: string };
        expect(taken.at(-1)).toMatchObject(asked);
        expect(taken.at(-1)?.by).toEqual({ kind: "operator", name: "Ada" });
      }),
      runsOf(15),
    );
  }
  expect(new Set(taken.map(({ type }) => type))).toEqual(new Set(commands.map((schema) => literalOf(schema, "type"))));
});

test("a mangled body is refused with a sentence or is a whole command; it never breaks the server, and nothing of it is kept", async () => {
  const { taken, alarms, ask } = await openRig();
  const body = hostileBytes(fc.oneof(...commands.map(posted)));
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(body, async (bytes) => {
      const count = taken.length;
      const { status, answer } = await ask("/api/commands", bytes);
      if (status === 200) {
        expect(taken).toHaveLength(count + 1);
        expect(OperatorCommand.parse(taken.at(-1))).toEqual(taken.at(-1));
        return;
      }
      expect([400, 413]).toContain(status);
      expect(answer).toMatchObject({ ok: false, reason: expect.stringMatching(/ /) });
      expect(taken).toHaveLength(count);
      refused++;
    }),
    runsOf(800),
  );
  expect(refused).toBeGreaterThan(400);
  expect(alarms).toEqual([]);
  expect((await ask("/api/view")).status).toBe(200);
});

/** Says these frames to a feed, and returns why it was closed, or null when it was still open after a pulse. */
function say(url: string, frames: readonly (Uint8Array | string)[]): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace("http", "ws")}/feed`);
    socket.on("error", reject);
    socket.on("open", () => {
      for (const frame of frames) socket.send(frame);
      // A ping is answered in its turn: then all that came before it has been heard.
      socket.ping();
    });
    socket.on("pong", () => socket.terminate());
    socket.on("close", (code, reason) => resolve(code === 1006 ? null : `${code} ${reason.toString()}`));
  });
}

test("a mangled hello parts with its watcher alone; the feed goes on, and commands nothing", async () => {
  const { gateway, taken, alarms, ask } = await openRig();
  const hello = arbitraryOf(FeedHello);
  const frame = fc.oneof(
    hostileBytes(hello).map((bytes) => Buffer.from(bytes).toString()),
    hostileBytes(hello),
    hostileBytes(fc.oneof(...commands.map(posted))).map((bytes) => Buffer.from(bytes).toString()),
  );
  let parted = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 4 }), async (frames) => {
      const closed = await say(gateway.url, frames);
      const isHello = frames.every((one) => typeof one === "string" && isFeedHello(one));
      if (!isHello) {
        expect(closed).toMatch(/^(1008|1009) /);
        parted++;
      } else expect(closed).toBeNull();
    }),
    runsOf(200),
  );
  expect(parted).toBeGreaterThan(100);
  expect(taken).toEqual([]);
  expect(alarms).toEqual([]);
  expect((await ask("/api/view")).status).toBe(200);
});

function isFeedHello(text: string): boolean {
  try {
    return FeedHello.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}
