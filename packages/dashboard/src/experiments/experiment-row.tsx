import type { FrontStanding } from "@labloop/contracts";
import type { ExperimentView, CampaignView } from "../feed/watched.ts";
import { usePage } from "../page/page.tsx";
import { errorOf, valueOf } from "./sort-experiments.ts";

/** One experiment: where, what was expected, what came out, and the way to its run. */
export function ExperimentRow({
  row,
  campaign,
  index,
  standing,
  remark,
}: {
  row: ExperimentView;
  campaign: CampaignView;
  index: number;
  /** Where its design stands to the front; null where there is none. */
  standing: FrontStanding | null;
  /** What is against it, if anything. */
  remark: string | null;
}) {
  const { store, format } = usePage();
  const { say, number, quantity, difference, count } = format.value;
  const { objective, objectives, space } = campaign;
  const value = valueOf(row, objective);
  const error = errorOf(row, objective);
  const { predicted, failure } = row;
  const run = store.runs.row(row.runId)?.value;
  const isInside =
    predicted !== null && value !== null && value >= predicted.interval90[0] && value <= predicted.interval90[1];
  const isBest =
    objective === null
      ? standing?.at === "front"
      : campaign.bestMeasured !== null && value === campaign.bestMeasured.value;
  return (
    <tr aria-rowindex={index} class={failure === null ? (isBest ? "is-best" : "") : "is-failed"}>
      <th scope="row" class="num">
        {count(row.number)}
      </th>
      <td>
        <span class="design">
          {space.parameters.map(({ name, unit }) => (
            <span key={name} class="design-part">
              <span class="quiet">{name}</span> {quantity(row.parameters[name] ?? Number.NaN, unit)}
            </span>
          ))}
        </span>
        {remark !== null && (
          <span class="out-of-bounds">
            <span aria-hidden="true">! </span>
            {remark}
          </span>
        )}
      </td>
      {objective === null && failure !== null && (
        <td class="num value" colSpan={objectives?.length}>
          <Failure row={row} />
        </td>
      )}
      {objective !== null && (
        <td class="num value">
          {failure !== null || value === null ? (
            <Failure row={row} />
          ) : (
            <>
              {isBest && (
                <span class="star" aria-hidden="true">
                  ★{" "}
                </span>
              )}
              {number(value)}
              {error !== null && <span class="value-error quiet">{difference(error, "")}</span>}
            </>
          )}
        </td>
      )}
      {objective !== null && objectives === undefined && (
        <>
          <td class="num expected-column">
            {predicted === null ? (
              <span class="quiet">{say.experiments.noModel}</span>
            ) : (
              <>
                {number(predicted.mean)}{" "}
                <span class="quiet">
                  ({number(predicted.interval90[0])} – {number(predicted.interval90[1])})
                </span>
              </>
            )}
          </td>
          <td class="num error-column">
            {error === null ? (
              <span class="quiet">–</span>
            ) : (
              <span title={isInside ? say.experiments.inside : say.experiments.outside}>
                {difference(error, "")}
                <span aria-hidden="true" class={isInside ? "inside" : "outside"}>
                  {isInside ? " ✓" : " !"}
                </span>
                <span class="unseen"> {isInside ? say.experiments.inside : say.experiments.outside}</span>
              </span>
            )}
          </td>
        </>
      )}
      {(objective !== null || failure === null) &&
        objectives?.map(({ name }, place) => (
          <td class="num value" key={name}>
            {place === 0 && isBest && objective === null && (
              <>
                <span class="star" aria-hidden="true">
                  ◆{" "}
                </span>
                <span class="unseen">{say.front.on} </span>
              </>
            )}
            <JointValue row={row} name={name} />
          </td>
        ))}
      <td>
        <a href={`#/runs/${row.runId}`}>{run === undefined ? say.experiments.run : say.run(count(run.number))}</a>
        {row.replicate > 1 && <span class="quiet replicate"> {say.experiments.replicate(count(row.replicate))}</span>}
      </td>
    </tr>
  );
}

/** One of several objectives: what was measured, and below it what was expected. */
function JointValue({ row, name }: { row: ExperimentView; name: string }) {
  const { say, number } = usePage().format.value;
  const value = row.values?.[name]?.value;
  const expected = row.predictions?.[name];
  return (
    <>
      {value === undefined ? "–" : number(value)}
      <span class="front-readings quiet">
        {expected === undefined
          ? say.experiments.noModel
          : `${number(expected.mean)} (${number(expected.interval90[0])} – ${number(expected.interval90[1])})`}
      </span>
    </>
  );
}

function Failure({ row: { failure, partial } }: { row: ExperimentView }) {
  const { say, quantity } = usePage().format.value;
  return (
    <>
      <span class="failed-word" title={failure?.message}>
        <span aria-hidden="true">✕ </span>
        {failure === null ? say.experiments.failed : (say.experiments.failure[failure.class] ?? failure.class)}
      </span>
      {partial !== undefined && (
        <span class="quiet" title={say.experiments.kept}>
          {" "}
          ({keptText(partial, quantity)})
        </span>
      )}
    </>
  );
}

function keptText(
  partial: NonNullable<ExperimentView["partial"]>,
  quantity: (value: number, unit: string) => string,
): string {
  return Object.entries(partial)
    .map(([name, { value, unit }]) => `${name} ${quantity(value, unit)}`)
    .join(", ");
}
