import type { JointObjective } from "@labloop/contracts";
import { usePage } from "../page/page.tsx";
import type { CampaignView } from "../feed/watched.ts";
import { Panel } from "../page/panel.tsx";
import { FrontChart } from "./front-chart.tsx";
import { FrontTable } from "./front-table.tsx";
import { boundsText, frontSummary, useStandings } from "./standings.ts";

/** The front of a campaign with several objectives, in place of one best: two of them drawn against each other, and all in a table. */
export function FrontPanel() {
  const { store } = usePage();
  const campaign = store.campaign.value;
  return campaign === null ? null : <FrontOf campaign={campaign} />;
}

function FrontOf({ campaign }: { campaign: CampaignView }) {
  const page = usePage();
  const { store, format, route } = page;
  const { say } = format.value;
  const experiments = store.experiments.all.value;
  const standings = useStandings(experiments, campaign);
  const current = route.value;
  const objectives = campaign.objectives ?? [];
  const front = campaign.front ?? [];
  const chosen = current.page === "campaign" ? current.axes : null;
  const isNear = current.page === "campaign" && current.isNear;
  const [across, up] = axesOf(objectives, chosen);
  if (across === undefined || up === undefined) return null;
  const choose = (axis: "across" | "up", name: string) => {
    if (current.page !== "campaign") return;
    const other = axis === "across" ? up.name : across.name;
    // An objective says nothing against itself: the two change places.
    const swapped = name === other ? (axis === "across" ? across.name : up.name) : other;
    page.go({ ...current, axes: axis === "across" ? { across: name, up: swapped } : { across: swapped, up: name } });
  };
  return (
    <Panel
      name="front"
      title={say.front.title}
      aside={
        <div class="front-tools">
          {objectives.length > 2 && (
            <div class="front-axes">
              {(["across", "up"] as const).map((axis) => (
                <label key={axis}>
                  {say.front[axis]}{" "}
                  <select
                    value={axis === "across" ? across.name : up.name}
                    onChange={({ currentTarget }) => choose(axis, currentTarget.value)}
                  >
                    {objectives.map(({ name }) => (
                      <option key={name} value={name}>
                        {name}
                      </option>
                    ))}
                  </select>
                </label>
              ))}
            </div>
          )}
          {front.length > 0 && (
            <div class="switch" role="group" aria-label={say.front.view}>
              {([false, true] as const).map((each) => (
                <button
                  type="button"
                  key={String(each)}
                  aria-pressed={isNear === each}
                  onClick={() => current.page === "campaign" && page.go({ ...current, isNear: each })}
                >
                  {each ? say.front.near : say.front.whole}
                </button>
              ))}
            </div>
          )}
        </div>
      }
    >
      <p class="best-summary">{frontSummary(campaign, format.value)}</p>
      {campaign.front !== undefined && campaign.outcomeConstraints !== undefined && (
        <p class="quiet front-bounds">{boundsText(experiments, standings, campaign, format.value)}</p>
      )}
      <FrontChart
        experiments={experiments}
        standings={standings}
        campaign={campaign}
        across={across}
        up={up}
        isNear={isNear}
      />
      {front.length > 0 && <FrontTable campaign={campaign} />}
    </Panel>
  );
}

/** The two objectives that are drawn: those chosen where they exist, or else the first two. */
function axesOf(
  objectives: readonly JointObjective[],
  chosen: { readonly across: string; readonly up: string } | null,
): readonly [JointObjective | undefined, JointObjective | undefined] {
  const named = (name: string | undefined) => objectives.find((each) => each.name === name);
  const across = named(chosen?.across) ?? objectives[0];
  const up = named(chosen?.up) ?? objectives.find((each) => each !== across);
  return across === up ? [across, objectives.find((each) => each !== across)] : [across, up];
}
