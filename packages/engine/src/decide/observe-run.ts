import type { Design, Ids, LabEvent, Observation, Quantity, StepResults } from "@labloop/contracts";
import { canonicalJson } from "@labloop/contracts";
import { digestOf } from "@labloop/contracts/digest";
import { desirabilityOf } from "@labloop/optimizer/desirability-of";
import { computeKept, computeObserved, executedPoint, observedSteps } from "@labloop/protocol";
import type { Recipe } from "../recipe.ts";
import type { CommandRecord, EngineState, RunRecord } from "../state.ts";
import { judgeControl } from "./judge-control.ts";
import type { Surroundings } from "./lab-view.ts";
import { isObservationOwed } from "./settle-run.ts";
import { stepProvenance } from "./step-provenance.ts";

type Values = Observation["values"];
type Failure = Observation["failure"];

/**
 * Returns the observation of a run as soon as every step it is computed from has succeeded, or once the run is known to
 * fail and nothing of it is under way; null when it is not due. A run of which anything was ordered gives one
 * observation. That of a failed or aborted run keeps what its other steps had measured, and no model learns from it.
 */
export function observeRun(
  state: EngineState,
  run: RunRecord,
  recipe: Recipe,
  around: Surroundings,
  ids: Ids,
): readonly LabEvent[] | null {
  if (run.isObserved || !isObservationOwed(run)) return null;
  const commands = Object.values(run.steps);
  const observedKeys = observedSteps(recipe.checked.campaign.observe);
  if (run.failing !== null) {
    // What is under way, or announced and still to be fetched, may be measured yet.
    const isMeasuring = commands.some(
      ({ outcome, stepKey }) => outcome === null || (observedKeys.includes(stepKey) && isAwaited(outcome)),
    );
    if (isMeasuring) return null;
    const { code, message, stepKey } = run.failing;
    const failed = run.steps[stepKey];
    const isAborted = code === "campaign.aborted";
    const classOf = failed === undefined ? "infeasible" : failureClass(failed);
    const failure = { class: isAborted ? "aborted" : classOf, code, message } as const;
    // A step that was never allowed to be intended has no id of its own yet.
    const settling = failed ?? { stepId: ids.ulid() };
    return observed(state, run, recipe, around, ids, settling, null, failure);
  }
  const needed = observedKeys.map((key) => run.steps[key]);
  // What is announced and still to be fetched is waited for.
  const settled = needed.filter(
    (command) => command?.outcome?.state === "succeeded" && command.outcome.isAwaited !== true,
  );
  const last = settled.reduce<CommandRecord | undefined>(
    (latest, command) => (endedAt(command) >= endedAt(latest) ? command : latest),
    undefined,
  );
  if (settled.length < needed.length || last === undefined) return null;

  if (run.suspect !== null) {
    // Nobody can vouch for what was measured on it: the model gets no value rather than a wrong one.
    const failure = { class: "in-doubt", code: "sample.suspect", message: run.suspect } as const;
    return observed(state, run, recipe, around, ids, last, null, failure);
  }
  const problem = needed.flatMap((command) =>
    command?.outcome?.state === "succeeded" ? (command.outcome.problem ?? []) : [],
  )[0];
  if (problem !== undefined) {
    const failure = { class: "instrument", code: "result.unavailable", message: problem } as const;
    return observed(state, run, recipe, around, ids, last, null, failure);
  }
  const { observe, units } = recipe.checked.campaign;
  const computed = computeObserved(observe, units, valuesOf(commands, "result"));
  if (!computed.ok) {
    const message = computed.faults.map((fault) => fault.message).join("; ");
    const failure = { class: "instrument", code: computed.faults[0]?.code ?? "observe.failed", message } as const;
    return observed(state, run, recipe, around, ids, last, null, failure);
  }
  const values = { ...withUncertainty(computed.value, recipe), ...desirabilityIn(computed.value, recipe) };
  return observed(state, run, recipe, around, ids, last, values, null);
}

function observed(
  state: EngineState,
  run: RunRecord,
  recipe: Recipe,
  around: Surroundings,
  ids: Ids,
  settling: Pick<CommandRecord, "stepId">,
  values: Values,
  failure: Failure,
): readonly LabEvent[] {
  const { campaign } = state;
  const partial = failure === null ? {} : keptOf(run, recipe);
  const answer = run.proposalId === null ? null : (state.proposals.get(run.proposalId)?.answer ?? null);
  const isControl = run.purpose === "control";
  if (campaign === null || (answer === null && !isControl)) throw new Error(`run ${run.runId} has no proposal`);
  const commands = Object.values(run.steps);
  const executed = executedPoint(run.plan, valuesOf(commands, "executed"), recipe.checked.description.tables);
  const observation: Observation = {
    observationId: ids.ulid(),
    campaignId: campaign.campaignId,
    campaign: campaign.campaign,
    runId: run.runId,
    ...(isControl ? { purpose: "control" as const } : {}),
    proposalId: run.proposalId,
    stepId: settling.stepId,
    sample: { id: run.sampleId, parents: [] },
    requested: run.parameters,
    executed: executed.ok
      ? { value: executed.value }
      : { value: null, reason: executed.faults.map((fault) => fault.message).join("; ") },
    values,
    ...(Object.keys(partial).length === 0 ? {} : { partial }),
    failure,
    replicate: executed.ok ? replicateOf(state, executed.value, isControl) : 1,
    mode: campaign.mode,
    actor: campaign.actor,
    access: campaign.access,
    dataManager: campaign.dataManager,
    grant:
      campaign.grant === null ? { value: null, reason: "the campaign file names no grant" } : { value: campaign.grant },
    protocol: { name: run.plan.protocol, version: run.plan.version, digest: run.plan.protocolDigest },
    planDigest: run.planDigest,
    modelId: answer === null ? null : digestOf(answer.surrogate),
    steps: commands
      .filter((command) => command.outcome !== null)
      .sort((a, b) => endedAt(a) - endedAt(b))
      .map((command) => stepProvenance(state, command, recipe)),
    observedAt: timestamp(around.labAt),
  };
  const made: LabEvent = { type: "observation.made", observation };
  return isControl ? [made, ...judgeControl(state, recipe.checked.campaign, observation)] : [made];
}

/** What a failed run had measured: each quantity that the steps which succeeded, and whose results came whole, tell. */
function keptOf(run: RunRecord, recipe: Recipe): NonNullable<Values> {
  const { observe, units } = recipe.checked.campaign;
  const whole = Object.values(run.steps).filter(
    ({ outcome }) => outcome?.state === "succeeded" && !isAwaited(outcome) && outcome.problem === undefined,
  );
  return withUncertainty(computeKept(observe, units, valuesOf(whole, "result")), recipe);
}

function withUncertainty(computed: Readonly<Record<string, Quantity>>, recipe: Recipe): NonNullable<Values> {
  const { uncertainty } = recipe.checked.campaign;
  return Object.fromEntries(
    Object.entries(computed).map(([name, { value, unit }]) => {
      const known = uncertainty[name];
      const reason = "the campaign file states no uncertainty for it";
      return [name, { value, unit, uncertainty: known === undefined ? { value: null, reason } : { value: known } }];
    }),
  );
}

/** What the objectives come to, where the campaign says what is desirable of each. */
function desirabilityIn(computed: Readonly<Record<string, Quantity>>, recipe: Recipe): NonNullable<Values> {
  const { study, objective } = recipe.checked;
  const read = Object.fromEntries(Object.entries(computed).map(([name, { value }]) => [name, value]));
  const value = desirabilityOf(study.objectives, read);
  if (value === null || objective === null) return {};
  const reason = "it follows from the objectives, each with its own";
  return { [objective.name]: { value, unit: objective.unit, uncertainty: { value: null, reason } } };
}

function isAwaited(outcome: CommandRecord["outcome"]): boolean {
  return outcome?.state === "succeeded" && outcome.isAwaited === true;
}

/** Where the device names one of the classes that an observation knows, it is believed; anything else is a crash. */
function failureClass({ outcome }: CommandRecord): NonNullable<Failure>["class"] {
  if (outcome?.state === "discarded") return "in-doubt";
  const named = outcome === null || outcome.state === "succeeded" ? "crash" : outcome.error.class;
  return named === "infeasible" || named === "instrument" || named === "censored" ? named : "crash";
}

function replicateOf(state: EngineState, point: Design, isControl: boolean): number {
  const key = canonicalJson(point);
  const before = state.observations.filter(
    ({ executed, values, purpose }) =>
      values !== null &&
      (purpose === "control") === isControl &&
      executed.value !== null &&
      canonicalJson(executed.value) === key,
  );
  return before.length + 1;
}

function valuesOf(commands: readonly CommandRecord[], which: "result" | "executed"): StepResults {
  const results: StepResults = {};
  for (const { stepKey, outcome } of commands) {
    if (outcome?.state === "succeeded") results[stepKey] = outcome[which];
  }
  return results;
}

function endedAt(command: CommandRecord | undefined): number {
  return command?.ended?.labAt ?? 0;
}

function timestamp(at: number): string {
  return new Date(at).toISOString();
}
