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
  return lendMemory(() => decide(request));
}

function decide(request: DesignRequest): ProposedDesigns | Fault[] {
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
  const evidence = withLearned(evidenceOf(space, study, trials, learned), request.neural);
  const own = ownReadings(all, trials);
  const readings = ownReadings(learned, trials);
  const shut = new Set([
    ...pending.map((design) => space.key(design)),
    ...own.infeasible.flatMap((trial) => [...keysOf(own, trial)]),
  ]);
  const known: Known = {
    readings,
    evidence,
    shut,
    tried: countTried(own),
    costOf,
    leftOut: leftOut(study, own, readings),
    unlearned: own.feasible.length - readings.feasible.length,
    spent: own.feasible.length + own.infeasible.length + pending.length,
  };
  const propose = (own: Known) =>
    isJoint ? proposeFront(request, space, own, count) : proposeSingle(request, space, own, count);
  const failing = failingDesigns(space, trials);
  const spared = propose(failing.size === 0 ? known : { ...known, shut: new Set([...shut, ...failing]) });
  // What fails again and again comes last, not never.
  const proposed = failing.size > 0 && spared.proposals.length < count ? propose(known) : spared;
  const record = neuralRecord(study, request.neural);
  // Who asks may change what is handed out; the designs of a list and of trials stay as they are.
  const answer = structuredClone(record === undefined ? proposed : { ...proposed, neural: record });
  return { ...answer, hash: digestOf({ ...answer, seed }) };
}

function countFault(count: unknown): Fault {
  const message = `${String(count)} designs are asked for, which is no whole number from 0 on`;
  return { code: "ask.count", message, path: "count", hint: "leave it out for one design" };
}

/** How often each key was measured. */
function countTried(readings: TrialReadings): ReadonlyMap<string, number> {
  const tried = new Map<string, number>();
  for (const trial of readings.feasible) {
    for (const key of keysOf(readings, trial)) tried.set(key, (tried.get(key) ?? 0) + 1);
  }
  return tried;
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
