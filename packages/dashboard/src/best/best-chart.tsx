import type { Objective } from "@labloop/contracts";
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { unitSign } from "../i18n/format.ts";
import { usePage } from "../page/page.tsx";
import type { BestRow } from "./best-rows.ts";
import { chartColumns, chartOptions, readInk } from "./draw-best.tsx";

const chartHeight = 300;

/** The chart itself, with its key; hovering reads one number of experiments out in words. */
export function BestChart({ rows, objective }: { rows: readonly BestRow[]; objective: Objective }) {
  const { format, theme } = usePage();
  const { say } = format.value;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [at, setAt] = useState<number | null>(null);
  const [scheme, setScheme] = useState(0);
  const target = objective.target ?? null;
  const columns = chartColumns(rows, target);

  useEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const onChange = () => setScheme((before) => before + 1);
    dark.addEventListener("change", onChange);
    return () => dark.removeEventListener("change", onChange);
  }, []);

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const drawn = new uPlot(
      {
        ...chartOptions(readInk(element), {
          number: format.value.number,
          failedAt: () => failed.current,
          onCursor: setAt,
        }),
        width: element.clientWidth,
        height: chartHeight,
      },
      columns,
      element,
    );
    plot.current = drawn;
    const resize = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height: chartHeight }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      drawn.destroy();
      plot.current = null;
    };
  }, [format.value, theme.value, scheme]);

  const failed = useRef<readonly number[]>([]);
  failed.current = rows.filter(({ isFailed }) => isFailed).map(({ number }) => number);
  useEffect(() => plot.current?.setData(columns), [rows, target]);

  const read = at === null ? undefined : rows[at];
  const { name, unit } = objective;
  return (
    <figure class="best-figure">
      <figcaption class="best-axis">
        {name}
        {unitSign(unit) === "" ? "" : ` / ${unitSign(unit)}`}
      </figcaption>
      <div class="best-plot" ref={place} role="img" aria-label={say.best.chart} />
      <p class="best-axis best-axis-x">{say.best.axis}</p>
      <p class="best-read" aria-hidden="true">
        {read === undefined ? "\u00a0" : <ReadOut row={read} unit={unit} />}
      </p>
      <ul class="key" aria-label={say.best.key}>
        <li class="key-best">{say.best.best}, 90 %</li>
        <li class="key-measured">{say.best.measured}</li>
        {failed.current.length > 0 && <li class="key-failed">{say.best.failed}</li>}
        {rows.some(({ random }) => random !== null) && (
          <>
            <li class="key-random">{say.best.random}</li>
            <li class="key-band">{say.best.randomBand}</li>
          </>
        )}
        {target !== null && <li class="key-target">{say.best.target}</li>}
      </ul>
    </figure>
  );
}

function ReadOut({ row, unit }: { row: BestRow; unit: string }) {
  const { format } = usePage();
  const { say, quantity, number, count } = format.value;
  const parts = [
    `${say.best.number} ${count(row.number)}`,
    ...(row.isFailed ? [say.best.failed] : []),
    ...(row.measured === null ? [] : [`${say.best.measured} ${quantity(row.measured, unit)}`]),
    ...(row.best === null || row.low === null || row.high === null
      ? []
      : [`${say.best.best} ${say.expectedValue(quantity(row.best, unit), number(row.low), number(row.high))}`]),
    ...(row.random === null ? [] : [`${say.best.random} ${quantity(row.random.median, unit)}`]),
  ];
  return <>{parts.join(" · ")}</>;
}
