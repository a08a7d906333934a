import type { Design, Measurement, Observation, Point, Trial } from "@labloop/contracts";
import type { DesignRequest, ProposalQuestion } from "@labloop/optimizer";
import type { Recipe } from "../recipe.ts";
import type { EngineState, ProposalRecord } from "../state.ts";
import { measurementsOf } from "./ask-next.ts";

/** Returns what the optimizer is asked, rebuilt from the record, so that asking again gives the same bytes. */
export function questionOf(state: EngineState, proposal: ProposalRecord, recipe: Recipe): ProposalQuestion {
  const { study, space, objective, candidates } = recipe.checked;
  const { seed, pending, remaining } = proposal;
  if (study === null) {
    if (objective === null) throw new Error("a front is a study");
    return {
      space,
      objective,
      candidates: candidates.map(pointOf),
      measurements: pointsMeasured(state, recipe).slice(0, proposal.measurements),
      pending: pending.map(pointOf),
      remaining,
      seed,
    };
  }
  const trials = [...refusedBefore(state, proposal), ...trialsOf(state, recipe).slice(0, proposal.observations ?? 0)];
  const spent = trials.filter(({ outcome }) => outcome.status !== "fault").length;
  return { study: { ...study, budget: spent + pending.length + 1 + remaining }, trials, pending: [...pending], seed };
}

/** Returns the measurements of a campaign over a list of numbers, in order. */
export function pointsMeasured(state: EngineState, recipe: Recipe): Measurement[] {
  return measurementsOf(state, recipe).map(({ parameters, value }) => ({ parameters: pointOf(parameters), value }));
}

/** A campaign that names values is a study: where it is none, all of them are numbers. */
function pointOf(design: Design): Point {
  return Object.fromEntries(Object.entries(design).map(([name, value]) => [name, Number(value)]));
}

/** Returns the study of a campaign with all that is known of it; null where it only asks which of a list is best. */
export function studyRequestOf(state: EngineState, recipe: Recipe): DesignRequest | null {
  const { study } = recipe.checked;
  return study === null ? null : { study, trials: trialsOf(state, recipe), pending: [], seed: recipe.seed };
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
