import type { Observation, Trial } from "@labloop/contracts";
import type { DesignRequest } from "@labloop/optimizer";
import type { Recipe } from "../recipe.ts";
import type { EngineState, ProposalRecord } from "../state.ts";
import { aheadQuestionOf } from "./little-ahead.ts";
import { measurementsOf } from "./ask-next.ts";

/** Returns what the optimizer is asked, rebuilt from the record, so that asking again gives the same bytes. */
export function questionOf(state: EngineState, proposal: ProposalRecord, recipe: Recipe): DesignRequest {
  const { seed, pending, remaining } = proposal;
  const known = trialsOf(state, recipe).slice(0, observationsAt(state, proposal, recipe));
  const trials = [...refusedBefore(state, proposal), ...known];
  const spent = trials.filter(({ outcome }) => outcome.status !== "fault").length;
  const budget = spent + pending.length + 1 + remaining;
  const ahead = aheadQuestionOf(recipe);
  const study = { ...recipe.checked.study, budget };
  return { study, trials, pending: [...pending], seed, ...(ahead === undefined ? {} : { ahead }) };
}

/** Returns the study of a campaign with all that is known of it. */
export function studyRequestOf(state: EngineState, recipe: Recipe): DesignRequest {
  return { study: recipe.checked.study, trials: trialsOf(state, recipe), pending: [], seed: recipe.seed };
}

/** How many observations were there when it was asked. Older records of lists count the successful ones alone. */
function observationsAt(state: EngineState, asked: ProposalRecord, recipe: Recipe): number {
  if (asked.observations !== undefined) return asked.observations;
  const counts = [0, ...state.observations.map((_, i) => i + 1)];
  const isReached = (count: number) =>
    measurementsOf({ ...state, observations: state.observations.slice(0, count) }, recipe).length >= asked.measurements;
  return counts.find(isReached) ?? state.observations.length;
}

/** What could not become a run cannot be made: it is not to be proposed again. */
function refusedBefore(state: EngineState, asked: ProposalRecord): Trial[] {
  const all = [...state.proposals.values()];
  const before = all.slice(0, all.indexOf(asked));
  return before.flatMap(({ chart, answer }): Trial[] =>
    chart.value === "rejected" && answer !== null
      ? [{ design: answer.parameters, outcome: { status: "infeasible" } }]
      : [],
  );
}

/** One trial an observation, in order: control samples and what was not carried out as a known design say nothing. */
function trialsOf(state: EngineState, recipe: Recipe): Trial[] {
  return state.observations.map((observation) => trialOf(observation, recipe));
}

function trialOf({ purpose, requested, executed, values, failure }: Observation, { checked }: Recipe): Trial {
  const fault: Trial = { design: requested, outcome: { status: "fault" } };
  if (purpose === "control") return { ...fault, design: checked.example };
  if (values === null) {
    return failure?.class === "infeasible" ? { design: requested, outcome: { status: "infeasible" } } : fault;
  }
  if (executed.value === null) return fault;
  return {
    design: executed.value,
    requested,
    outcome: {
      status: "measured",
      values: Object.fromEntries(
        Object.entries(values).map(([name, { value, uncertainty }]) => [
          name,
          uncertainty.value === null ? value : { value, uncertainty: uncertainty.value },
        ]),
      ),
    },
  };
}
