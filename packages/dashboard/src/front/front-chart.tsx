import type { FrontStanding, JointObjective } from "@labloop/contracts";
import { useEffect, useRef, useState } from "preact/hooks";
import type { CampaignView, ExperimentView } from "../feed/watched.ts";
import { unitSign } from "../i18n/format.ts";
import { usePage } from "../page/page.tsx";
import { percentOf, standingText, unitIn } from "./standings.ts";
import { drawFront, type FrontMark, type MeasuredDot } from "./draw-front.ts";

const height = 340;
/** Within it a pointer reads a mark out, px. */
const reach = 24;

/** What was measured of two objectives, with the designs on the front; the tables have the same numbers. */
export function FrontChart(props: {
  experiments: readonly ExperimentView[];
  standings: ReadonlyMap<string, FrontStanding>;
  campaign: CampaignView;
  across: JointObjective;
  up: JointObjective;
  isNear: boolean;
}) {
  const { experiments, standings, campaign, across, up, isNear } = props;
  const { front = [], objectives = [], outcomeConstraints } = campaign;
  const { format } = usePage();
  const { say, number, count } = format.value;
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const [read, setRead] = useState<MeasuredDot | FrontMark | null>(null);
  const frame = { left: 52, right: Math.max(120, width) - 12, top: 12, bottom: height - 30 };
  const isWhole = objectives.length === 2;
  const drawn = drawFront({ experiments, front, across, up, isWhole, isNear }, frame);
  const { dots, marks, beyond, line, ticks, targets } = drawn;
  const onPointer = ({ offsetX, offsetY }: PointerEvent) => {
    const distance = ({ x, y }: { x: number; y: number }) => Math.hypot(x - offsetX, y - offsetY);
    // A design on the front lies over its own readings, and has more to say.
    const near = [...marks, ...dots].toSorted((a, b) => distance(a) - distance(b) || ("point" in a ? -1 : 1))[0];
    setRead(near !== undefined && distance(near) <= reach ? near : null);
  };
  return (
    <figure class="front-figure">
      <figcaption class="best-axis">{axisName(up, say)}</figcaption>
      <div class="front-plot" ref={place}>
        <svg
          width="100%"
          height={height}
          role="img"
          aria-label={say.front.chart(across.name, up.name, count(marks.length), count(dots.length))}
          onPointerMove={onPointer}
          onPointerLeave={() => setRead(null)}
        >
          {ticks.up.map(({ value, at }) => (
            <g key={value} class="front-grid">
              <line x1={frame.left} x2={frame.right} y1={at} y2={at} />
              <text x={frame.left - 6} y={at + 4} text-anchor="end">
                {number(value)}
              </text>
            </g>
          ))}
          {ticks.across.map(({ value, at }) => (
            <g key={value} class="front-grid">
              <line x1={at} x2={at} y1={frame.top} y2={frame.bottom} />
              <text x={at} y={height - 10} text-anchor="middle">
                {number(value)}
              </text>
            </g>
          ))}
          {targets.across !== null && (
            <line class="front-target" x1={targets.across} x2={targets.across} y1={frame.top} y2={frame.bottom} />
          )}
          {targets.up !== null && (
            <line class="front-target" x1={frame.left} x2={frame.right} y1={targets.up} y2={targets.up} />
          )}
          {dots.map((dot) => (
            <circle
              key={dot.number}
              class={dot.isOutside ? "front-outside" : "front-dot"}
              cx={dot.x}
              cy={dot.y}
              r={dot.isOutside ? 3.5 : 3}
            />
          ))}
          {line !== "" && <path class="front-line" d={line} />}
          {marks.map(({ point, x, y, xs, ys }) => (
            <g key={JSON.stringify(point.parameters)}>
              <path class="front-error" d={`M${xs[0]} ${y}H${xs[1]}M${x} ${ys[0]}V${ys[1]}`} />
              <path class="front-mark" d={`M${x} ${y - 6.5}L${x + 6.5} ${y}L${x} ${y + 6.5}L${x - 6.5} ${y}Z`} />
            </g>
          ))}
        </svg>
      </div>
      <p class="best-axis best-axis-x">{axisName(across, say)}</p>
      <p class="best-read" aria-hidden="true">
        {read === null ? "\u00a0" : <ReadOut {...{ read, experiments, standings, campaign, across, up }} />}
      </p>
      {beyond > 0 && <p class="quiet">{say.front.beyond(beyond, count(beyond))}</p>}
      <ul class="key" aria-label={say.best.key}>
        <li class="key-front">{say.front.onFront}</li>
        <li class="key-measured">{say.front.measured}</li>
        {outcomeConstraints !== undefined && <li class="key-outside">{say.front.outside}</li>}
        {(targets.across !== null || targets.up !== null) && <li class="key-target">{say.best.target}</li>}
      </ul>
    </figure>
  );
}

type Say = ReturnType<typeof usePage>["format"]["value"]["say"];

function axisName({ name, unit, goal }: JointObjective, say: Say): string {
  const sign = unitSign(unit);
  return `${name}${sign === "" ? "" : ` / ${sign}`} (${say.front.better[goal]})`;
}

function ReadOut(props: {
  read: MeasuredDot | FrontMark;
  experiments: readonly ExperimentView[];
  standings: ReadonlyMap<string, FrontStanding>;
  campaign: CampaignView;
  across: JointObjective;
  up: JointObjective;
}) {
  const { read, experiments, standings, campaign, across, up } = props;
  const format = usePage().format.value;
  const { say, quantity, number, count, design } = format;
  if (!("point" in read)) {
    const standing = standings.get(experiments.find((own) => own.number === read.number)?.runId ?? "");
    const told = standing === undefined ? "" : standingText(standing, format, (name) => unitIn(experiments, name));
    const parts = [
      `${say.best.number} ${count(read.number)}`,
      `${across.name} ${quantity(read.across, across.unit)}`,
      `${up.name} ${quantity(read.up, up.unit)}`,
      ...(told === "" ? [] : [told]),
    ];
    return <>{parts.join(" · ")}</>;
  }
  const believed = [across, up].flatMap(({ name, unit }) => {
    const own = read.point.values[name];
    if (own === undefined) return [];
    const [low, high] = own.interval90;
    return [`${name} ${say.expectedValue(quantity(own.value, unit), number(low), number(high))}`];
  });
  const { chance, requested } = read.point;
  const asked = requested === undefined ? [] : [say.front.askedFor(design(requested, campaign.space))];
  const likely = chance === undefined ? [] : [say.front.likely(count(percentOf(chance)))];
  return <>{[design(read.point.parameters, campaign.space), ...asked, ...believed, ...likely].join(" · ")}</>;
}

/** The width of an element in px, as it changes. */
function useWidth(place: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(560);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const resize = new ResizeObserver(() => setWidth(element.clientWidth));
    resize.observe(element);
    return () => resize.disconnect();
  }, []);
  return width;
}
