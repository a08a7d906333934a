import { canonicalJson, type Execute, type ProbeResult, type Report, Values } from "@labloop/contracts";
import * as z from "zod";
import type { Figures } from "../check.ts";
import { describe, type Scene } from "../scene.ts";
import { claim, NotApplicable, NotRun } from "../verdict.ts";
import { isCountedLate } from "./is-counted-late.ts";

/**
 * Drivers look at their instruments now and then, so that one act is told to be over sooner than the same act another time.
 * The shortest of so many, each looked at from another moment on, is near enough to how long the instrument takes; chosen.
 */
const looks = 10;
const nearEnough = 0.8;

/** An act with nothing in its way: what a disturbed one is compared with. */
export interface CleanAct {
  readonly op: string;
  /** How often the plant counts one such act. */
  readonly acts: number;
  readonly bytes: number;
  /** Moments at which the driver could be made to die. */
  readonly brinks: number;
  readonly tookMs: number;
  /** From the word that it has started to that of its end; by it moments are counted where time passes by itself. */
  readonly ranMs: number;
  /** No whole act is over sooner; null where that is not known, or may differ from act to act. */
  readonly shortestMs: number | null;
  /** Whether the plant counts it only when it is over, which says nothing true of one that is cut short. */
  readonly isCountedLate: boolean;
}

/** What is known of one before it is carried out again. */
type OneAct = Omit<CleanAct, "shortestMs" | "isCountedLate">;

type Judged = (what: string, run: (scene: Scene) => Promise<{ execute: Execute; end: Report }>) => Promise<void>;

/** Disturbs every operation that has an act which succeeds, and holds what is said of it against the plant. */
export async function forEachAct(
  scene: Scene,
  disturb: (clean: CleanAct, judged: Judged) => Promise<number>,
): Promise<Figures> {
  let disturbed = 0;
  let doubts = 0;
  const failing: string[] = [];
  const unmoving: string[] = [];
  for (const op of scene.ops()) {
    const clean = await cleanActOf(scene, op);
    if (clean === null) failing.push(op);
    else if (clean.acts === 0) unmoving.push(op);
    if (clean === null) continue;
    if (clean.isCountedLate) throw new NotRun(countedLate(op));
    disturbed += await disturb(clean, async (what, run) => {
      const next = await scene.again();
      const before = await next.acts();
      const wholesBefore = (await next.rig.wholes?.()) ?? 0;
      const { execute, end } = await run(next).catch((error: unknown) => {
        throw new Error(`${op}, ${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      });
      const probed = await next.probe(execute.commandId);
      const acts = (await next.acts()) - before;
      const lie =
        lieOf(clean, acts, end, probed) ?? (await halfTruthOf(clean, next, { execute, end, probed, wholesBefore }));
      claim(lie === null, () => `${op}, ${what}: ${lie}`);
      if (end.state === "unknown") doubts++;
      await next.ack([execute.commandId]);
      await next.close();
    });
  }
  const { length } = scene.ops();
  if (failing.length === length)
    throw new NotRun(`no act succeeds here: ${failing.join(", ")}; lay out what they need`);
  if (failing.length + unmoving.length === length) {
    throw new NotApplicable("the plant counts nothing for its acts: they move nothing");
  }
  return { disturbed, doubts, operationsWithoutSuccess: failing.length };
}

/** Returns what one undisturbed act takes, or null when it does not succeed; carried out once for all checks of a run. */
async function cleanActOf(scene: Scene, op: string): Promise<CleanAct | null> {
  const { memory } = scene.suite;
  const key = `clean act of ${op}`;
  const known = memory.get(key) as CleanAct | null | undefined;
  if (known !== undefined) return known;
  const fresh = await scene.again();
  const taken = await cleanAct(fresh, op);
  await fresh.close();
  const clean =
    taken === null
      ? null
      : { ...taken, isCountedLate: await isLate(scene, taken), shortestMs: await shortestOf(scene, taken) };
  memory.set(key, clean);
  return clean;
}

async function isLate(scene: Scene, { op, tookMs, acts }: OneAct): Promise<boolean> {
  if (acts === 0) return false;
  const fresh = await scene.again();
  const isSo = await isCountedLate(fresh, op, tookMs);
  await fresh.close();
  return isSo;
}

function countedLate(op: string): string {
  return `${op} was counted only when it was over, so an act that is cut short would not be counted: what counts for the suite has to count an act as it begins, and may tell those that it has finished apart (--count-command: two numbers, begun and finished; a plant: acts and wholes)`;
}

async function shortestOf(scene: Scene, { op, tookMs, acts }: OneAct): Promise<number | null> {
  if (acts === 0 || !scene.rig.isVirtual || scene.rig.restart === null) return null;
  let shortest = tookMs;
  for (const moment of spread(tookMs, looks)) {
    const next = await scene.again();
    const execute = next.order({ op });
    await next.send(execute);
    await next.pass(moment);
    await next.restart();
    const { end } = await takeUp(next, execute);
    if (end.state === "succeeded") shortest = Math.min(shortest, next.heardAt(end) - Date.parse(execute.issuedAt));
    await next.close();
  }
  return nearEnough * shortest;
}

async function cleanAct(scene: Scene, op: string): Promise<OneAct | null> {
  const { wire, brink, clock } = scene.rig;
  const before = {
    acts: await scene.acts(),
    bytes: wire?.bytes() ?? 0,
    brinks: brink?.count() ?? 0,
    at: clock.now(),
  };
  const { execute, end } = await runThrough(scene, op);
  const tookMs = clock.now() - before.at;
  const begun = scene.reports(execute.commandId).find(({ state }) => state === "started");
  const ranMs = begun === undefined ? tookMs : scene.heardAt(end) - scene.heardAt(begun);
  await scene.ack([execute.commandId]);
  if (end.state !== "succeeded") return null;
  return {
    op,
    acts: (await scene.acts()) - before.acts,
    bytes: (wire?.bytes() ?? 0) - before.bytes,
    brinks: (brink?.count() ?? 0) - before.brinks,
    tookMs,
    ranMs,
  };
}

/** Sends a command and waits for its end. */
export async function runThrough(scene: Scene, op: string): Promise<{ execute: Execute; end: Report }> {
  const execute = scene.order({ op });
  await scene.send(execute);
  return { execute, end: await scene.end(execute.commandId) };
}

/** What an engine does after a restart: it asks, sends what was never seen once more, and waits for the end. */
export async function takeUp(scene: Scene, execute: Execute): Promise<{ execute: Execute; end: Report }> {
  const answer = await scene.reconcile({ open: [execute] });
  claim(answer.kind === "snapshot", () => `reconcile was answered with ${describe(answer)}`);
  const again = { ...execute, issuedAt: new Date(scene.rig.clock.now()).toISOString() };
  await scene.send(again);
  return { execute, end: await scene.end(execute.commandId) };
}

/** Returns in what the device's word is not what the plant has done; null when it is. */
function lieOf(clean: CleanAct, acts: number, end: Report, probed: ProbeResult): string | null {
  if (acts > clean.acts) return `the plant counted ${acts} acts, and one such command is ${clean.acts}`;
  if (clean.acts === 0) return null;
  const counted = `the plant counted ${acts} acts`;
  const hasActed = acts > 0;
  const saysActed = end.state === "succeeded" || end.physical === "full" || end.physical === "partial";
  const saysNot = end.physical === "none" && end.state !== "unknown";
  if (saysActed && !hasActed) return `it was told to have ended as ${describe(end)}, and ${counted}`;
  if (saysNot && hasActed) return `it was told to have ended as ${describe(end)}, and ${counted}`;
  if (!probed.decisive) return null;
  const { outcome } = probed;
  const ending = endingIn(probed);
  const isNot = outcome === "not-happened" || (ending?.state === "failed" && ending.physical === "none");
  if (isNot && hasActed) return `probe said ${outcome}, nothing moved, and ${counted}`;
  return !isNot && (outcome === "happened" || outcome === "partial") && !hasActed
    ? `probe said ${outcome}, and ${counted}`
    : null;
}

/**
 * Returns how it can be known that an act which is told to have been carried out as ordered was cut short: the plant has
 * finished none, or it took less than one takes. Nothing is known where parameters differ from act to act, and nothing is wrong with one that says what else was done.
 */
async function halfTruthOf(
  clean: CleanAct,
  scene: Scene,
  told: {
    readonly execute: Execute;
    readonly end: Report;
    readonly probed: ProbeResult;
    readonly wholesBefore: number;
  },
): Promise<string | null> {
  const { execute, end, probed, wholesBefore } = told;
  const said = [end, probed.decisive ? endingIn(probed) : null].filter((one) => one?.state === "succeeded");
  const isAsOrdered = said.some(
    (one) => canonicalJson(one?.executed ?? execute.params) === canonicalJson(execute.params),
  );
  if (clean.acts === 0 || !isAsOrdered) return null;
  if (scene.rig.wholes !== null) {
    const wholes = (await scene.rig.wholes()) - wholesBefore;
    return wholes > 0 ? null : "it was told to have been carried out in whole, and the plant has finished none";
  }
  if (clean.shortestMs === null) return null;
  const tookMs = scene.heardAt(end) - Date.parse(execute.issuedAt);
  if (tookMs >= clean.shortestMs) return null;
  return `it was told to have been carried out in whole, ${Math.round(tookMs)} ms after it was sent, and that takes ${Math.round(clean.shortestMs / nearEnough)} ms`;
}

const Ending = z.object({ state: z.string(), physical: z.string().optional(), executed: Values.optional() });

/** Returns the ending that rides along with a probe that found one, which is what engines settle a doubt by. */
function endingIn({ outcome, evidence }: ProbeResult): z.infer<typeof Ending> | null {
  return outcome === "happened" ? (Ending.safeParse(evidence["ending"]).data ?? null) : null;
}

/** Returns at most so many numbers from 1 to `last`, evenly spread, the last one included. */
export function spread(last: number, most: number): number[] {
  const count = Math.min(last, most);
  return Array.from({ length: count }, (_, index) => Math.max(1, Math.round(((index + 1) * last) / count)));
}
