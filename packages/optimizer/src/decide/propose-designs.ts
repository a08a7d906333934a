import type { Fault, Study } from "@labloop/contracts";
import { digestOf } from "@labloop/contracts/digest";
import { lendMemory } from "../kernel/lend-memory.ts";
import type { Evidence } from "../model/evidence.ts";
import type { NeuralLearning } from "../neural/ensemble.ts";
import { neuralRecord } from "../neural/neural-record.ts";
import { openCost } from "../space/open-cost.ts";
import { openSpace } from "../space/open-space.ts";
import { ownReadings } from "../study/own-readings.ts";
import { readTrials, type TrialReadings } from "../study/read-trials.ts";
import { MOST_EXACT } from "./ambition.ts";
import type { DesignRequest, Known, ProposedDesigns } from "./design-request.ts";
import { learnedTrials } from "./learned-trials.ts";
import { failingDesigns } from "./failing-designs.ts";
import { leftOut } from "./left-out.ts";
import { evidenceOf, type ObjectiveEvidence } from "./evidence-of.ts";
import { proposeFront } from "./propose-front.ts";
import { proposeSingle } from "./propose-single.ts";

/**
 * Returns the next designs of a study, or everything that is wrong with the study, its trials, its pending designs or their number.
 *
 * Never proposes what cannot be made, what is pending, what could not be made before, or, but on purpose and said so, what was
 * measured before. What faulted twice in a row is proposed only when there are too few others.
 */
export function proposeDesigns(request: DesignRequest): ProposedDesigns | Fault[] {
  return lendMemory(() => decide(request, false));
}

/**
 * Returns the same where every design that can be made is under way: those that are so least often are proposed once more, and models
 * believe all that is under way.
 */
export function proposeAgain(request: DesignRequest): ProposedDesigns | Fault[] {
  return lendMemory(() => decide(request, true));
}

function decide(request: DesignRequest, isAgain: boolean): ProposedDesigns | Fault[] {
  const { study, trials, pending, seed, count = 1 } = request;
  if (!Number.isSafeInteger(count) || count < 0) return [countFault(count)];
  const space = openSpace(study);
  if (Array.isArray(space)) return space;
  const all = readTrials(space, trials);
  const refused = pending.flatMap((design, i) =>
    space.refuse(design).map((fault) => ({ ...fault, message: `pending design ${i + 1}: ${fault.message}` })),
  );
  const costOf = openCost(study);
  const faults = [...(Array.isArray(all) ? all : []), ...(Array.isArray(costOf) ? costOf : []), ...refused];
  if (Array.isArray(all) || Array.isArray(costOf) || faults.length > 0) return faults;
  const desirable = study.objectives.some(({ desirability }) => desirability !== undefined);
  const isJoint = study.objectives.length > 1 || desirable;
  const untold = request.ahead === undefined ? null : aheadFault(study, desirable);
  if (untold !== null) return [untold];
  const learned = learnedTrials(space, trials, all);
  const isIdle = pending.length === 0;
  const evidence = withLearned(evidenceOf(space, study, trials, learned, isIdle), request.neural);
  const own = ownReadings(all, trials);
  const readings = ownReadings(learned, trials);
  const underWay = countKeys(pending.map((design) => space.keyAsMade(design)));
  const failed = own.infeasible.flatMap((trial) => [...keysOf(own, trial)]);
  /** What is under way more than `most` times is not proposed, nor is what is spared. */
  const knownWith = (most: number, spared: ReadonlySet<string>): Known => ({
    readings,
    evidence,
    shut: new Set([...[...underWay].flatMap(([key, times]) => (times > most ? [key] : [])), ...failed, ...spared]),
    tried: countKeys(own.feasible.flatMap((trial) => [...keysOf(own, trial)])),
    costOf,
    leftOut: leftOut(study, own, readings),
    unlearned: own.feasible.length - readings.feasible.length,
    spent: own.feasible.length + own.infeasible.length + pending.length,
  });
  const failing = failingDesigns(space, trials);
  // Those that are under way least often may be none of the study's designs.
  const often = isAgain ? [...new Set(underWay.values())].sort((a, b) => a - b) : [0];
  // What fails again and again comes last, not never.
  const spared = failing.size > 0 ? often.map((most) => knownWith(most, failing)) : [];
  const [first, ...others] = [...spared, ...often.map((most) => knownWith(most, new Set()))] as [Known, ...Known[]];
  const propose = (own: Known) => (isJoint ? proposeFront : proposeSingle)(request, space, own, count);
  let proposed = propose(first);
  for (const own of others) if (proposed.proposals.length < count) proposed = propose(own);
  const record = neuralRecord(study, request.neural, proposed.models);
  // Who asks may change what is handed out; the designs of a list and of trials stay as they are.
  const answer = structuredClone(record === undefined ? proposed : { ...proposed, neural: record });
  return { ...answer, hash: digestOf({ ...answer, seed }) };
}

function countFault(count: unknown): Fault {
  const message = `${String(count)} designs are asked for, which is no whole number from 0 on`;
  return { code: "ask.count", message, path: "count", hint: "leave it out for one design" };
}

/** How often each key is among them. */
function countKeys(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** The keys of a trial's design, as asked for and as carried out, none twice. */
function keysOf({ keys, asked }: TrialReadings, trial: number): ReadonlySet<string> {
  return new Set([asked[trial] as string, keys[trial] as string]);
}

/** Why it cannot be told how a campaign would go on; null where it can. */
function aheadFault({ objectives }: Study, desirable: boolean): Fault | null {
  if (desirable) {
    return {
      code: "study.aheadDesirable",
      path: "objectives",
      message: "how a campaign would go on is told of what is read, and the objectives say what is desirable of it",
      hint: "ask without it, or leave the desirability out and look at the front",
    };
  }
  if (objectives.length <= MOST_EXACT) return null;
  return {
    code: "study.aheadMany",
    path: "objectives",
    message: `how a campaign would go on is told of up to ${MOST_EXACT} objectives, and there are ${objectives.length}`,
    hint: "ask without it, or of fewer objectives",
  };
}

/** The evidence with the networks that were trained on it. */
function withLearned(evidence: ObjectiveEvidence, learning: NeuralLearning | undefined): ObjectiveEvidence {
  const quantities = evidence.quantities.map((own, k): Evidence => {
    const learned = learning?.ensembles[k] ?? null;
    return learned === null ? own : { ...own, learned };
  });
  return { ...evidence, quantities };
}
