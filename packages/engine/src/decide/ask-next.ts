import type { Design, Ids, LabEvent, MeasuredDesign } from "@labloop/contracts";
import { digestOf, sha256 } from "@labloop/contracts/digest";
import { compilePlan, judgePlan } from "@labloop/protocol";
import { firstRolesOf, freeSlots, type LabState, type RunState } from "@labloop/scheduler";
import type { Recipe } from "../recipe.ts";
import type { EngineState, ProposalRecord, RunRecord } from "../state.ts";
import { flatSince } from "./flat-since.ts";
import { lastLook, littleAhead } from "./little-ahead.ts";
import { queueControl } from "./plan-upkeep.ts";

/** Characters of a reason that are kept: a proposer's text may be anything. */
const longestReason = 1_000;

/**
 * Returns that a proposal is asked for, or that a made one is queued as a run; nothing while neither is due.
 *
 * The optimizer is asked whenever a device would otherwise idle, with everything in flight as pending, and one proposal at
 * a time: each answer is pending for the next.
 */
export function askNext(
  state: EngineState,
  recipe: Recipe,
  lab: LabState,
  runs: readonly RunState[],
  ids: Ids,
): readonly LabEvent[] {
  const waiting = [...state.proposals.values()].filter(
    ({ chart, answer }) =>
      chart.value === "asked" || (chart.value === "made" && (answer === null || littleAhead(answer, recipe) === null)),
  );
  for (const proposal of waiting) {
    if (proposal.answer !== null) return queueRun(proposal, proposal.answer.parameters, recipe, ids);
  }
  if (waiting.length > 0 || !hasRoomToAsk(state, recipe, lab, runs)) return [];
  const control = queueControl(state, recipe, ids);
  if (control.length > 0) return control;

  const index = state.proposals.size;
  return [
    {
      type: "proposal.asked",
      proposalId: ids.ulid(),
      seed: Number.parseInt(sha256(`${recipe.seed}/proposal/${index}`).slice(0, 8), 16),
      measurements: recipe.checked.objective === null ? successes(state) : measurementsOf(state, recipe).length,
      observations: state.observations.length,
      pending: pendingRuns(state).map((run) => run.parameters),
      remaining: unstarted(state, recipe) - 1,
    },
  ];
}

/** Returns whether the campaign has still to gain, its budget allows one more run, and the lab could begin it. */
export function hasRoomToAsk(state: EngineState, recipe: Recipe, lab: LabState, runs: readonly RunState[]): boolean {
  if (unstarted(state, recipe) <= 0 || flatSince(state, recipe) !== null || isFirstControlOpen(state)) return false;
  // What is under way is waited for: it may change what the last answer said.
  const look = lastLook(state, recipe);
  if (look !== null && (look.isFresh || pendingRuns(state).length > 0)) return false;
  const unplaced = runs.filter((run) => Object.keys(run.bindings).length === 0).length;
  return freeSlots(lab, runs, firstRolesOf(examplePlan(recipe))) > unplaced;
}

/** Whether the first control sample is still to be judged: until then nobody knows whether the lab is in order. */
function isFirstControlOpen({ controls, runs }: EngineState): boolean {
  return (
    controls.queued === 1 && [...runs.values()].some(({ purpose, isObserved }) => purpose === "control" && !isObserved)
  );
}

function unstarted(state: EngineState, recipe: Recipe): number {
  return recipe.checked.campaign.budget.experiments - successes(state) - pendingRuns(state).length;
}

/** Returns the executed point and the objective of every successful observation, in order; none of a front. */
export function measurementsOf(state: EngineState, recipe: Recipe): MeasuredDesign[] {
  const { objective } = recipe.checked;
  if (objective === null) return [];
  return state.observations.flatMap((observation) => {
    const value = observation.values?.[objective.name]?.value;
    const point = observation.executed.value;
    // What a lab that has drifted says of a control sample must not teach the model anything.
    return value === undefined || point === null || observation.purpose === "control"
      ? []
      : [{ parameters: point, value }];
  });
}

/** Returns how many experiments have given a value. */
export function successes(state: EngineState): number {
  return state.observations.filter(({ values, purpose }) => values !== null && purpose === undefined).length;
}

/** Returns the runs that may still give a value. */
function pendingRuns(state: EngineState): RunRecord[] {
  return [...state.runs.values()]
    .filter((run) => run.purpose === "experiment" && !run.isObserved && run.failing === null)
    .sort((a, b) => a.order - b.order);
}

/** An answer that the lab cannot carry out, or that its envelope does not allow, becomes no run, whoever gave it (I8). */
function queueRun(proposal: ProposalRecord, parameters: Design, recipe: Recipe, ids: Ids): readonly LabEvent[] {
  const { proposalId } = proposal;
  const { protocol, description, safety } = recipe.checked;
  const compiled = compilePlan(protocol, parameters, description, recipe.digests, safety.envelope);
  if (!compiled.ok) {
    const why = [...new Set(compiled.faults.map((fault) => `${fault.path ?? ""}: ${fault.message}`))].join("; ");
    const reason = `what it proposes cannot be carried out: ${why}`.slice(0, longestReason);
    return [...planViolations(parameters, recipe), { type: "proposal.rejected", proposalId, reason }];
  }
  const plan = compiled.value;
  const queued: LabEvent = {
    type: "run.queued",
    runId: ids.ulid(),
    proposalId,
    sampleId: ids.ulid(),
    parameters,
    plan,
    planDigest: digestOf(plan),
  };
  return [queued];
}

function planViolations(parameters: Design, recipe: Recipe): LabEvent[] {
  const { protocol, description, safety } = recipe.checked;
  const plan = compilePlan(protocol, parameters, description, recipe.digests);
  if (!plan.ok) return [];
  return judgePlan(safety.envelope, plan.value, description).map(
    ({ step, device, op, message }): LabEvent => ({
      type: "envelope.violated",
      device,
      op,
      at: "plan",
      runId: null,
      stepKey: step,
      message: `${op} on ${device}: ${message}`,
    }),
  );
}

function examplePlan(recipe: Recipe) {
  const { protocol, example, description } = recipe.checked;
  const plan = compilePlan(protocol, example, description, recipe.digests);
  // It was compiled when the campaign was checked, so this cannot be the campaign's fault.
  if (!plan.ok)
    throw new Error(`a checked candidate does not compile: ${plan.faults.map((f) => f.message).join("; ")}`);
  return plan.value;
}
