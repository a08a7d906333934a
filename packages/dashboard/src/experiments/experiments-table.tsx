import type { FrontStanding } from "@labloop/contracts";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ExperimentView, CampaignView } from "../feed/watched.ts";
import { unitSign } from "../i18n/format.ts";
import { standingText, unitIn, useStandings } from "../front/standings.ts";
import { usePage } from "../page/page.tsx";
import type { SortKey, TableChoice } from "../route/route.ts";
import { ExperimentRow } from "./experiment-row.tsx";
import { windowRows } from "./window-rows.ts";

/** Rows at a guess until the first one is drawn and measured, in px. */
const guessedRowHeight = 44;

/** A table of which only the rows in sight are drawn, so that thousands are as quick as ten. */
export function ExperimentsTable(props: {
  rows: readonly ExperimentView[];
  campaign: CampaignView;
  choice: TableChoice;
  onChoose: (choice: TableChoice) => void;
}) {
  const { rows, campaign, choice, onChoose } = props;
  const { store, format } = usePage();
  const { say } = format.value;
  const all = store.experiments.all.value;
  const standings = useStandings(all, campaign);
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const [view, setView] = useState({ scrolled: 0, height: 600, rowHeight: guessedRowHeight });
  const isPrinting = usePrinting();
  const look = () => {
    const element = scroller.current;
    if (element === null) return;
    const row = body.current?.querySelector("tr[aria-rowindex]");
    const rowHeight = row?.getBoundingClientRect().height || guessedRowHeight;
    const next = { scrolled: element.scrollTop, height: element.clientHeight, rowHeight };
    setView((before) =>
      before.scrolled === next.scrolled && before.height === next.height && before.rowHeight === next.rowHeight
        ? before
        : next,
    );
  };
  useLayoutEffect(look);
  useEffect(() => {
    const resize = new ResizeObserver(look);
    if (scroller.current !== null) resize.observe(scroller.current);
    return () => resize.disconnect();
  }, []);
  const part = isPrinting
    ? { first: 0, end: rows.length, above: 0, below: 0 }
    : windowRows(rows.length, view.rowHeight, view.scrolled, view.height);
  const { objective, objectives } = campaign;
  const unitOf = (unit: string) => {
    const sign = unitSign(unit);
    return sign === "" ? "" : `\u00a0/\u00a0${sign}`;
  };
  const sortHead = (key: SortKey, name: string, isNumber: boolean) => (
    <SortHead name={name} column={key} choice={choice} isNumber={isNumber} onChoose={onChoose} />
  );
  /** What keeps a row's design off the front, or else which bounds this one reading breaks. */
  const remarkOn = ({ outOfBounds = [], values }: ExperimentView, standing: FrontStanding | null): string | null => {
    if (standing?.at === "outside" || standing?.at === "doubted") {
      return standingText(standing, format.value, (name) => unitIn(all, name));
    }
    if (outOfBounds.length === 0) return null;
    const told = outOfBounds.map((name) => {
      const own = values?.[name];
      return own === undefined ? name : `${name} ${format.value.quantity(own.value, own.unit)}`;
    });
    return say.front.outsideWith(say.list(told));
  };
  return (
    <div
      class="scroll experiments-scroll"
      role="region"
      aria-label={say.experiments.scroll}
      tabIndex={0}
      ref={scroller}
      onScroll={look}
    >
      <table aria-rowcount={rows.length + 1}>
        <caption class="unseen">{say.experiments.title}</caption>
        <thead>
          <tr aria-rowindex={1}>
            {sortHead("number", say.experiments.number, false)}
            <th scope="col">{say.experiments.design}</th>
            {objective !== null && sortHead("value", `${objective.name}${unitOf(objective.unit)}`, true)}
            {objective !== null && objectives === undefined && (
              <>
                <th scope="col" class="num expected-column">
                  {say.experiments.expected}
                  {unitOf(objective.unit)}
                </th>
                {sortHead("error", say.experiments.error, true)}
              </>
            )}
            {objectives?.map(({ name, unit }) => (
              <th scope="col" class="num" key={name}>
                {name}
                {unitOf(unit)}
                <span class="front-subhead">{say.front.expectedBelow}</span>
              </th>
            ))}
            <th scope="col">{say.experiments.run}</th>
          </tr>
        </thead>
        <tbody ref={body}>
          {part.above > 0 && <Room height={part.above} />}
          {rows.slice(part.first, part.end).map((row, at) => (
            <ExperimentRow
              key={row.runId}
              row={row}
              campaign={campaign}
              index={part.first + at + 2}
              standing={standings.get(row.runId) ?? null}
              remark={remarkOn(row, standings.get(row.runId) ?? null)}
            />
          ))}
          {part.below > 0 && <Room height={part.below} />}
        </tbody>
      </table>
    </div>
  );
}

function Room({ height }: { height: number }) {
  return (
    <tr aria-hidden="true" class="room">
      <td colSpan={6} style={{ height: `${height}px` }} />
    </tr>
  );
}

function SortHead(props: {
  name: string;
  column: SortKey;
  choice: TableChoice;
  isNumber: boolean;
  onChoose: (choice: TableChoice) => void;
}) {
  const { name, column, choice, isNumber, onChoose } = props;
  const { format } = usePage();
  const isSorted = choice.sort === column;
  const order = choice.isDescending ? "descending" : "ascending";
  return (
    <th scope="col" class={`${isNumber ? "num" : ""} ${column}-column`} aria-sort={isSorted ? order : undefined}>
      <button
        type="button"
        class="sort"
        title={format.value.say.experiments.sortBy(name)}
        onClick={() => onChoose({ ...choice, sort: column, isDescending: isSorted ? !choice.isDescending : true })}
      >
        {name}
        <span aria-hidden="true" class="sort-mark">
          {isSorted ? (choice.isDescending ? "▼" : "▲") : "↕"}
        </span>
      </button>
    </th>
  );
}

/** Whether the page is being printed: then there is no scrolling, and every row is wanted. */
function usePrinting(): boolean {
  const [isPrinting, setPrinting] = useState(false);
  useEffect(() => {
    const before = () => setPrinting(true);
    const after = () => setPrinting(false);
    addEventListener("beforeprint", before);
    addEventListener("afterprint", after);
    return () => {
      removeEventListener("beforeprint", before);
      removeEventListener("afterprint", after);
    };
  }, []);
  return isPrinting;
}
