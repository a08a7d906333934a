import { keepsNone } from "@labloop/contracts/keeps-none";
import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { Panel } from "../page/panel.tsx";
import { usePage } from "../page/page.tsx";
import { BestChart } from "./best-chart.tsx";
import { type BestRow, bestRows } from "./best-rows.ts";
import { BestTable } from "./best-table.tsx";
import { unjudgedText } from "./unjudged-text.ts";
import { wantedTexts } from "./wanted.ts";

/** The best design so far against the number of experiments, with what chance would have found; as a chart or as a table. */
export function BestPanel() {
  const page = usePage();
  const { store, format, route } = page;
  const { say, quantity, number, count } = format.value;
  const rows = useMemo(
    () =>
      computed((): BestRow[] => {
        const campaign = store.campaign.value;
        if (campaign === null || campaign.objective === null) return [];
        const { objective, budget, best, judged } = campaign;
        return bestRows({
          experiments: store.experiments.all.value,
          objective,
          band: store.band.value,
          budget,
          now: best,
          judged,
        });
      }),
    [store],
  );
  const campaign = store.campaign.value;
  const current = route.value;
  const view = current.page === "campaign" ? current.best : "chart";
  const objective = campaign?.objective ?? null;
  const wanted = campaign === null ? [] : wantedTexts(campaign, format.value);
  const isNone = campaign !== null && keepsNone(campaign);
  const last = rows.value.findLast(({ best }) => best !== null);
  const unjudged = campaign === null ? "" : unjudgedText(campaign, store.experiments.all.value, format.value);
  return (
    <Panel
      name="best"
      title={say.best.title}
      aside={
        <div class="switch" role="group" aria-label={say.best.view}>
          {(["chart", "data"] as const).map((each) => (
            <button
              type="button"
              key={each}
              aria-pressed={view === each}
              onClick={() => current.page === "campaign" && page.go({ ...current, best: each })}
            >
              {each === "chart" ? say.best.showChart : say.best.showData}
            </button>
          ))}
        </div>
      }
    >
      <p class="best-summary">
        {isNone ? (
          say.best.noneKeeps
        ) : objective === null || last?.best == null || last.low === null || last.high === null ? (
          campaign?.phase === "finished" || campaign?.phase === "aborted" ? (
            say.best.noneAtEnd
          ) : (
            say.best.none
          )
        ) : (
          <>
            {say.best.summary(
              quantity(last.best, objective.unit),
              number(last.low),
              number(last.high),
              last.number,
              count(last.number),
            )}{" "}
            {last.random !== null && say.best.ahead(quantity(last.random.median, objective.unit))}
          </>
        )}{" "}
        {unjudged}
      </p>
      {wanted.length > 0 && <p class="quiet">{say.best.desirable(say.list(wanted))}</p>}
      {objective !== null && view === "chart" && <BestChart rows={rows.value} objective={objective} />}
      {objective !== null && view === "data" && <BestTable rows={rows.value} objective={objective} />}
      {campaign !== null && campaign.objectives === undefined && store.band.value === null && (
        <p class="quiet">{say.best.noBand}</p>
      )}
    </Panel>
  );
}
