import { expect, test } from "vitest";
import * as z from "zod";
import {
  choice,
  type ContextFor,
  defineDevice,
  defineFaults,
  integer,
  quantity,
  series,
  text,
} from "../../src/index.ts";

// `npm run check:types` is what tests these: a line marked as an error that compiles is itself an error.

const frame = {
  kind: "test-pump",
  driverVersion: "1.0.0",
  capability: "pump",
  title: { en: "Pump", ja: "ポンプ" },
  manual: "none",
  config: z.strictObject({ stepsPerUl: z.number() }),
  connect: async () => ({ ask: async (line: string) => line }),
  identify: () => ({ serial: null, firmware: null }),
};
const act = { title: "Dose", version: "1.0.0", duration: { typicalMs: 1, maxMs: 2 } } as const;
const volume = { volume: quantity("uL", { min: 1, max: 500 }) };
const long = {
  baseline: async () => ({}),
  start: async () => {},
  watch: async (_s: unknown, _p: unknown, { done }: ContextFor<{ params: typeof volume; result: {} }>) => done({}),
  probe: async () => ({ outcome: "unknown", decisive: false, evidence: {} }) as const,
};

test("units are a closed table, alone, in products and with powers", () => {
  for (const unit of [quantity("mL/min"), quantity("g/cm^3"), quantity("N*mm"), series("1/min"), quantity("%")]) {
    expect(unit.unit).not.toBe("");
  }
  // @ts-expect-error -- UL is no unit
  quantity("UL");
  // @ts-expect-error -- no unit after the slash
  quantity("mL/");
  // @ts-expect-error -- a word is no unit
  series("newton");
  // @ts-expect-error -- a product of a unit and something else
  quantity("N*foo");
});

test("a result of another unit, another name or another kind does not compile, and neither does one that is missing", () => {
  const of = {
    ...act,
    retryClass: "retry-safe",
    params: volume,
    result: { mass: quantity("g"), mode: choice(["a", "b"]) },
  } as const;
  const right = defineDevice({
    ...frame,
    operations: {
      dose: { ...of, run: async (_s, _p, { done }) => done({ mass: { value: 1, unit: "g" }, mode: "a" }) },
    },
  });
  expect(Object.keys(right.operations)).toEqual(["dose"]);
  defineDevice({
    ...frame,
    operations: {
      // @ts-expect-error -- mg is not g
      dose: { ...of, run: async (_s, _p, { done }) => done({ mass: { value: 1, unit: "mg" }, mode: "a" }) },
    },
  });
  defineDevice({
    ...frame,
    operations: {
      // @ts-expect-error -- mode is missing
      dose: { ...of, run: async (_s, _p, { done }) => done({ mass: { value: 1, unit: "g" } }) },
    },
  });
  defineDevice({
    ...frame,
    operations: {
      // @ts-expect-error -- there is no such result
      dose: { ...of, run: async (_s, _p, { done }) => done({ mass: { value: 1, unit: "g" }, mode: "a", colour: 1 }) },
    },
  });
  defineDevice({
    ...frame,
    operations: {
      // @ts-expect-error -- c is no choice
      dose: { ...of, run: async (_s, _p, { done }) => done({ mass: { value: 1, unit: "g" }, mode: "c" }) },
    },
  });
});

test("parameters are known by name and unit, the session by what connect returns", () => {
  const of = { ...act, retryClass: "idempotent", result: {} } as const;
  const definition = defineDevice({
    ...frame,
    operations: {
      dose: {
        ...of,
        params: { ...volume, count: integer(), label: text() },
        async run(session, params, { done }) {
          const unit: "uL" = params.volume.unit;
          const parts: [number, number, string] = [params.volume.value, params.count, params.label];
          await session.ask(`${parts.join(" ")} ${unit}`);
          // @ts-expect-error -- there is no such parameter
          const rate = params.rate as unknown;
          // @ts-expect-error -- the volume is in uL
          const other: "mL" = params.volume.unit;
          // @ts-expect-error -- the session has no such method
          session.tell?.(`${String(rate)}${other}`);
          return done({});
        },
      },
    },
  });
  expect(definition.operations["dose"]?.retryClass).toBe("idempotent");
});

test("a function may stand elsewhere and name its session and its parameters; those of another unit do not compile", () => {
  interface Session {
    readonly serial: string;
  }
  const note = async ({ serial }: Session, { volume: dose }: { volume: { value: number; unit: "uL" } }) => ({
    serial,
    dose: dose.value,
  });
  const noteOther = async (_session: Session, _params: { volume: { value: number; unit: "mL" } }) => ({});
  const connect = async (stream: { close(): void }): Promise<Session> => ({ serial: typeof stream.close });
  const of = { ...act, params: volume, result: {} } as const;
  const right = defineDevice({
    ...frame,
    connect: (stream, _config) => connect(stream),
    identify: ({ serial }) => ({ serial, firmware: null }),
    operations: {
      dose: { ...of, ...long, baseline: note },
    },
  });
  expect(right.operations["dose"]?.baseline).toBeTypeOf("function");
  defineDevice({
    ...frame,
    connect: (stream, _config) => connect(stream),
    operations: {
      // @ts-expect-error -- the volume is in uL
      dose: { ...of, ...long, baseline: noteOther },
    },
  });
});

test("a non-repeatable act does not compile without a probe, nor a counted one without its state or its result", () => {
  const of = { ...act, params: volume, result: {} } as const;
  const state = async () => ({ isBusy: false, count: 1 });
  const start = async () => null;
  const right = defineDevice({
    ...frame,
    operations: {
      dose: { ...of, start: ({ ask }, { volume: { value } }) => ask(`${value}`), probe: { rises: "begin", state } },
      fill: {
        ...of,
        result: volume,
        start: ({ ask }) => ask("F"),
        probe: { rises: "end", state },
        finish: async (_s, { volume: filled }, { done }) => done({ volume: filled }),
        stop: ({ ask }) => ask("S"),
      },
      move: { ...of, ...long },
    },
  });
  expect(Object.values(right.operations).map(({ probes }) => probes)).toEqual([true, true, undefined]);
  const wrong = [
    () =>
      defineDevice({
        ...frame,
        operations: {
          // @ts-expect-error -- no probe
          dose: { ...of, run: async (_s, _p, { done }) => done({}) },
        },
      }),
    () =>
      defineDevice({
        ...frame,
        operations: {
          // @ts-expect-error -- who counts?
          dose: { ...of, start, probe: { rises: "begin" } },
        },
      }),
    () =>
      defineDevice({
        ...frame,
        operations: {
          // @ts-expect-error -- it does not say when its counter rises
          dose: { ...of, start, probe: { state } },
        },
      }),
    () =>
      defineDevice({
        ...frame,
        operations: {
          // @ts-expect-error -- nobody reads the result
          dose: { ...of, result: volume, start, probe: { rises: "begin", state } },
        },
      }),
    () =>
      defineDevice({
        ...frame,
        operations: {
          // @ts-expect-error -- the long form needs all four
          dose: { ...of, baseline: long.baseline, start, watch: long.watch },
        },
      }),
  ];
  for (const define of wrong) expect(define).toThrow("the operation dose");
});

test("a fault is raised by its name, with what its message has places for", () => {
  const faults = defineFaults("pump", {
    stalled: { message: "it stalled at {pressure} bar", hint: "look for a clog", physical: "partial" },
    empty: { message: "the syringe is empty", physical: "none" },
  });
  expect(faults.stalled({ pressure: 8 }).ending).toMatchObject({
    physical: "partial",
    error: { code: "pump.stalled", message: "it stalled at 8 bar; look for a clog" },
  });
  expect(faults.empty().message).toBe("the syringe is empty");
  // @ts-expect-error -- the pressure is missing
  faults.stalled();
  // @ts-expect-error -- no such place in the message
  faults.stalled({ volume: 8 });
  // @ts-expect-error -- no such fault
  expect(faults.broken).toBeUndefined();
});

test("a calibration names results that there are", () => {
  const of = { ...act, retryClass: "retry-safe", params: {}, result: { mass: quantity("g") } } as const;
  const { calibration } = defineDevice({
    ...frame,
    operations: { weigh: { ...of, run: async (_s, _p, { done }) => done({ mass: { value: 1, unit: "g" } }) } },
    calibration: { values: ["weigh.mass"], everyDays: 365, method: "a known mass", renew: { operation: "weigh" } },
  });
  expect(calibration?.values).toEqual(["weigh.mass"]);
  defineDevice({
    ...frame,
    operations: { weigh: { ...of, run: async (_s, _p, { done }) => done({ mass: { value: 1, unit: "g" } }) } },
    // @ts-expect-error -- weigh returns no volume
    calibration: { values: ["weigh.volume"], everyDays: 365, method: "a known mass" },
  });
  defineDevice({
    ...frame,
    operations: { weigh: { ...of, run: async (_s, _p, { done }) => done({ mass: { value: 1, unit: "g" } }) } },
    // @ts-expect-error -- there is no such operation
    calibration: { values: ["weigh.mass"], everyDays: 365, method: "a known mass", renew: { operation: "zero" } },
  });
});

test("a duration follows from parameters that are numbers, and from no other", () => {
  const run = { title: "Dose", version: "1.0.0", retryClass: "idempotent", result: {} } as const;
  const params = { ...volume, rate: quantity("uL/s"), label: text() };
  const limits = { typicalMs: 1, maxMs: 2 };
  const right = defineDevice({
    ...frame,
    operations: {
      dose: {
        ...run,
        params,
        duration: { ...limits, byParams: { baseMs: 5, terms: [{ ms: 1_000, of: ["volume"], per: ["rate"] }] } },
        run: async (_s, _p, { done }) => done({}),
      },
    },
  });
  expect(right.operations["dose"]?.duration.byParams?.terms).toHaveLength(1);
  defineDevice({
    ...frame,
    operations: {
      dose: {
        ...run,
        params,
        // @ts-expect-error -- a label is no number
        duration: { ...limits, byParams: { baseMs: 5, terms: [{ ms: 1_000, of: ["label"] }] } },
        run: async (_s, _p, { done }) => done({}),
      },
    },
  });
});
