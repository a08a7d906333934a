import type { CampaignRecord } from "../read-campaign-record.ts";
import { type Cell, type Column, known, none, type Row } from "./column.ts";
import { contextColumns } from "./context-columns.ts";
import { identityColumns } from "./identity-columns.ts";
import { measuredColumns } from "./measured-columns.ts";
import { stepColumns } from "./step-columns.ts";

/** The table of observations: rows in order, each with a cell a column. */
export interface ObservationTable {
  readonly columns: readonly Omit<Column, "cell">[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Returns every observation of a campaign as a row, failures included; the last column says why cells are unknown. */
export function observationTable(record: CampaignRecord): ObservationTable {
  const { origin, observations, answers, stepKeys } = record;
  const columns = withDistinctNames([
    ...identityColumns(),
    ...measuredColumns(origin, observations),
    ...contextColumns(record),
    ...stepColumns(stepKeys, observations),
  ]);
  const answerTo = ({ proposalId }: Row["observation"]) =>
    (proposalId === null ? null : answers.get(proposalId)) ?? null;
  const rows = observations.map((observation, index) => {
    const row: Row = { number: index + 1, observation, answer: answerTo(observation) };
    const cells = columns.map((column) => column.cell(row));
    return [...cells, reasonsOf(columns, cells)];
  });
  return { columns: [...columns, whyUnknown], rows };
}

const whyUnknown: Omit<Column, "cell"> = {
  name: "unknown_because",
  type: "string",
  unit: null,
  description: {
    en: "Why fields of this row are unknown: a JSON object from column name to reason",
    ja: "この行で値が不明な列とその理由（列名から理由への JSON オブジェクト）",
  },
  source: "the reasons beside the nulls",
};

function reasonsOf(columns: readonly Column[], cells: readonly Cell[]): Cell {
  const reasons = cells.flatMap((cell, index) =>
    cell.state === "unknown" ? [[columns[index]?.name ?? "", cell.reason]] : [],
  );
  return reasons.length === 0 ? none : known(JSON.stringify(Object.fromEntries(reasons)));
}

/** Names with letters, digits and underscores only, which every reader of tables takes, and each of them once. */
export function withDistinctNames(columns: readonly Column[]): Column[] {
  const taken = new Set([whyUnknown.name]);
  return columns.map((column) => {
    const plain = column.name.replaceAll(/[^A-Za-z0-9_]/g, "_");
    let name = plain;
    for (let count = 2; taken.has(name); count++) name = `${plain}_${count}`;
    taken.add(name);
    return { ...column, name };
  });
}
