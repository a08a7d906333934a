import type { ExplanationAspect } from "@labloop/contracts";
import { Panel } from "../page/panel.tsx";
import { usePage } from "../page/page.tsx";
import { ServerSaid } from "../page/said.tsx";

/** The optimizer's newest proposal: what it wants to try, what it expects there, and why. */
export function NextIdea() {
  const { store, format } = usePage();
  const { say, quantity, number, count } = format.value;
  const campaign = store.campaign.value;
  const next = campaign?.next ?? null;
  const run = next?.runId === undefined ? undefined : store.runs.row(next.runId)?.value;
  const isOver = campaign?.phase === "finished" || campaign?.phase === "aborted";
  return (
    <Panel name="proposal" title={say.proposal.title}>
      {campaign === null || next === null ? (
        <p class="empty">{isOver ? say.proposal.over : say.proposal.empty}</p>
      ) : (
        <>
          <dl class="point">
            {campaign.space.parameters.map(({ name, unit, min, max }) => {
              const value = next.parameters[name];
              if (value === undefined) return null;
              return (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>
                    {quantity(value, unit)}
                    {typeof value === "number" && (
                      <meter class="range" min={min} max={max} value={value} aria-hidden="true" />
                    )}
                  </dd>
                </div>
              );
            })}
          </dl>
          {run !== undefined && (
            <p class="quiet">
              {run.endedAt === null ? say.proposal.underWay : say.proposal.tried}{" "}
              <a href={`#/runs/${run.runId}`}>{say.run(count(run.number))}</a>
            </p>
          )}
          <h3>{say.proposal.expected}</h3>
          {next.predictions !== undefined && (
            <dl class="point expected-each">
              {(campaign.objectives ?? []).map(({ name, unit }) => {
                const own = next.predictions?.[name];
                if (own === undefined) return null;
                return (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>{quantity(own.mean, unit)}</dd>
                    <dd class="quiet">{say.interval(number(own.interval90[0]), number(own.interval90[1]))}</dd>
                  </div>
                );
              })}
            </dl>
          )}
          {next.predictions !== undefined ? null : next.predicted === null || campaign.objective === null ? (
            <p>{say.proposal.noModel}</p>
          ) : (
            <>
              <p class="expected">
                <strong>{quantity(next.predicted.mean, campaign.objective.unit)}</strong>{" "}
                <span class="quiet">
                  {say.interval(number(next.predicted.interval90[0]), number(next.predicted.interval90[1]))}
                </span>
              </p>
              {campaign.best !== null && (
                <Intervals
                  rows={[
                    {
                      name: say.proposal.title,
                      mean: next.predicted.mean,
                      interval: next.predicted.interval90,
                      isNext: true,
                    },
                    {
                      name: say.best.title,
                      mean: campaign.best.value,
                      interval: campaign.best.interval90,
                      isNext: false,
                    },
                  ]}
                />
              )}
            </>
          )}
          <h3>{say.proposal.why}</h3>
          <p>
            <ServerSaid text={next.why} />
          </p>
          {next.explanation !== undefined && (
            <Explanation aspects={next.explanation} isJoint={campaign.objectives !== undefined} />
          )}
        </>
      )}
    </Panel>
  );
}

/** Of the whole model, and the same for many proposals in a row. */
const learned: ReadonlySet<string> = new Set(["left-out", "importances", "calibration", "related", "loneliness"]);

/** What speaks for the proposal, which readings somebody should look at, and, folded, what the model makes of all measurements. */
function Explanation({ aspects, isJoint }: { aspects: readonly ExplanationAspect[]; isJoint: boolean }) {
  const { say } = usePage().format.value;
  const doubts = aspects.filter(({ aspect }) => aspect === "outlier");
  const general = aspects.filter(({ aspect }) => learned.has(aspect));
  const own = aspects.filter(({ aspect }) => aspect !== "outlier" && !learned.has(aspect));
  return (
    <>
      <Reasons aspects={own} isJoint={isJoint} />
      {doubts.length > 0 && (
        <>
          <h3>{say.proposal.doubts}</h3>
          <Reasons aspects={doubts} isJoint={isJoint} />
        </>
      )}
      {general.length > 0 && (
        <details class="learned">
          <summary>{say.proposal.learned}</summary>
          <Reasons aspects={general} isJoint={isJoint} />
        </details>
      )}
    </>
  );
}

/** Of several objectives each reason says which it is about. */
function Reasons({ aspects, isJoint }: { aspects: readonly ExplanationAspect[]; isJoint: boolean }) {
  return (
    <ul class="reasons">
      {aspects.map(({ aspect, objective, why }, i) => (
        <li key={`${aspect} ${objective ?? ""} ${i}`}>
          {isJoint && objective !== null && <strong>{objective}: </strong>}
          <ServerSaid text={why} />
        </li>
      ))}
    </ul>
  );
}

interface IntervalRow {
  readonly name: string;
  readonly mean: number;
  readonly interval: readonly [number, number];
  readonly isNext: boolean;
}

/** Intervals over each other on one axis; the numbers stand beside it in words. */
function Intervals({ rows }: { rows: readonly IntervalRow[] }) {
  const low = Math.min(...rows.map(({ interval }) => interval[0]));
  const high = Math.max(...rows.map(({ interval }) => interval[1]));
  const share = (value: number) => (high === low ? 50 : ((value - low) / (high - low)) * 100);
  return (
    <div class="intervals" aria-hidden="true">
      {rows.map(({ name, mean, interval, isNext }) => (
        <div class={`interval ${isNext ? "is-next" : ""}`} key={name}>
          <span class="interval-name">{name}</span>
          <svg viewBox="0 0 100 12" preserveAspectRatio="none">
            <rect
              x={share(interval[0])}
              y="3.5"
              width={Math.max(0.5, share(interval[1]) - share(interval[0]))}
              height="5"
              rx="1"
            />
            <rect class="interval-mean" x={Math.min(99, Math.max(0, share(mean) - 0.5))} y="0" width="1" height="12" />
          </svg>
        </div>
      ))}
    </div>
  );
}
