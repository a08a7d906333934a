import { LabError, sleep, type Values } from "@labloop/contracts";
import { FaultError, type OperationContext } from "@labloop/driver";
import { matches, valuesIn } from "./answer.ts";
import { numbersOf } from "./block.ts";
import type { ReadStep, TextOperation } from "./declaration.ts";
import type { TextSession } from "./session.ts";
import { converted, fill } from "./template.ts";

/** Returns the results of an act, read as declared; throws a declared fault, or `text.unreadable`. */
export async function readResult(
  session: TextSession,
  operation: TextOperation,
  params: Values,
  context: OperationContext,
): Promise<Values> {
  const result: Values = {};
  for (const step of operation.read) Object.assign(result, await readStep(session, operation, step, params, context));
  const missing = Object.keys(operation.result).filter((name) => result[name] === undefined);
  if (missing.length > 0) throw new LabError("text.unreadable", `the answers leave out ${missing.join(", ")}`);
  return result;
}

async function readStep(
  { exchange }: TextSession,
  operation: TextOperation,
  step: ReadStep,
  params: Values,
  { labClock, linkClock, signal }: OperationContext,
): Promise<Values> {
  const line = fill(step.ask, params, operation.params);
  if ("block" in step) {
    const spec = operation.result[step.block];
    if (spec?.type !== "series") throw new LabError("text.noSeries", `${step.block} is no series`);
    const numbers = numbersOf(await exchange.askBlock(line, step.answerMs), step.as, step.order);
    const { unit } = spec;
    return { [step.block]: { values: numbers.map((one) => converted(one, step.unit ?? unit, unit)), unit } };
  }
  const giveUpAt = labClock.now() + step.patienceMs;
  // In a lab that runs faster than life, answers still take their time on the wire.
  const answeredBy = linkClock.now() + step.everyMs;
  for (;;) {
    const answer = await exchange.ask(line, step.answerMs);
    const values = valuesIn(answer, step.answer, operation.result, step.units);
    if (values !== null) return values;
    const isLate = labClock.now() >= giveUpAt && linkClock.now() >= answeredBy;
    if (step.again !== undefined && matches(step.again, answer) && !isLate) {
      await sleep(labClock, step.everyMs, signal);
      continue;
    }
    for (const [name, fault] of Object.entries(step.faults)) {
      if (matches(fault.answer, answer)) throw faultOf(name, fault.message, answer);
    }
    throw isLate
      ? faultOf("notReady", `no result within ${step.patienceMs} ms; the last word was "${answer}"`, answer)
      : faultOf("unreadable", `asked "${line}", the instrument said "${answer}"`, answer);
  }
}

/** Reading moves nothing. */
function faultOf(name: string, message: string, answer: string): FaultError {
  return new FaultError({ code: `text.${name}`, message, physical: "none" }, message, { answer });
}
