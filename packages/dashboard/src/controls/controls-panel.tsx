import type { ControlView } from "../feed/watched.ts";
import type { Messages } from "../i18n/en.ts";
import { usePage } from "../page/page.tsx";
import { Panel } from "../page/panel.tsx";
import { chartScale } from "./chart-scale.ts";

/** The control charts of the campaign; nothing before its first control sample. */
export function ControlsPanel() {
  const { store, format } = usePage();
  const charts = store.controls.value;
  if (charts.length === 0) return null;
  return (
    <Panel name="controls" title={format.value.say.controls.title}>
      {charts.map((chart) => (
        <Chart key={chart.name} chart={chart} />
      ))}
    </Panel>
  );
}

// In units of the drawing, which is as wide as its column.
const [width, height, left, right] = [420, 150, 44, 30];

function Chart({ chart }: { chart: ControlView }) {
  const { format } = usePage();
  const { say, number, quantity, count } = format.value;
  const { name, unit, target, sigma, points } = chart;
  const newest = points.at(-1);
  const { levels, y } = chartScale(chart);
  const at = (value: number) => 6 + y(value) * (height - 12);
  const step = (width - left - right) / Math.max(10, points.length);
  const x = (index: number) => left + (index + 0.5) * step;
  const words = newest === undefined ? "" : standingOf(newest, say);
  return (
    <figure class="control-chart">
      <figcaption>
        <strong>{name}</strong>
        {target !== null && sigma !== null && (
          <span class="quiet"> {say.controls.target(number(target), quantity(sigma, unit))}</span>
        )}
        {newest !== undefined && (
          <span data-accepted={newest.isAccepted}> {say.controls.newest(quantity(newest.value, unit), words)}</span>
        )}
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={say.controls.chart(name, count(points.length), words)}
      >
        {levels.map(({ value, kind, label }) => (
          <g key={`${kind} ${label} ${value}`} class={`level-${kind}`}>
            <line x1={left} x2={width - right} y1={at(value)} y2={at(value)} />
            {kind !== "deviation" && (
              <text x={left - 4} y={at(value) + 4} text-anchor="end">
                {number(value)}
              </text>
            )}
            {(label.startsWith("+") || label.startsWith("−")) && (
              <text x={width - right + 4} y={at(value) + 4}>
                {label}
              </text>
            )}
          </g>
        ))}
        <polyline points={points.map(({ value }, index) => `${x(index)},${at(value)}`).join(" ")} />
        {points.map((point, index) => (
          <Mark key={point.number} point={point} x={x(index)} y={at(point.value)} />
        ))}
      </svg>
    </figure>
  );
}

/** A dot; what was rejected is a cross and what warns a ring, so that colour is not all that tells them. */
function Mark({ point, x, y }: { point: ControlView["points"][number]; x: number; y: number }) {
  const { say, quantity } = usePage().format.value;
  const title = <title>{`${point.number}: ${quantity(point.value, "")}, ${standingOf(point, say)}`}</title>;
  if (!point.isAccepted) {
    return (
      <path class="is-rejected" d={`M${x - 4} ${y - 4}l8 8m0 -8l-8 8`}>
        {title}
      </path>
    );
  }
  return (
    <circle class={point.rules.length > 0 ? "is-warning" : "is-accepted"} cx={x} cy={y} r={3.5}>
      {title}
    </circle>
  );
}

function standingOf({ isAccepted, rules }: ControlView["points"][number], say: Messages): string {
  const known: Readonly<Record<string, string>> = say.controls.rule;
  const told = isAccepted ? rules : rules.filter((rule) => rule !== "1-2s");
  const broken = told.map((rule) => `${known[rule] ?? rule} (${rule})`);
  const standing = isAccepted ? (rules.length > 0 ? "warning" : "accepted") : "rejected";
  return [say.controls.standing[standing], ...broken].join(say.controls.comma);
}
