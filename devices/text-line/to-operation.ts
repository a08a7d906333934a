import { LabError, sleep, type Values } from "@labloop/contracts";
import { type Ending, FaultError, type Operation, type OperationContext, unprobed } from "@labloop/driver";
import { matches } from "./answer.ts";
import type { TextDeclaration, TextOperation } from "./declaration.ts";
import { lookFor, noteBefore, wasCounted } from "./probe.ts";
import { readResult } from "./read-result.ts";
import { drainErrors, sendAtOnce, type TextSession } from "./session.ts";
import { fill, sentOf } from "./template.ts";

/** Returns the operation that the kit carries out, of one that is declared and was checked. */
export function toOperation(declared: TextDeclaration, operation: TextOperation): Operation<TextSession> {
  const { title, description, version, params: specs, result, retryClass, duration, probe, stop } = operation;
  // An instrument that complains of an act that must not be done twice may have begun it.
  const physical = retryClass === "non-repeatable" ? ("partial" as const) : ("none" as const);

  /** What an act was refused with, until it is watched: a refusal is an end, and no lost wire. */
  const refusals = new WeakMap<TextSession, Ending>();

  async function readEnd(session: TextSession, params: Values, context: OperationContext): Promise<Ending> {
    try {
      if (operation.settleMs !== undefined) await sleep(context.labClock, operation.settleMs, context.signal);
      return {
        state: "succeeded",
        result: await readResult(session, operation, params, context),
        executed: sentOf(operation.do, params, specs),
      };
    } catch (error) {
      if (error instanceof FaultError) return error.ending;
      throw error;
    }
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

    async baseline(session, params) {
      await drainErrors(session, declared);
      return probe === undefined ? {} : noteBefore(session, operation, probe, params);
    },

    async start(session, params, _baseline, { signal }) {
      const { exchange } = session;
      refusals.delete(session);
      for (const [index, step] of operation.do.entries()) {
        if ("tell" in step) {
          await exchange.tell(fill(step.tell, params, specs), signal);
          continue;
        }
        const line = fill(step.ask, params, specs);
        const answer = await exchange.ask(line, undefined, signal);
        if (
          matches(
            fill(step.answer, params, specs, (text) => RegExp.escape(text)),
            answer,
          )
        )
          continue;
        const refusal = Object.entries(step.faults).find(([, fault]) => matches(fault.answer, answer));
        if (refusal !== undefined) {
          const [name, { message, class: kind }] = refusal;
          const error = {
            code: `text.${name}`,
            message: `${message}: told "${line}", it said "${answer}"`,
            class: kind,
          };
          refusals.set(session, { state: "failed", physical: index === 0 ? "none" : "partial", error });
          return;
        }
        throw new LabError("text.refused", `told "${line}", the instrument said "${answer}"`);
      }
    },

    async watch(session, params, baseline, context) {
      const refusal = refusals.get(session);
      if (refusal !== undefined) return refusal;
      const errors = await drainErrors(session, declared);
      if (errors.length > 0) return failed("text.errorQueue", `the instrument says: ${errors.join("; ")}`, physical);
      const { until } = operation;
      if (until !== undefined) {
        const line = fill(until.ask, params, specs);
        for (;;) {
          const answer = await session.exchange.ask(line);
          if (matches(until.done, answer)) break;
          if (until.failed !== undefined && matches(until.failed, answer)) {
            return failed("text.failed", `the instrument says of its end: "${answer}"`, physical);
          }
          await sleep(context.labClock, until.everyMs, context.signal);
        }
        if (!(await wasCounted(session, operation, params, baseline))) {
          return failed(
            "text.notCounted",
            "it is at rest and has not counted the act: it was stopped before its end",
            physical,
          );
        }
      }
      return readEnd(session, params, context);
    },

    async probe(session, params, baseline, context) {
      if (probe === undefined) return unprobed(retryClass);
      const found = await lookFor(session, operation, probe, params, baseline);
      if (found.outcome !== "happened") return found;
      const { evidence, isWhole } = found;
      const { until } = operation;
      if (until !== undefined) {
        const answer = await session.exchange.ask(fill(until.ask, params, specs));
        if (!matches(until.done, answer)) {
          const hasFailed = until.failed !== undefined && matches(until.failed, answer);
          return { outcome: hasFailed ? "partial" : "running", decisive: true, evidence: { ...evidence, answer } };
        }
      }
      const ending = await readEnd(session, params, context);
      return { outcome: "happened", decisive: true, evidence, ending, isWhole };
    },

    ...(stop === undefined
      ? {}
      : {
          async stop(session: TextSession) {
            await sendAtOnce(session, stop);
            return failed("text.stopped", "the act was stopped before its end", "partial");
          },
        }),
  };
}

function failed(code: string, message: string, physical: "none" | "partial"): Extract<Ending, { state: "failed" }> {
  return { state: "failed", physical, error: { code, message, class: "instrument" } };
}
