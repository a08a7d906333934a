import { frontStandings, type Objective, type Prediction, type ProposeAnswer } from "@labloop/contracts";
import type { CampaignRecord } from "../read-campaign-record.ts";
import { type Cell, type Column, type Row, known, knownOr, none } from "./column.ts";

/** Returns the columns of what the model expected, and of who did it under which recipe and label. */
export function contextColumns({
  origin,
  observations,
  front,
}: Pick<CampaignRecord, "origin" | "observations" | "front">): Column[] {
  const { objective, objectives = [] } = origin;
  const expected =
    objectives.length === 0
      ? expectedColumns(objective ?? { name: "", unit: "1" }, "", ({ predicted }) => predicted)
      : objectives.flatMap((each) =>
          expectedColumns(each, `_${each.name}`, ({ predictions }) => predictions?.[each.name]),
        );
  const standing = front === null ? [] : frontColumns({ origin, observations, front });
  return [...expected, ...proposalColumns(), ...standing, ...provenanceColumns()];
}

/** Where a row stands is said of its design, as the journal last knew it: whatever the row measured itself. */
function frontColumns({
  origin,
  observations,
  front,
}: Pick<CampaignRecord, "origin" | "observations"> & {
  readonly front: NonNullable<CampaignRecord["front"]>;
}): Column[] {
  const bounds = origin.outcomeConstraints ?? {};
  const experiments = observations.map(({ executed, values, purpose, requested }) => ({
    parameters: executed.value ?? requested,
    // What was not carried out as a known design, and a control sample, stands nowhere.
    values: executed.value === null || purpose !== undefined ? null : values,
  }));
  const standings = frontStandings(experiments, { ...front, bounds });
  const source = "campaign.finished and proposal.made answer: front, doubted; values";
  const chances: Column[] =
    origin.outcomeConstraints === undefined
      ? []
      : [
          {
            name: "chance_within_bounds",
            type: "double",
            unit: "1",
            description: {
              en: "How likely the design keeps the bounds on what is measured, of designs on the front and of doubted ones",
              ja: "設計が測定値の制約を満たす確率（フロント上の設計と doubted の設計のみ）",
            },
            source,
            cell: ({ number }) => {
              const standing = standings[number - 1];
              return standing != null && "chance" in standing && standing.chance !== undefined
                ? known(standing.chance)
                : none;
            },
          },
        ];
  return [
    {
      name: "is_on_front",
      type: "boolean",
      unit: null,
      description: {
        en: "Whether the design is read and believed to keep the bounds, if any, and no other such design is believed to beat it in every objective, as known at the end of the journal",
        ja: "設計が（あれば）制約を実測平均でも推定でも満たし、どの目的でもこの設計に勝る設計はないと推定されるか（記録の末尾の時点）",
      },
      source,
      cell: ({ number, observation: { executed } }) =>
        executed.value === null ? none : known(standings[number - 1]?.at === "front"),
    },
    {
      name: "front_standing",
      type: "string",
      unit: null,
      description: {
        en: "Where the design stands: front; outside, the mean of its readings breaks a bound; doubted, read within the bounds but likelier to break them; beaten by another design; unjudged, measured after the front was last known",
        ja: "設計の位置：front（フロント上）、outside（実測平均が制約の範囲外）、doubted（実測は範囲内だが範囲外である可能性が高い）、beaten（他の設計に劣る）、unjudged（最後の評価より後に測定）",
      },
      source,
      cell: ({ number }) => {
        const standing = standings[number - 1];
        return standing == null ? none : known(standing.at);
      },
    },
    ...chances,
  ];
}

function expectedColumns(
  { name, unit }: Pick<Objective, "name" | "unit">,
  suffix: string,
  predictedBy: (answer: ProposeAnswer) => Prediction | null | undefined,
): Column[] {
  const expected = (column: string, en: string, ja: string, read: (of: Prediction) => number): Column => ({
    name: `${column}${suffix}`,
    type: "double",
    unit,
    description: {
      en: `${en} of ${name}; empty before there was a model`,
      ja: `${name} の${ja}（モデルができる前は空）`,
    },
    source: suffix === "" ? "proposal.made answer.predicted" : `proposal.made answer.predictions.${name}`,
    cell: ({ answer }) => {
      const predicted = answer === null ? undefined : predictedBy(answer);
      return predicted == null ? none : known(read(predicted));
    },
  });
  return [
    expected("predicted_mean", "Expected value", "予測平均", ({ mean }) => mean),
    expected("predicted_sd", "Standard deviation of the prediction", "予測の標準偏差", ({ sd }) => sd),
    expected(
      "predicted_low90",
      "Lower end of the 90 % prediction interval",
      "90 % 予測区間の下限",
      (p) => p.interval90[0],
    ),
    expected(
      "predicted_high90",
      "Upper end of the 90 % prediction interval",
      "90 % 予測区間の上限",
      (p) => p.interval90[1],
    ),
  ];
}

function proposalColumns(): Column[] {
  const chosen = (column: string, type: Column["type"], en: string, ja: string, read: Read): Column => ({
    name: column,
    type,
    unit: null,
    description: { en, ja },
    source: "proposal.made answer",
    cell: ({ answer }) => (answer === null ? unrecorded : knownOrNone(read(answer))),
  });
  return [
    chosen(
      "model_kind",
      "string",
      "Kind of surrogate behind the proposal",
      "提案に使った代理モデルの種類",
      (a) => a.surrogate.kind,
    ),
    chosen(
      "model_measurements",
      "integer",
      "How many measurements the surrogate had seen",
      "代理モデルが学習していた測定の数",
      (a) => a.surrogate.measurements,
    ),
    chosen("acquisition", "string", "What the proposal was chosen by", "提案の選択基準", (a) => a.acquisition.name),
    chosen("acquisition_value", "double", "Value of that criterion", "選択基準の値", (a) => a.acquisition.value),
    chosen("proposal_why", "string", "Why this point was chosen, in a sentence", "この条件を選んだ理由", (a) => a.why),
  ];
}

type Read = (answer: ProposeAnswer) => number | string | null;

/** A random start is chosen by no value. */
function knownOrNone(read: number | string | null): Cell {
  return read === null ? none : known(read);
}

const unrecorded: Cell = { state: "unknown", reason: "the journal holds no such proposal" };

/** Returns the columns of who did it, under which recipe and label. */
export function provenanceColumns(): Column[] {
  const text = (name: string, en: string, ja: string, source: string, cell: (row: Row) => Cell): Column => ({
    name,
    type: "string",
    unit: null,
    description: { en, ja },
    source,
    cell,
  });
  return [
    text("actor_kind", "Who ran it: operator or agent", "実行者の種別（operator または agent）", "actor.kind", (row) =>
      known(row.observation.actor.kind),
    ),
    text("actor_name", "Name of who ran it", "実行者の名前", "actor.name", (row) => known(row.observation.actor.name)),
    text("access", "Access label: open, shared or closed", "公開区分（open, shared, closed）", "access", (row) =>
      known(row.observation.access),
    ),
    text("data_manager", "Who answers for the data", "データ管理者", "dataManager", ({ observation }) =>
      observation.dataManager.trim() === ""
        ? { state: "unknown", reason: "the campaign file names no data manager" }
        : known(observation.dataManager),
    ),
    text("grant", "Grant number", "体系的番号（助成番号）", "grant", ({ observation }) =>
      knownOr(observation.grant, (grant) => grant),
    ),
    text("protocol", "Protocol that was followed", "実施したプロトコル", "protocol.name", (row) =>
      known(row.observation.protocol.name),
    ),
    text("protocol_version", "Version of the protocol", "プロトコルの版", "protocol.version", (row) =>
      known(row.observation.protocol.version),
    ),
    text("protocol_digest", "SHA-256 of the protocol file", "プロトコルファイルの SHA-256", "protocol.digest", (row) =>
      known(row.observation.protocol.digest),
    ),
    text("plan_digest", "SHA-256 of the compiled plan", "展開後の計画の SHA-256", "planDigest", (row) =>
      known(row.observation.planDigest),
    ),
    text("model_id", "SHA-256 of the surrogate's summary", "代理モデル要約の SHA-256", "modelId", (row) =>
      row.observation.modelId === null ? none : known(row.observation.modelId),
    ),
  ];
}
