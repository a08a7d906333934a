import { LabError, type Value, type Values } from "@labloop/contracts";
import { type Evidence, type Finding, judgeCounter } from "@labloop/driver";
import * as z from "zod";
import { matches, numberOrNull, valuesIn } from "./answer.ts";
import type { TextOperation, TextProbe } from "./declaration.ts";
import type { TextSession } from "./session.ts";
import { fill } from "./template.ts";

const Counted = z.object({ count: z.number() });
const Read = z.object({ before: z.record(z.string(), z.unknown()) });

/** What the evidence says; an end has still to be put to what happened. */
export type Found =
  | { readonly outcome: "happened"; readonly isWhole: boolean; readonly evidence: Evidence }
  | Exclude<Finding, { outcome: "happened" }>;

/** Returns what will later tell whether the act took place; throws `text.busy` when another one is still going on. */
export async function noteBefore(
  session: TextSession,
  operation: TextOperation,
  probe: TextProbe,
  params: Values,
): Promise<Evidence> {
  if ("counter" in probe) {
    if (await isRunning(session, operation, probe.running, params)) throw busy(operation);
    return { count: await count(session, operation, probe.counter, params) };
  }
  if ("readBack" in probe) return { before: (await readBack(session, operation, probe.readBack, params)) as Evidence };
  const answer = await session.exchange.ask(fill(probe.says.ask, params, operation.params));
  if (says(probe.says.running, answer, operation, params)) throw busy(operation);
  return { answer };
}

/** Returns what can be found out about an act whose end nobody saw; moves nothing. */
export async function lookFor(
  session: TextSession,
  operation: TextOperation,
  probe: TextProbe,
  params: Values,
  baseline: Evidence,
): Promise<Found> {
  if ("counter" in probe) return countUp(session, operation, probe, params, baseline);
  if ("readBack" in probe) return compare(session, operation, probe, params, baseline);
  const answer = await session.exchange.ask(fill(probe.says.ask, params, operation.params));
  const evidence = { answer };
  const { happened, notHappened, running } = probe.says;
  if (says(running, answer, operation, params)) return { outcome: "running", decisive: true, evidence };
  if (says(happened, answer, operation, params)) return { outcome: "happened", isWhole: true, evidence };
  if (says(notHappened, answer, operation, params)) return { outcome: "not-happened", decisive: true, evidence };
  return { outcome: "unknown", decisive: false, evidence };
}

async function countUp(
  session: TextSession,
  operation: TextOperation,
  { counter, rises, running }: Extract<TextProbe, { counter: unknown }>,
  params: Values,
  baseline: Evidence,
): Promise<Found> {
  const before = Counted.parse(baseline).count;
  const isAtIt = await isRunning(session, operation, running, params);
  const now = await count(session, operation, counter, params);
  const found = judgeCounter(rises, { before, now, isAtIt });
  // A count that rises with the end tells of a whole act, one that rises with the beginning only of that.
  return found === "happened" ? { outcome: found, isWhole: rises !== "begin", evidence: { before, now } } : found;
}

/** Returns whether an act that seems over was counted: one that was stopped at the instrument is not. */
export async function wasCounted(
  session: TextSession,
  operation: TextOperation,
  params: Values,
  baseline: Evidence,
): Promise<boolean> {
  const { probe } = operation;
  if (probe === undefined || !("counter" in probe) || probe.rises === "begin") return true;
  return (await count(session, operation, probe.counter, params)) > Counted.parse(baseline).count;
}

async function compare(
  session: TextSession,
  operation: TextOperation,
  { readBack: asked, tolerance }: Extract<TextProbe, { readBack: unknown }>,
  params: Values,
  baseline: Evidence,
): Promise<Found> {
  const before = Read.parse(baseline).before as Values;
  const now = await readBack(session, operation, asked, params);
  const evidence = { before, now } as Evidence;
  const isWhole = Object.keys(now).every((name) => isSame(now[name], params[name], tolerance));
  const wasSo = Object.keys(before).every((name) => isSame(before[name], params[name], tolerance));
  if (isWhole && !wasSo) return { outcome: "happened", isWhole, evidence };
  const isAsBefore = Object.keys(before).every((name) => isSame(now[name], before[name], tolerance));
  if (isAsBefore && !wasSo) return { outcome: "not-happened", decisive: true, evidence };
  const why = wasSo
    ? "it was set so before, too"
    : "it is set to what neither this act nor the state before it explains";
  return { outcome: "unknown", decisive: false, evidence: { ...evidence, why } };
}

async function readBack(
  { exchange }: TextSession,
  operation: TextOperation,
  { ask, answer, units }: Extract<TextProbe, { readBack: unknown }>["readBack"],
  params: Values,
): Promise<Values> {
  const line = await exchange.ask(fill(ask, params, operation.params));
  const values = valuesIn(line, answer, operation.params, units);
  if (values !== null) return values;
  throw new LabError("text.unreadable", `asked what is set, the instrument said "${line}"`);
}

async function count(
  { exchange }: TextSession,
  operation: TextOperation,
  { ask, answer }: { readonly ask: string; readonly answer: string },
  params: Values,
): Promise<number> {
  const line = await exchange.ask(fill(ask, params, operation.params));
  const number = numberOrNull(new RegExp(answer, "u").exec(line)?.groups?.["count"] ?? "");
  if (number !== null && Number.isSafeInteger(number)) return number;
  throw new LabError("text.unreadable", `asked for its counter, the instrument said "${line}"`);
}

async function isRunning(
  { exchange }: TextSession,
  operation: TextOperation,
  running: { readonly ask: string; readonly answer: string } | undefined,
  params: Values,
): Promise<boolean> {
  if (running === undefined) return false;
  const answer = await exchange.ask(fill(running.ask, params, operation.params));
  return says(running.answer, answer, operation, params);
}

function says(pattern: string | undefined, answer: string, operation: TextOperation, params: Values): boolean {
  if (pattern === undefined) return false;
  return matches(
    fill(pattern, params, operation.params, (text) => RegExp.escape(text)),
    answer,
  );
}

function isSame(a: Value | undefined, b: Value | undefined, tolerance: number): boolean {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x === null || y === null) return a === b;
  return Math.abs(x - y) <= tolerance * Math.max(Math.abs(x), Math.abs(y));
}

function numberOf(value: Value | undefined): number | null {
  if (typeof value === "number") return value;
  return typeof value === "object" && "value" in value ? value.value : null;
}

function busy({ title }: TextOperation): LabError {
  return new LabError("text.busy", `the instrument is still at it: "${title}" has to wait`);
}
