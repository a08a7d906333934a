import { type Column, type Row, instant, known, none } from "./column.ts";

/** Returns the columns that say which observation a row is, and of what. */
export function identityColumns(): Column[] {
  return [
    {
      name: "number",
      type: "integer",
      unit: null,
      description: { en: "Row number, in the order of observation, from 1", ja: "観測順の行番号（1 から）" },
      source: "order of observation.made",
      cell: ({ number }) => known(number),
    },
    id("observation_id", "Observation", "観測", "observationId", ({ observation }) => observation.observationId),
    id("campaign_id", "Campaign", "実験計画", "campaignId", ({ observation }) => observation.campaignId),
    id(
      "run_id",
      "Run: one plan being carried out",
      "実行（1 つの計画の遂行）",
      "runId",
      ({ observation }) => observation.runId,
    ),
    id(
      "proposal_id",
      "Proposal that asked for it",
      "もとになった提案",
      "proposalId",
      ({ observation }) => observation.proposalId,
    ),
    id(
      "step_id",
      "Step whose result settled it",
      "結果を確定させた手順",
      "stepId",
      ({ observation }) => observation.stepId,
    ),
    {
      name: "purpose",
      type: "string",
      unit: null,
      description: {
        en: "Set for what is no experiment: control, a known sample that shows whether the lab measures right",
        ja: "実験でない行の目的：control（測定の正しさを確かめる既知試料）",
      },
      source: "purpose",
      cell: ({ observation: { purpose } }) => (purpose === undefined ? none : known(purpose)),
    },
    id("sample_id", "Sample", "試料", "sample.id", ({ observation }) => observation.sample.id),
    {
      name: "sample_parents",
      type: "string",
      unit: null,
      description: {
        en: "Samples that this one was made from, separated by spaces",
        ja: "この試料のもとになった試料（空白区切り）",
      },
      source: "sample.parents",
      cell: ({ observation: { sample } }) => (sample.parents.length === 0 ? none : known(sample.parents.join(" "))),
    },
    {
      name: "observed_at",
      type: "timestamp",
      unit: null,
      description: { en: "When it was observed, lab time, UTC", ja: "観測日時（実験室時刻、UTC）" },
      source: "observedAt",
      cell: ({ observation }) => known(instant(observation.observedAt)),
    },
    {
      name: "replicate",
      type: "integer",
      unit: null,
      description: {
        en: "How often this executed point had been measured before, plus one",
        ja: "同じ実施条件での測定の通し番号（1 から）",
      },
      source: "replicate",
      cell: ({ observation }) => known(observation.replicate),
    },
    {
      name: "is_simulated",
      type: "boolean",
      unit: null,
      description: { en: "Whether the lab was a simulated one", ja: "シミュレーションされた実験室か" },
      source: "mode",
      cell: ({ observation }) => known(observation.mode === "simulated"),
    },
  ];
}

function id(name: string, en: string, ja: string, source: string, read: (row: Row) => string | null): Column {
  return {
    name,
    type: "string",
    unit: null,
    description: { en: `${en}, by its id`, ja: `${ja}の識別子` },
    source,
    cell(row) {
      const value = read(row);
      return value === null ? none : known(value);
    },
  };
}
