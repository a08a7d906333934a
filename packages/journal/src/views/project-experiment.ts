import type { ExperimentView, Observation, Prediction, RecordedEvent } from "@labloop/contracts";
import type { Tables } from "./tables.ts";

/** Projects observations into rows, and writes the model's best into the row that it was known at. */
export function projectExperiment(tables: Tables, { seq, event }: RecordedEvent): void {
  const { predictions } = tables;
  if (event.type === "proposal.made") {
    predictions.set(event.proposalId, event.answer.predicted);
    const last = tables.experiments.last();
    const { best } = event.answer;
    if (last !== undefined && best !== null && last.bestThen === null) {
      const bestThen = { value: best.value, interval90: best.interval90 };
      tables.experiments.set(last.runId, { ...last, bestThen }, seq);
    }
  }
  if (event.type !== "observation.made" || event.observation.purpose !== undefined) return;
  const row = rowOf(event.observation, tables.experiments.size + 1, predictions);
  tables.experiments.set(row.runId, row, seq);
}

function rowOf(
  observation: Observation,
  number: number,
  predictions: ReadonlyMap<string, Prediction | null>,
): ExperimentView {
  const { failure, values, partial } = observation;
  return {
    number,
    runId: observation.runId,
    parameters: observation.executed.value ?? observation.requested,
    values: values === null ? null : plain(values),
    ...(partial === undefined ? {} : { partial: plain(partial) }),
    failure: failure === null ? null : { class: failure.class, message: failure.message },
    replicate: observation.replicate,
    predicted: (observation.proposalId === null ? null : predictions.get(observation.proposalId)) ?? null,
    bestThen: null,
    observedAt: Date.parse(observation.observedAt),
  };
}

function plain(values: NonNullable<Observation["values"]>): NonNullable<ExperimentView["values"]> {
  return Object.fromEntries(Object.entries(values).map(([name, { value, unit }]) => [name, { value, unit }]));
}
