import { LabError, sleep, type Values } from "@labloop/contracts";
import {
  type Ending,
  type Evidence,
  type Finding,
  judgeCounter,
  type Operation,
  type OperationContext,
  unprobed,
} from "@labloop/driver";
import * as z from "zod";
import type { ModbusDeclaration, ModbusOperation, Write } from "./declaration.ts";
import { executedOf, holds, type ModbusSession, registerOf, resultOf, wordsOf } from "./session.ts";

const Counted = z.object({ count: z.number() });
const Read = z.object({ before: z.array(z.array(z.number())) });

/** Returns the operation that the kit carries out, of one that is declared and was checked. */
export function toOperation(declared: ModbusDeclaration, operation: ModbusOperation): Operation<ModbusSession> {
  const { title, description, version, params: specs, result, retryClass, duration, probe, stop } = operation;

  const readBack = (session: ModbusSession) => inTurn(operation.write, ({ register }) => session.readWords(register));
  const isRunning = async (session: ModbusSession, params: Values) =>
    probe !== undefined &&
    "counter" in probe &&
    probe.running !== undefined &&
    (await holds(session, declared, probe.running, params, specs));

  async function finish(
    session: ModbusSession,
    params: Values,
    { labClock, signal }: OperationContext,
  ): Promise<Ending> {
    if (operation.settleMs !== undefined) await sleep(labClock, operation.settleMs, signal);
    const values: Values = {};
    for (const [name, register] of Object.entries(operation.read)) {
      const spec = result[name];
      if (spec === undefined) continue;
      values[name] = resultOf(await session.read(register), registerOf(declared, register), spec);
    }
    return { state: "succeeded", result: values, executed: executedOf(declared, operation.write, params, specs) };
  }

  async function compare(session: ModbusSession, params: Values, baseline: Evidence): Promise<Finding | "happened"> {
    const { before } = Read.parse(baseline);
    const wanted = operation.write.map((write) => wordsOf(declared, write, params, specs));
    const now = await readBack(session);
    const evidence = { before, wanted, now };
    const wasSo = isSame(before, wanted);
    if (isSame(now, wanted) && !wasSo) return "happened";
    if (isSame(now, before) && !wasSo) return { outcome: "not-happened", decisive: true, evidence };
    const why = wasSo ? "it stood so before, too" : "it stands as neither this act nor the state before it explains";
    return { outcome: "unknown", decisive: false, evidence: { ...evidence, why } };
  }

  async function count(
    session: ModbusSession,
    { counter, rises }: Extract<NonNullable<typeof probe>, { counter: unknown }>,
    params: Values,
    baseline: Evidence,
  ): Promise<Finding | "happened"> {
    const before = Counted.parse(baseline).count;
    const isAtIt = await isRunning(session, params);
    const now = await session.read(counter);
    return judgeCounter(rises, { before, now, isAtIt });
  }

  return {
    title,
    ...(description === undefined ? {} : { description }),
    version,
    params: specs,
    result,
    retryClass,
    duration,
    probes: probe !== undefined || retryClass === "retry-safe",

    async baseline(session, params): Promise<Evidence> {
      if (probe === undefined) return {};
      if ("readBack" in probe) return { before: await readBack(session) };
      if (await isRunning(session, params))
        throw new LabError("modbus.busy", `the instrument is still at it: "${title}" waits`);
      return { count: await session.read(probe.counter) };
    },

    async start(session, params, _baseline, { signal }) {
      // All of them first, so that nothing is written when one cannot be.
      const words = operation.write.map((write) => [write.register, wordsOf(declared, write, params, specs)] as const);
      await inTurn(words, ([register, values]) => session.write(register, values, signal));
    },

    async watch(session, params, baseline, context) {
      const { until, failed: broken } = operation;
      const isBroken = async () => broken !== undefined && (await holds(session, declared, broken, params, specs));
      for (;;) {
        if (await isBroken()) return failed("modbus.failed", `${broken?.register} says that the act has failed`);
        if (until === undefined || (await holds(session, declared, until, params, specs))) break;
        await sleep(context.labClock, until.everyMs, context.signal);
      }
      const isCounted = probe === undefined || !("counter" in probe) || until === undefined || probe.rises === "begin";
      if (!isCounted && (await session.read(probe.counter)) === Counted.parse(baseline).count) {
        return failed("modbus.notCounted", "it is at rest and has not counted the act: it was stopped before its end");
      }
      return finish(session, params, context);
    },

    async probe(session, params, baseline, context) {
      if (probe === undefined) return unprobed(retryClass);
      const found =
        "readBack" in probe ? await compare(session, params, baseline) : await count(session, probe, params, baseline);
      if (found !== "happened") return found;
      if (operation.failed !== undefined && (await holds(session, declared, operation.failed, params, specs))) {
        return { outcome: "partial", decisive: true, evidence: { failed: operation.failed.register } };
      }
      const { until } = operation;
      if (until !== undefined && !(await holds(session, declared, until, params, specs))) {
        return { outcome: "running", decisive: true, evidence: { why: `${until.register} is not there yet` } };
      }
      const ending = await finish(session, params, context);
      return { outcome: "happened", decisive: true, evidence: { ...baseline }, ending };
    },

    ...(stop === undefined
      ? {}
      : {
          async stop(session: ModbusSession) {
            await writeAll(session, declared, stop);
            return failed("modbus.stopped", "the act was stopped before its end");
          },
        }),
  };
}

/** Writes fixed values, in order. */
export async function writeAll(
  session: ModbusSession,
  declared: ModbusDeclaration,
  writes: readonly Write[],
): Promise<void> {
  await inTurn(writes, (write) => session.write(write.register, wordsOf(declared, write, {}, {})));
}

async function inTurn<From, To>(all: readonly From[], act: (one: From) => Promise<To>): Promise<To[]> {
  const results: To[] = [];
  for (const one of all) results.push(await act(one));
  return results;
}

function isSame(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function failed(code: string, message: string): Extract<Ending, { state: "failed" }> {
  return { state: "failed", physical: "partial", error: { code, message, class: "instrument" } };
}
