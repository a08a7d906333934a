import { createRequire } from "node:module";
import { type LabEvent, type MeasuredDesign, outOfBounds } from "@labloop/contracts";
import type * as optimizer from "@labloop/optimizer";
import type { Recipe } from "../recipe.ts";
import type { EngineState, RunRecord } from "../state.ts";
import { measurementsOf, successes } from "./ask-next.ts";
import { canFetchFrom } from "./can-fetch-from.ts";
import { flatSince } from "./flat-since.ts";
import type { Surroundings } from "./lab-view.ts";
import { lastLook } from "./little-ahead.ts";
import { studyRequestOf } from "./question-of.ts";
import { abortLimit } from "./settle-doubts.ts";

const load = createRequire(import.meta.url);

/** Failed runs beyond the budget, as a share of it, at which something is wrong with the lab and not with the samples. */
const toleratedFailures = 1;

/** Questions in a row that the optimizer failed to answer, at which asking again is pointless. */
const toleratedRejections = 5;

/** Returns how the campaign ends or why it has to stop, or null while it goes on. */
export function endCampaign(
  state: EngineState,
  recipe: Recipe,
  { wallAt }: Pick<Surroundings, "wallAt">,
): LabEvent | null {
  const { campaign } = state;
  if (campaign === null) return null;
  const budget = recipe.checked.campaign.budget.experiments;
  const reached = successes(state);
  const failures = state.observations.filter(({ purpose }) => purpose === undefined).length - reached;
  const isStopping = campaign.chart.value === "stopping";
  // Stopping clears parts away, which moves: a paused campaign moves nothing before a person resumes it (S5).
  const mayStop = !isStopping && campaign.chart.value !== "paused";
  if (mayStop && failures > budget * toleratedFailures) {
    const reason = `${failures} runs have failed; something in the lab needs a person`;
    return { type: "campaign.stopping", reason, by: recipe.actor };
  }
  const last = [...state.proposals.values()].slice(-toleratedRejections);
  if (mayStop && last.length === toleratedRejections && last.every(({ chart }) => chart.value === "rejected")) {
    const why = last.at(-1)?.rejection ?? "";
    const reason = `the optimizer has failed ${toleratedRejections} times in a row, at last with: ${why}`;
    return { type: "campaign.stopping", reason, by: recipe.actor };
  }
  if (isStopping) {
    const queued = [...state.runs.values()].find(isQueued);
    if (queued !== undefined) {
      const reason = "it had not begun when the campaign was stopped";
      return { type: "run.finished", runId: queued.runId, outcome: "aborted", reason };
    }
  }
  const look = lastLook(state, recipe);
  const enough = flatSince(state, recipe) ?? (look?.isFresh === true ? look.why : null);
  const isAsked = [...state.proposals.values()].some(({ chart }) => chart.value === "asked");
  if (state.runs.size > 0 || (!isStopping && ((reached < budget && enough === null) || isAsked))) return null;
  if (campaign.abortedBy !== null) {
    const left = [...state.awaited.values()];
    if (wallAt < abortLimit(state) ? left.length > 0 : left.some(({ device }) => canFetchFrom(state, device)))
      return null;
    const unfetched = left.map(
      ({ commandId, device, sha256 }) => `; the result ${sha256} of ${commandId} was not fetched from ${device}`,
    );
    const reason = [campaign.endReason ?? "", ...unfetched].join("");
    return { type: "campaign.aborted", reason, by: campaign.abortedBy };
  }
  // What is announced and still to be fetched is nobody's after the end: it comes first, or is given up by name (E10).
  if (state.awaited.size > 0) return null;
  return finished(state, recipe, reached, isStopping || reached >= budget ? null : enough);
}

/** Whether a run has begun nothing: it holds no device, or is bound to one from the first, and has carried out nothing there. */
function isQueued({ purpose, bindings, steps }: RunRecord): boolean {
  const isOnDevice = purpose === "calibration" || purpose === "maintenance";
  return isOnDevice
    ? Object.values(steps).every(({ outcome }) => outcome?.state === "notExecuted")
    : Object.keys(bindings).length === 0;
}

function finished(state: EngineState, recipe: Recipe, experiments: number, early: string | null): LabEvent {
  const { objective } = recipe.checked;
  const reached = { experiments, ...(early === null ? {} : { reason: early }) };
  // Models are half of what an engine would load at its start, and but for this one question they are asked in another thread.
  const { bestDesign } = load("@labloop/optimizer") as typeof optimizer;
  const bestMeasured = objective === null ? null : bestOf(usableOf(state, recipe), objective.goal);
  return { type: "campaign.finished", ...reached, ...bestDesign(studyRequestOf(state, recipe)), bestMeasured };
}

/** The measurements of experiments that keep the bounds of their outcomes. */
function usableOf(state: EngineState, recipe: Recipe): readonly MeasuredDesign[] {
  const { outcomeConstraints } = recipe.checked.campaign;
  const observations = state.observations.filter(
    ({ values }) => values !== null && outOfBounds(values, outcomeConstraints).length === 0,
  );
  return measurementsOf({ ...state, observations }, recipe);
}

/** The luckiest single measurement, reported apart from the best design. */
function bestOf(measurements: readonly MeasuredDesign[], goal: "maximise" | "minimise"): MeasuredDesign | null {
  const sign = goal === "maximise" ? 1 : -1;
  return measurements.reduce<MeasuredDesign | null>(
    (best, measured) => (best === null || sign * measured.value > sign * best.value ? measured : best),
    null,
  );
}
