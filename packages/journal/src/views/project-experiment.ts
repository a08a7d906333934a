import { type ExperimentView, type Observation, outOfBounds, type RecordedEvent } from "@labloop/contracts";
import type { Tables } from "./tables.ts";

/** Projects observations into rows, and writes the model's best into the row that it was known at. */
export function projectExperiment(tables: Tables, { seq, event }: RecordedEvent): void {
  const { predictions } = tables;
  if (event.type === "proposal.made") {
    const { predicted, predictions: several } = event.answer;
    predictions.set(event.proposalId, { predicted, ...(several === undefined ? {} : { predictions: several }) });
    const last = tables.experiments.last();
    const { best } = event.answer;
    if (last !== undefined && best !== null && last.bestThen === null) {
      const bestThen = { value: best.value, interval90: best.interval90 };
      tables.experiments.set(last.runId, { ...last, bestThen }, seq);
    }
  }
  if (event.type !== "observation.made" || event.observation.purpose !== undefined) return;
  const row = rowOf(event.observation, tables.experiments.size + 1, tables);
  tables.experiments.set(row.runId, row, seq);
}

function rowOf(
  observation: Observation,
  number: number,
  { predictions, campaign }: Pick<Tables, "predictions" | "campaign">,
): ExperimentView {
  const { failure, values, partial } = observation;
  const outside = outOfBounds(values ?? {}, campaign?.outcomeConstraints ?? {});
  return {
    number,
    runId: observation.runId,
    parameters: observation.executed.value ?? observation.requested,
    ...(values !== null && observation.executed.value === null ? { asRequested: true as const } : {}),
    values: values === null ? null : plain(values),
    ...(partial === undefined ? {} : { partial: plain(partial) }),
    failure: failure === null ? null : { class: failure.class, code: failure.code, message: failure.message },
    ...(outside.length === 0 ? {} : { outOfBounds: outside }),
    replicate: observation.replicate,
    ...((observation.proposalId === null ? undefined : predictions.get(observation.proposalId)) ?? { predicted: null }),
    bestThen: null,
    observedAt: Date.parse(observation.observedAt),
  };
}

function plain(values: NonNullable<Observation["values"]>): NonNullable<ExperimentView["values"]> {
  return Object.fromEntries(Object.entries(values).map(([name, { value, unit }]) => [name, { value, unit }]));
}
