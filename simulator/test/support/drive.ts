import { createRealClock, createVirtualClock, type VirtualClock } from "@labloop/clock";
import type { Clock, Values } from "@labloop/contracts";
import {
  type ByteStream,
  connectTcp,
  createStreamPair,
  type DeviceDefinition,
  type DriverContext,
  type OperationContext,
  type StreamPairOptions,
  serveTcp,
} from "@labloop/driver";
import type { Plant } from "../../src/world/plant-world.ts";

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** What a driver process has: a context, and a way to open the wire; thrown away to play a crash. */
export interface Bench<Config, Session> {
  readonly clock: VirtualClock;
  /** Opens a wire to the plant and a driver session on it. */
  open(options?: StreamPairOptions): Promise<Visit<Session>>;
  /** Opens a bare wire to the plant: a person at the machine, or a test that reads bytes. */
  wire(options?: StreamPairOptions): ByteStream;
  readonly definition: DeviceDefinition<Config, Session>;
}

export interface Visit<Session> {
  readonly session: Session;
  readonly stream: ByteStream;
  readonly context: OperationContext;
  readonly progress: readonly number[];
  /** Ends the driver process: its waits end, its wire breaks. */
  readonly crash: () => void;
}

/** 2026-01-05T08:00:00Z: any fixed instant. */
export const morning = 1_767_600_000_000;

/** Returns a bench in virtual time. */
export function benchOf<Config, Session>(
  definition: DeviceDefinition<Config, Session>,
  config: unknown,
  clock: VirtualClock,
  plant: Plant,
): Bench<Config, Session> {
  const checked = definition.config.parse(config);
  const wire = (options?: StreamPairOptions) => {
    const [near, far] = createStreamPair(clock, options);
    plant.attach(far);
    return near;
  };
  return {
    definition,
    clock,
    wire,
    async open(options) {
      return visit(definition, checked, wire(options), clock);
    },
  };
}

/** Opens a driver session over a stream. */
export async function visit<Config, Session>(
  definition: DeviceDefinition<Config, Session>,
  config: Config,
  stream: ByteStream,
  clock: Clock,
): Promise<Visit<Session>> {
  const watching = new AbortController();
  const progress: number[] = [];
  const base: DriverContext = { deviceId: "device-1", labClock: clock, linkClock: clock, log: quiet };
  const context: OperationContext = {
    ...base,
    commandId: "command-1",
    signal: watching.signal,
    progress: (fraction) => void progress.push(fraction),
    partial: () => {},
    answer: () => new Promise<never>(() => {}),
  };
  const session = await definition.connect(stream, config, base);
  return {
    session,
    stream,
    context,
    progress,
    crash() {
      watching.abort(new Error("the driver process is gone"));
      stream.close();
    },
  };
}

/** Lets virtual time run until `act` is settled; fails when it never can be. */
export async function inTime<Result>(clock: VirtualClock, act: Promise<Result>): Promise<Result> {
  let isSettled = false;
  const outcome = act.then(
    (value) => ({ isOk: true as const, value }),
    (error: unknown) => ({ isOk: false as const, error }),
  );
  void outcome.then(() => {
    isSettled = true;
  });
  if ((await clock.run(() => isSettled)) === "idle") throw new Error("everything waits, and no timer is left");
  const settled = await outcome;
  if (settled.isOk) return settled.value;
  throw settled.error;
}

/** Lets virtual time pass with nobody connected. */
export async function pass(clock: VirtualClock, ms: number): Promise<void> {
  const end = clock.now() + ms;
  clock.at(end, () => {});
  await clock.run(() => clock.now() >= end);
}

/** Runs a whole operation as the kit would. */
export async function carryOut<Config, Session>(
  bench: Bench<Config, Session>,
  op: string,
  params: Values,
  { session, context }: Visit<Session>,
) {
  const operation = operationOf(bench.definition, op);
  const baseline = journaled(await operation.baseline(session, params, context));
  await operation.start(session, params, baseline, context);
  return operation.watch(session, params, baseline, context);
}

export function operationOf<Config, Session>(definition: DeviceDefinition<Config, Session>, op: string) {
  const operation = definition.operations[op];
  if (operation === undefined) throw new Error(`${definition.kind} has no operation ${op}`);
  return operation;
}

/** What the device journal would give back. */
export function journaled<Value>(evidence: Value): Value {
  return JSON.parse(JSON.stringify(evidence)) as Value;
}

/** Serves a plant on loopback TCP and returns a stream to it, with both to be closed. */
export async function overTcp(plant: Plant) {
  const linkClock = createRealClock();
  const server = await serveTcp({ host: "127.0.0.1", port: 0, onStream: (stream) => plant.attach(stream) });
  const stream = await connectTcp({ host: "127.0.0.1", port: server.port, linkClock });
  return { stream, linkClock, server };
}

export function virtualMorning(): VirtualClock {
  return createVirtualClock(morning);
}

/** The same end of a wire, with something in the way of what it writes. */
export function withWrite(stream: ByteStream, write: (bytes: Uint8Array) => void): ByteStream {
  return {
    get isOpen() {
      return stream.isOpen;
    },
    onData: (listener) => stream.onData(listener),
    onClose: (listener) => stream.onClose(listener),
    close: () => stream.close(),
    write,
  };
}

/** Reads lines off a bare wire. */
export function listen(stream: ByteStream): { readonly lines: string[]; readonly say: (line: string) => void } {
  const lines: string[] = [];
  let rest = "";
  stream.onData((chunk) => {
    rest += Buffer.from(chunk).toString("utf8");
    const parts = rest.split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
  });
  return { lines, say: (line) => stream.write(Buffer.from(`${line}\n`, "utf8")) };
}
