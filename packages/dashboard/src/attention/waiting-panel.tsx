import { Panel } from "../page/panel.tsx";
import { usePage } from "../page/page.tsx";
import { ServerSaid } from "../page/said.tsx";

/** What could go on and does not, each with why. */
export function WaitingPanel() {
  const { store, format } = usePage();
  const { say, count } = format.value;
  const waiting = store.pulse.value?.pulse.waiting ?? [];
  return (
    <Panel name="waiting" title={say.waiting.title} aside={<span class="tally">{count(waiting.length)}</span>}>
      {waiting.length === 0 ? (
        <p class="empty">{say.waiting.empty}</p>
      ) : (
        <ul class="waiting-list">
          {waiting.map(({ runId, run, step, why, message }) => (
            <li key={`${runId} ${step}`} data-why={why}>
              <p>
                {runId === "" ? say.run(count(run)) : <a href={`#/runs/${runId}`}>{say.run(count(run))}</a>}{" "}
                <span class="step-name">{step}</span> <span class="why">{say.waiting.why[why] ?? why}</span>
              </p>
              <p class="quiet">
                <ServerSaid text={message} />
              </p>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
