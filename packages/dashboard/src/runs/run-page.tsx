import type { RunView } from "../feed/watched.ts";
import { RequestList } from "../control/request-list.tsx";
import { usePage } from "../page/page.tsx";
import { FaultSaid, ServerSaid } from "../page/said.tsx";
import { RailStepView } from "./rail-step.tsx";
import { railOf } from "./run-rail.ts";

/** One run: what it is, what came of it, and its past, now and next on one rail. */
export function RunPage({ runId }: { runId: string }) {
  const { store, format } = usePage();
  const { say } = format.value;
  // Subscribes to the table, so that a run that is queued later is found.
  const isKnown = store.runs.keys.value.includes(runId);
  const run = isKnown ? store.runs.row(runId)?.value : undefined;
  return (
    <article class="run-page">
      <p>
        <a href="#/" class="back">
          ← {say.runs.back}
        </a>
      </p>
      <RequestList of={({ subject }) => subject === null} />
      {run === undefined ? (
        <h1>{store.feedId.value === null ? say.sentence.connecting : say.runs.notFound}</h1>
      ) : (
        <RunDetails run={run} />
      )}
    </article>
  );
}

function RunDetails({ run }: { run: RunView }) {
  const { store, format, labNow } = usePage();
  const { say, count, quantity, duration } = format.value;
  const campaign = store.campaign.value;
  const now = labNow.value ?? run.queuedAt;
  const steps = railOf(run, now);
  const waits = store.pulse.value?.pulse.waiting.find(({ runId }) => runId === run.runId);
  const bound = Object.entries(run.bindings);
  return (
    <>
      <header class="run-head">
        <h1>
          {say.run(count(run.number))} <span class={`run-phase phase-${run.phase}`}>{say.runs.phase[run.phase]}</span>
          {run.endedAt === null && run.reason !== null && (
            <span class="run-phase phase-failed">{say.runs.failing}</span>
          )}
        </h1>
        <p class="quiet">
          {say.runs.id} <code>{run.runId}</code> ·{" "}
          {run.endedAt === null
            ? say.runs.since(duration(now - run.queuedAt))
            : say.runs.took(duration(run.endedAt - run.queuedAt))}
        </p>
        {run.reason !== null && (
          <p class="run-reason">
            <ServerSaid text={run.reason} />
          </p>
        )}
        <div class="run-facts">
          {campaign !== null && (
            <dl class="point">
              {campaign.space.parameters.map(({ name, unit }) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{quantity(run.parameters[name] ?? Number.NaN, unit)}</dd>
                </div>
              ))}
            </dl>
          )}
          <Result run={run} />
          {bound.length > 0 && (
            <dl class="bound" aria-label={say.runs.bound}>
              {bound.map(([role, device]) => (
                <div key={role}>
                  <dt>{role}</dt>
                  <dd>{device}</dd>
                </div>
              ))}
            </dl>
          )}
        </div>
      </header>
      <section aria-labelledby="rail-title">
        <h2 id="rail-title">{say.runs.rail}</h2>
        {run.endedAt === null && waits !== undefined && (
          <p class="run-waits">
            <strong>{say.runs.waits}</strong>: <ServerSaid text={waits.message} />
          </p>
        )}
        <ol class="rail">
          {steps.map((step) => (
            <RailStepView key={step.key} step={step} />
          ))}
        </ol>
      </section>
    </>
  );
}

function Result({ run }: { run: RunView }) {
  const { store, format } = usePage();
  const { say, quantity, number } = format.value;
  const campaign = store.campaign.value;
  const experiment = store.experiments.keys.value.includes(run.runId)
    ? store.experiments.row(run.runId)?.value
    : undefined;
  if (campaign === null || experiment === undefined) return null;
  const { predicted, predictions, values, failure } = experiment;
  const { objective, objectives = [] } = campaign;
  const improved = [objective, ...objectives].flatMap((each) => each?.name ?? []);
  const expected = [
    ...(predicted === null || objective === null ? [] : [{ name: "", unit: objective.unit, predicted }]),
    ...objectives.flatMap(({ name, unit }) => {
      const own = predictions?.[name];
      return own === undefined ? [] : [{ name: `${name} `, unit, predicted: own }];
    }),
  ];
  return (
    <dl class="result" aria-label={say.runs.outcome}>
      {Object.entries(values ?? {}).map(([name, { value, unit }]) => (
        <div key={name} class={improved.includes(name) ? "is-objective" : ""}>
          <dt>{name}</dt>
          <dd>{quantity(value, unit)}</dd>
        </div>
      ))}
      {failure !== null && (
        <div class="is-failure">
          <dt>{say.experiments.failed}</dt>
          <dd>
            {say.experiments.failure[failure.class] ?? failure.class}:{" "}
            <FaultSaid code={failure.code} text={failure.message} />
          </dd>
        </div>
      )}
      <div>
        <dt>{say.runs.expectedThen}</dt>
        <dd>
          {expected.length === 0
            ? say.experiments.noModel
            : expected
                .map(({ name, unit, predicted: { mean, interval90 } }) => {
                  const [low, high] = interval90.map(number);
                  return `${name}${say.expectedValue(quantity(mean, unit), low ?? "", high ?? "")}`;
                })
                .join("; ")}
        </dd>
      </div>
    </dl>
  );
}
