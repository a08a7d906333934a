import type { Objective } from "@labloop/contracts";
import { unitSign } from "../i18n/format.ts";
import { usePage } from "../page/page.tsx";
import type { BestRow } from "./best-rows.ts";

/** The chart's numbers as a table. */
export function BestTable({ rows, objective }: { rows: readonly BestRow[]; objective: Objective }) {
  const { format } = usePage();
  const { say, number, count } = format.value;
  const { best } = say;
  const written = (value: number | null | undefined) => (value == null ? "–" : number(value));
  const sign = unitSign(objective.unit);
  const heads = [best.measured, best.best, best.low, best.high, best.random, best.randomLow, best.randomHigh];
  return (
    <div class="scroll best-data" role="region" aria-label={best.dataOf(best.title)} tabIndex={0}>
      <table>
        <caption class="unseen">
          {best.title}: {objective.name}
        </caption>
        <thead>
          <tr>
            <th scope="col">{best.number}</th>
            {heads.map((head) => (
              <th scope="col" class="num" key={head}>
                {head}
                {sign === "" ? "" : `\u00a0/\u00a0${sign}`}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.number}>
              <th scope="row" class="num">
                {count(row.number)}
              </th>
              <td class="num">{row.isFailed ? best.failed : written(row.measured)}</td>
              <td class="num">{written(row.best)}</td>
              <td class="num">{written(row.low)}</td>
              <td class="num">{written(row.high)}</td>
              <td class="num">{written(row.random?.median)}</td>
              <td class="num">{written(row.random?.low)}</td>
              <td class="num">{written(row.random?.high)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
