import type { CampaignView } from "../feed/watched.ts";
import { unitSign } from "../i18n/format.ts";
import { usePage } from "../page/page.tsx";
import { percentOf } from "./standings.ts";

/** The designs on the front, from the best in the first objective on: what is believed of each, and what was read there. */
export function FrontTable({ campaign }: { campaign: CampaignView }) {
  const { format } = usePage();
  const { say, number, quantity, count, design } = format.value;
  const { front = [], objectives = [], space } = campaign;
  return (
    <div class="scroll front-table" role="region" aria-label={say.best.dataOf(say.front.table)} tabIndex={0}>
      <table>
        <caption class="unseen">{say.front.table}</caption>
        <thead>
          <tr>
            <th scope="col">{say.experiments.design}</th>
            {objectives.map(({ name, unit }) => {
              const sign = unitSign(unit);
              return (
                <th scope="col" class="num" key={name}>
                  {name}
                  {sign === "" ? "" : `\u00a0/\u00a0${sign}`}
                  <span class="front-subhead">{say.front.columns}</span>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {front.map(({ parameters, requested, values, chance }) => (
            <tr key={JSON.stringify(parameters)}>
              <th scope="row">
                <span class="design">
                  {space.parameters.map(({ name, unit }) => (
                    <span key={name} class="design-part">
                      <span class="quiet">{name}</span> {quantity(parameters[name] ?? Number.NaN, unit)}
                    </span>
                  ))}
                </span>
                {requested !== undefined && (
                  <span class="front-readings quiet">{say.front.askedFor(design(requested, space))}</span>
                )}
                {chance !== undefined && (
                  <span class="front-readings quiet">{say.front.likely(count(percentOf(chance)))}</span>
                )}
              </th>
              {objectives.map(({ name }) => {
                const own = values[name];
                return (
                  <td class="num" key={name}>
                    {own === undefined ? (
                      "–"
                    ) : (
                      <>
                        <strong>{number(own.value)}</strong>
                        <span class="front-readings quiet">
                          {number(own.interval90[0])} – {number(own.interval90[1])}
                        </span>
                        <span class="front-readings quiet">{say.front.read(own.observed.map(number).join(", "))}</span>
                      </>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
