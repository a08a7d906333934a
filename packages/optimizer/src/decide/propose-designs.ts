import type { Fault } from "@labloop/contracts";
import { digestOf } from "@labloop/contracts/digest";
import { lendMemory } from "../kernel/lend-memory.ts";
import type { Evidence } from "../model/evidence.ts";
import type { NeuralLearning } from "../neural/ensemble.ts";
import { neuralRecord } from "../neural/neural-record.ts";
import { openCost } from "../space/open-cost.ts";
import { openSpace } from "../space/open-space.ts";
import { ownReadings } from "../study/own-readings.ts";
import { readTrials } from "../study/read-trials.ts";
import type { DesignRequest, Known, ProposedDesigns } from "./design-request.ts";
import { evidenceOf, type ObjectiveEvidence } from "./evidence-of.ts";
import { proposeFront } from "./propose-front.ts";
import { proposeSingle } from "./propose-single.ts";

/**
 * Returns the next designs of a study, or everything that is wrong with the study, its trials, its pending designs or their number.
 *
 * Never proposes what cannot be made, what is pending, what could not be made before, or, but on purpose and said so, what was
 * measured before.
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
  const evidence = withLearned(evidenceOf(space, study, trials, all), request.neural);
  const readings = ownReadings(all, trials);
  const shut = new Set([
    ...pending.map((design) => space.key(design)),
    ...readings.infeasible.map((trial) => readings.keys[trial] as string),
  ]);
  const known: Known = {
    readings,
    evidence,
    shut,
    costOf,
    spent: readings.feasible.length + readings.infeasible.length + pending.length,
  };
  const desirable = study.objectives.some(({ desirability }) => desirability !== undefined);
  const proposed =
    study.objectives.length > 1 || desirable
      ? proposeFront(request, space, known, count)
      : proposeSingle(request, space, known, count);
  const record = neuralRecord(study, request.neural);
  // Who asks may change what is handed out; the designs of a list and of trials stay as they are.
  const answer = structuredClone(record === undefined ? proposed : { ...proposed, neural: record });
  return { ...answer, hash: digestOf({ ...answer, seed }) };
}

function countFault(count: unknown): Fault {
  const message = `${String(count)} designs are asked for, which is no whole number from 0 on`;
  return { code: "ask.count", message, path: "count", hint: "leave it out for one design" };
}

/** The evidence with the networks that were trained on it. */
function withLearned(evidence: ObjectiveEvidence, learning: NeuralLearning | undefined): ObjectiveEvidence {
  const quantities = evidence.quantities.map((own, k): Evidence => {
    const learned = learning?.ensembles[k];
    return learned === undefined ? own : { ...own, learned };
  });
  return { ...evidence, quantities };
}
