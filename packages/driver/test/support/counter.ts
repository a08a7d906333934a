import type { Clock } from "@labloop/contracts";
import { sleep } from "@labloop/contracts";
import * as z from "zod";
import {
  type ByteStream,
  createLineExchange,
  createLineReader,
  type DeviceDefinition,
  type LineExchange,
  type Operation,
} from "../../src/index.ts";

/** What a plant does with one line instead of answering it. */
type Mischief = "drop before" | "drop after" | "mute";

/**
 * A machine that stamps a part and counts its strokes: the ground truth, outside the driver's memory. It goes on when the
 * driver dies, and what it has done stays done.
 */
export interface CounterPlant {
  /** Strokes by tag; a tag is the command id. */
  readonly strokes: Map<string, number>;
  /** Tags of strokes that were stopped before their end. */
  readonly cutShort: Set<string>;
  /** The tag of the stroke that goes on now; null for none. */
  underWay(): string | null;
  /** Every line that came in. */
  readonly heard: string[];
  /** Asked before each line. */
  mischief: (line: string) => Mischief | null;
  isReachable: boolean;
  attach(stream: ByteStream): void;
  /** Breaks the connections that there are. */
  hangUp(): void;
}

export function createCounterPlant(clock: Clock): CounterPlant {
  const strokes = new Map<string, number>();
  const cutShort = new Set<string>();
  const heard: string[] = [];
  const streams = new Set<ByteStream>();
  let total = 0;
  let busyWith: string | null = null;
  let stopAct = () => {};
  /** When the stroke ends, or how much of it is left while it is paused. */
  let endsAt = 0;
  let leftMs: number | null = null;
  const goOn = (ms: number) => {
    endsAt = clock.now() + ms;
    leftMs = null;
    stopAct = clock.at(endsAt, () => {
      busyWith = null;
    });
  };

  const answerTo = (line: string): string => {
    const [verb = "", tag = "", durationMs = "0"] = line.split(" ");
    switch (verb) {
      case "HELLO":
        return "COUNTER 1.4 SN42";
      case "COUNT?":
        return `${total} ${busyWith ?? "-"}`;
      case "STROKE": {
        strokes.set(tag, (strokes.get(tag) ?? 0) + 1);
        total++;
        busyWith = tag;
        goOn(Number(durationMs));
        return "OK";
      }
      case "PAUSE":
        stopAct();
        if (busyWith !== null) leftMs ??= endsAt - clock.now();
        return "OK";
      case "RESUME":
        if (leftMs !== null) goOn(leftMs);
        return "OK";
      case "CUT?":
        return cutShort.has(tag) ? "yes" : "no";
      case "STOP":
        stopAct();
        if (busyWith !== null) cutShort.add(busyWith);
        busyWith = null;
        return "STOPPED";
      default:
        return "?";
    }
  };

  const plant: CounterPlant = {
    strokes,
    cutShort,
    underWay: () => busyWith,
    heard,
    mischief: () => null,
    isReachable: true,
    attach(stream) {
      streams.add(stream);
      stream.onClose(() => streams.delete(stream));
      createLineReader(stream, { terminator: "\n" }).onLine((line) => {
        heard.push(line);
        const mischief = plant.mischief(line);
        if (mischief === "drop before") {
          stream.close();
          return;
        }
        const answer = answerTo(line);
        if (mischief === "drop after") stream.close();
        else if (mischief === null) stream.write(Buffer.from(`${answer}\n`));
      });
    },
    hangUp() {
      for (const stream of streams) stream.close();
    },
  };
  return plant;
}

interface Session {
  readonly exchange: LineExchange;
  readonly serial: string;
  readonly firmware: string;
}

const timeoutMs = 500;
const ask = async (session: Session, line: string) => (await session.exchange.ask(line, { timeoutMs }))[0] ?? "";

const stroke: Operation<Session> = {
  title: "One stroke",
  version: "1",
  params: {
    tag: { type: "string", pattern: "^\\S+$" },
    force: { type: "quantity", unit: "N", minimum: 1, maximum: 100 },
    duration: { type: "quantity", unit: "ms", minimum: 0 },
  },
  result: { count: { type: "integer" } },
  duration: { typicalMs: 1_000, maxMs: 60_000 },
  async baseline(session) {
    const [count, busyWith] = (await ask(session, "COUNT?")).split(" ");
    // The counter goes up when a stroke begins: while one is under way, whoever began it, no baseline tells strokes apart.
    if (busyWith !== "-") throw new Error(`the counter is busy with ${busyWith}`);
    return { count: Number(count) };
  },
  async start(session, params) {
    const { tag, duration } = z.object({ tag: z.string(), duration: z.object({ value: z.number() }) }).parse(params);
    await ask(session, `STROKE ${tag} ${duration.value}`);
  },
  async watch(session, params, _baseline, context) {
    for (;;) {
      const [count, busyWith] = (await ask(session, "COUNT?")).split(" ");
      if (busyWith === "-") return { state: "succeeded", result: { count: Number(count) }, executed: params };
      context.progress(0.5);
      await sleep(context.labClock, 100, context.signal);
    }
  },
  async probe(session, params, baseline) {
    const [count, busyWith] = (await ask(session, "COUNT?")).split(" ");
    const evidence = { count: Number(count), before: baseline["count"] ?? null };
    if (busyWith !== "-") return { outcome: "running", decisive: true, evidence };
    if (Number(count) === baseline["count"])
      return { outcome: "not-happened", decisive: true, isUnbegun: true, evidence };
    const ending = { state: "succeeded", result: { count: Number(count) }, executed: params } as const;
    return { outcome: "happened", decisive: true, evidence, ending };
  },
};

const telling: Operation<Session> = {
  ...stroke,
  async probe(session, params, baseline, context) {
    const { tag } = z.object({ tag: z.string() }).parse(params);
    const finding = await stroke.probe(session, params, baseline, context);
    if (finding.outcome !== "happened") return finding;
    const isCut = (await ask(session, `CUT? ${tag}`)) === "yes";
    return isCut ? { outcome: "partial", decisive: true, evidence: finding.evidence } : { ...finding, isWhole: true };
  },
};

/** A device with one act and four ways to know, or not, what became of it. */
export const counterDevice: DeviceDefinition<{ greeting: string }, Session> = {
  kind: "test-counter",
  driverVersion: "1.0.0",
  capability: "counter",
  title: { en: "Counter", ja: "計数器" },
  provenance: { manual: "test/support/counter.ts", metHardware: false },
  config: z.strictObject({ greeting: z.string() }),
  async connect(stream, config, context): Promise<Session> {
    const exchange = createLineExchange(stream, { linkClock: context.linkClock, terminator: "\n" });
    const [answer = ""] = await exchange.ask(config.greeting, { timeoutMs });
    const [, firmware = "", serial = ""] = answer.split(" ");
    return { exchange, firmware, serial };
  },
  identify: ({ serial, firmware }) => ({ serial, firmware }),
  async halt(session) {
    await ask(session, "STOP");
  },
  operations: {
    stroke,
    /** Can tell afterwards whether it was cut short. */
    telling,
    /** Goes on watching whatever it is told, and takes a stroke that is over for one that was done. */
    stubborn: {
      ...telling,
      async watch(session, params, _baseline, { labClock }) {
        for (;;) {
          const [count, busyWith] = (await ask(session, "COUNT?")).split(" ");
          if (busyWith === "-") return { state: "succeeded", result: { count: Number(count) }, executed: params };
          await sleep(labClock, 10);
        }
      },
    },
    /** Begins only after questions, without a look at what has come meanwhile. */
    careless: {
      ...telling,
      async start(session, params, baseline, context) {
        await ask(session, "COUNT?");
        await ask(session, "COUNT?");
        await telling.start(session, params, baseline, context);
      },
    },
    /** May be stopped. */
    press: {
      ...stroke,
      async stop(session) {
        await ask(session, "STOP");
        return {
          state: "failed",
          physical: "partial",
          error: { code: "test.stopped", message: "stopped", class: "crash" },
        };
      },
    },
    /** May be paused. */
    patient: {
      ...telling,
      async pause(session) {
        await ask(session, "PAUSE");
      },
      async resume(session) {
        await ask(session, "RESUME");
      },
    },
    /** Cannot tell afterwards. */
    blind: { ...stroke, probe: async () => ({ outcome: "unknown", decisive: false, evidence: {} }) },
    /** Cannot even look. */
    broken: {
      ...stroke,
      probe: async () => {
        throw new Error("the driver cannot look");
      },
    },
    /** Promises one thing and returns another. */
    liar: { ...stroke, result: { count: { type: "quantity", unit: "N" } } },
    look: { ...stroke, retryClass: "idempotent" },
    /** A person pulls the lever, and says what the counter showed. */
    byHand: {
      ...stroke,
      asks: { instructions: { en: "Pull the lever once and read the counter." }, fields: {} },
      baseline: async () => ({}),
      start: async () => {},
      async watch(_session, params, _baseline, context) {
        const { answer, by } = await context.answer();
        const evidence = { answeredBy: by };
        if (answer.as === "done") {
          return { state: "succeeded", result: answer.result, executed: answer.executed ?? params, evidence };
        }
        const error = { code: "test.notDone", message: answer.reason, class: "crash" };
        return { state: "failed", physical: "none", error, evidence };
      },
      probe: async () => ({ outcome: "running", decisive: true, evidence: {} }),
    },
  },
};
