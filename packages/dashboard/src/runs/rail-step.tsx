import type { StepView } from "../feed/watched.ts";
import { usePage } from "../page/page.tsx";
import { FaultSaid } from "../page/said.tsx";
import type { RailStep } from "./run-rail.ts";

/** A step on the rail, with every attempt at it. */
export function RailStepView({ step }: { step: RailStep }) {
  const { format } = usePage();
  const { say, duration, time } = format.value;
  const { key, op, device, tense, isFailed, isDoubted, attempts, typicalMs, expectedAt } = step;
  return (
    <li
      class={`rail-step is-${tense} ${isFailed ? "is-failed" : ""} ${isDoubted ? "is-doubted" : ""}`}
      aria-current={tense === "now" ? "step" : undefined}
    >
      <div class="rail-head">
        <h3>{key}</h3>
        <span class="tense">{say.runs.tense[tense]}</span>
        <span class="quiet">
          {op}
          {device === null ? "" : ` · ${say.runs.onDevice(device)}`} · {say.runs.usually(duration(typicalMs))}
          {expectedAt === null ? "" : ` · ${say.runs.expectedStart(time(expectedAt))}`}
        </span>
      </div>
      {attempts.map((attempt) => (
        <Attempt key={attempt.commandId} attempt={attempt} isOnly={attempts.length === 1} />
      ))}
    </li>
  );
}

const instants = ["intendedAt", "sentAt", "acceptedAt", "startedAt", "endedAt"] as const;

function Attempt({ attempt, isOnly }: { attempt: StepView; isOnly: boolean }) {
  const { format } = usePage();
  const { say, duration, time, count } = format.value;
  const { phase, isOverdue, message, startedAt, endedAt } = attempt;
  const photos = Object.entries(attempt.photos ?? {});
  return (
    <div class="attempt" data-phase={phase}>
      <p class="attempt-head">
        {(!isOnly || attempt.attempt > 1) && <strong>{say.runs.attempt(count(attempt.attempt))}</strong>}
        <span class={`step-phase step-${phase}`}>{say.runs.step[phase]}</span>
        {isOverdue && <span class="step-phase step-overdue">{say.runs.overdue}</span>}
        {startedAt !== null && endedAt !== null && <span>{say.runs.took(duration(endedAt - startedAt))}</span>}
        {phase === "started" && startedAt !== null && <Elapsed since={startedAt} typicalMs={attempt.typicalMs} />}
      </p>
      {phase === "inDoubt" && <p class="doubt">{say.runs.doubt}</p>}
      {message !== null && (
        <p class="attempt-message">
          <FaultSaid code={attempt.code} text={message} />
        </p>
      )}
      {photos.length > 0 && (
        <p class="attempt-photos">
          {photos.map(([name, { sha256 }]) => {
            const at = `/api/photos/${attempt.commandId}/${sha256}`;
            return (
              <a key={name} href={at} target="_blank" rel="noreferrer">
                <img src={at} alt={say.photo.of(name)} loading="lazy" />
              </a>
            );
          })}
        </p>
      )}
      <dl class="times">
        {instants.map((name, index) => {
          const at = attempt[name];
          if (at === null) return null;
          const before = instants
            .slice(0, index)
            .map((earlier) => attempt[earlier])
            .findLast((earlier) => earlier !== null);
          return (
            <div key={name}>
              <dt>{say.runs.times[name]}</dt>
              <dd>
                <time dateTime={new Date(at).toISOString()}>{time(at)}</time>
                {before != null && <span class="quiet"> {say.runs.after(duration(Math.max(0, at - before)))}</span>}
              </dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}

function Elapsed({ since, typicalMs }: { since: number; typicalMs: number }) {
  const { labNow, format } = usePage();
  const { say, duration } = format.value;
  const elapsed = Math.max(0, (labNow.value ?? since) - since);
  return (
    <>
      <span>{say.runs.since(duration(elapsed))}</span>
      <progress
        max={1}
        value={typicalMs === 0 ? 0 : Math.min(1, elapsed / typicalMs)}
        aria-label={say.runs.step.started}
      />
    </>
  );
}
