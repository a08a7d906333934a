import { Panel } from "../page/panel.tsx";
import { usePage } from "../page/page.tsx";
import { plainTable } from "../route/route.ts";
import { ExperimentsTable } from "./experiments-table.tsx";
import { sortExperiments } from "./sort-experiments.ts";

/** Every experiment of the campaign, failures too, in the order that the address asks for. */
export function ExperimentsPanel() {
  const page = usePage();
  const { store, format, route } = page;
  const { say, count } = format.value;
  const campaign = store.campaign.value;
  const current = route.value;
  const choice = current.page === "campaign" ? current.table : plainTable;
  const all = store.experiments.all.value;
  const rows = campaign === null ? [] : sortExperiments(all, campaign.objective, choice);
  return (
    <Panel
      name="experiments"
      title={say.experiments.title}
      aside={
        <div class="table-tools">
          <span class="quiet" data-testid="experiments-count">
            {say.experiments.count(rows.length, count(rows.length))}
          </span>
          <label class="check">
            <input
              type="checkbox"
              checked={choice.isFailedOnly}
              onChange={({ currentTarget }) =>
                current.page === "campaign" &&
                page.go({ ...current, table: { ...choice, isFailedOnly: currentTarget.checked } })
              }
            />
            {say.experiments.onlyFailed}
          </label>
          {all.length > 0 && (
            <a href="/observations.csv" download="observations.csv">
              {say.experiments.csv}
            </a>
          )}
        </div>
      }
    >
      {campaign === null || rows.length === 0 ? (
        <p class="empty">
          {choice.isFailedOnly && all.length > 0 ? say.experiments.emptyFilter : say.experiments.empty}
        </p>
      ) : (
        <ExperimentsTable
          rows={rows}
          campaign={campaign}
          choice={choice}
          onChoose={(table) => current.page === "campaign" && page.go({ ...current, table })}
        />
      )}
    </Panel>
  );
}
