import { Panel } from "../page/panel.tsx";
import { usePage } from "../page/page.tsx";
import type { Chart } from "./extract-chart.ts";
import { boxHeight, boxWidth, layoutChart } from "./layout-chart.ts";

/** The machine as data, put here when the page is built (`vite.config.ts`). */
declare const campaignChart: Chart;

const layout = layoutChart(campaignChart);

/** The campaign's own statechart, as its machine defines it, with where it is now and what can come next. */
export function StatechartPanel() {
  const { store, format } = usePage();
  const { say } = format.value;
  const now = store.campaign.value?.phase ?? null;
  const wordOf = (name: string) => (say.phase as Readonly<Record<string, string>>)[name] ?? name;
  return (
    <Panel name="statechart" title={say.chart.title}>
      <svg
        class="chart"
        viewBox={`0 0 ${layout.width} ${layout.height}`}
        role="img"
        aria-label={say.chart.name(now === null ? "–" : wordOf(now))}
      >
        <defs>
          {["arrow", "arrow-open"].map((id) => (
            <marker key={id} id={id} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
              <path class={id} d="M0 0.5 7.5 4 0 7.5z" />
            </marker>
          ))}
        </defs>
        {layout.transitions
          .toSorted((a, b) => Number(a.from === now) - Number(b.from === now))
          .map(({ from, event, to, path, label }) => (
            <g key={`${from} ${event} ${to}`} class={from === now ? "edge is-open" : "edge"}>
              <path d={path} marker-end={from === now ? "url(#arrow-open)" : "url(#arrow)"} />
              {label !== null && (
                <text x={label.x} y={label.y} text-anchor={label.anchor}>
                  {event}
                </text>
              )}
            </g>
          ))}
        {layout.states.map(({ name, isFinal, x, y }) => (
          <g key={name} class={`node ${name === now ? "is-now" : ""}`} data-state={name}>
            <rect x={x - boxWidth / 2} y={y - boxHeight / 2} width={boxWidth} height={boxHeight} rx="9" />
            {isFinal && (
              <rect
                x={x - boxWidth / 2 + 3.5}
                y={y - boxHeight / 2 + 3.5}
                width={boxWidth - 7}
                height={boxHeight - 7}
                rx="6"
              />
            )}
            <text x={x} y={y + 4.5} text-anchor="middle">
              {wordOf(name)}
            </text>
          </g>
        ))}
      </svg>
      <details class="chart-text">
        <summary>{say.chart.asText}</summary>
        <ul>
          {campaignChart.states.map(({ name, isFinal }) => (
            <li key={name} aria-current={name === now ? "true" : undefined}>
              <strong>{wordOf(name)}</strong>
              {name === now && ` (${say.chart.now})`}
              {isFinal && ` – ${say.chart.ends}`}
              <ul>
                {campaignChart.transitions
                  .filter(({ from }) => from === name)
                  .map(({ event, to }) => (
                    <li key={`${event} ${to}`}>{say.chart.canGo(event, wordOf(to))}</li>
                  ))}
              </ul>
            </li>
          ))}
        </ul>
      </details>
    </Panel>
  );
}
