import { Panel } from "../page/panel.tsx";
import { usePage } from "../page/page.tsx";
import { railOf } from "./run-rail.ts";

/** Every run that has not ended, as a line of its steps: done, under way, and still to come. */
export function RunsNow() {
  const { store, format } = usePage();
  const { say, count } = format.value;
  const open = store.runs.all.value.filter(({ endedAt }) => endedAt === null);
  return (
    <Panel name="runs" title={say.runs.title} aside={<span class="tally">{count(open.length)}</span>}>
      {open.length === 0 ? (
        <p class="empty">{say.runs.empty}</p>
      ) : (
        <ul class="run-list">
          {open.map(({ runId }) => (
            <RunLine key={runId} runId={runId} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function RunLine({ runId }: { runId: string }) {
  const { store, format } = usePage();
  const { say, count, design } = format.value;
  const run = store.runs.row(runId)?.value;
  const space = store.campaign.value?.space;
  if (run === undefined) return null;
  const steps = railOf(run, 0);
  const waits = store.pulse.value?.pulse.waiting.find((each) => each.runId === runId);
  const current = steps.findIndex(({ tense }) => tense === "now" || tense === "next");
  const name = say.run(count(run.number));
  return (
    <li class="run-line" data-phase={run.phase}>
      <p class="run-name">
        <a href={`#/runs/${runId}`}>{name}</a>{" "}
        {run.phase === "running" && run.reason !== null && (
          <span class="run-phase phase-failed" title={run.reason}>
            {say.runs.failing}
          </span>
        )}
        {run.phase !== "running" && <span class={`run-phase phase-${run.phase}`}>{say.runs.phase[run.phase]}</span>}{" "}
        <span class="quiet">{space === undefined ? "" : design(run.parameters, space)}</span>
      </p>
      <ol
        class="mini-rail"
        aria-label={say.runs.railOf(name, say.runs.stepOf(count(current + 1), count(steps.length)))}
      >
        {steps.map(({ key, tense, isFailed, isDoubted, device }) => (
          <li
            key={key}
            class={`mini-step is-${tense} ${isFailed ? "is-failed" : ""} ${isDoubted ? "is-doubted" : ""} ${waits?.step === key ? "is-waiting" : ""}`}
            aria-current={tense === "now" ? "step" : undefined}
          >
            <span class="mini-mark" aria-hidden="true" />
            <span class="mini-name">{key}</span>
            <span class="unseen">
              {isDoubted ? say.runs.step.inDoubt : isFailed ? say.runs.step.failed : say.runs.tense[tense]}
              {tense === "now" && device !== null ? ` ${say.runs.onDevice(device)}` : ""}
            </span>
          </li>
        ))}
      </ol>
      {waits !== undefined && (
        <p class="run-waits">
          {say.runs.waits}: {say.waiting.why[waits.why] ?? waits.why}
        </p>
      )}
    </li>
  );
}
