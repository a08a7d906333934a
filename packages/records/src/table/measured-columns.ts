import type { LabEventOf, Observation } from "@labloop/contracts";
import { type Column, type Row, known, knownOr, none } from "./column.ts";

/** Returns the columns of what was asked for, what was done, what was measured, and how it failed. */
export function measuredColumns(
  { space, parameterTitles }: Pick<LabEventOf<"campaign.created">, "space" | "parameterTitles">,
  observations: readonly Observation[],
): Column[] {
  const points = (["requested", "executed"] as const).flatMap((which) =>
    space.parameters.map(({ name, unit, options }): Column => {
      const en = parameterTitles?.[name]?.en ?? name;
      const ja = parameterTitles?.[name]?.ja ?? en;
      return {
        name: `${which}_${name}`,
        type: options === undefined ? "double" : "string",
        unit: options === undefined ? unit : null,
        description:
          which === "requested"
            ? { en: `${en}: as the proposal asked`, ja: `${ja}：提案された値` }
            : { en: `${en}: as the instruments carried it out`, ja: `${ja}：装置が実施した値` },
        source: `${which}.${name}`,
        cell: ({ observation }) =>
          which === "requested"
            ? knownOr({ value: observation.requested }, (point) => point[name])
            : knownOr(observation.executed, (point) => point[name]),
      };
    }),
  );
  return [
    ...points,
    ...valueNames(observations).flatMap((name) => valueColumns(name, observations)),
    ...failureColumns(),
  ];
}

/** Observed quantities in the order in which they first turn up. */
function valueNames(observations: readonly Observation[]): string[] {
  return [...new Set(observations.flatMap((observation) => Object.keys(observedOf(observation))))];
}

/** What was measured; of a failed run, what its other steps had measured. */
function observedOf({ values, partial }: Observation): NonNullable<Observation["values"]> {
  return values ?? partial ?? {};
}

function valueColumns(name: string, observations: readonly Observation[]): Column[] {
  const of = ({ observation }: Row) => observedOf(observation)[name];
  const units = new Set(observations.flatMap((observation) => observedOf(observation)[name]?.unit ?? []));
  // One unit for the column, or none where rows differ: each row names its own.
  const unit = units.size === 1 ? ([...units][0] ?? null) : null;
  return [
    {
      name: `observed_${name}`,
      type: "double",
      unit,
      description: {
        en: `Observed ${name}; where has_failed is true, what was measured before the run failed, if anything`,
        ja: `観測された ${name}（has_failed が true の行では失敗前に測定された値。なければ空）`,
      },
      source: `values.${name}.value, partial.${name}.value`,
      cell: (row) => valueCell(of(row)?.value),
    },
    {
      name: `observed_${name}_unit`,
      type: "string",
      unit: null,
      description: { en: `Unit of the observed ${name}`, ja: `観測された ${name} の単位` },
      source: `values.${name}.unit, partial.${name}.unit`,
      cell: (row) => valueCell(of(row)?.unit),
    },
    {
      name: `observed_${name}_uncertainty`,
      type: "double",
      unit,
      description: {
        en: `One standard uncertainty of the observed ${name}`,
        ja: `観測された ${name} の標準不確かさ（1σ）`,
      },
      source: `values.${name}.uncertainty, partial.${name}.uncertainty`,
      cell: (row) => {
        const value = of(row);
        return value === undefined ? none : knownOr(value.uncertainty, (uncertainty) => uncertainty);
      },
    },
  ];
}

function valueCell(value: number | string | undefined) {
  return value === undefined ? none : known(value);
}

function failureColumns(): Column[] {
  const text = (name: "class" | "code" | "message", en: string, ja: string): Column => ({
    name: `failure_${name}`,
    type: "string",
    unit: null,
    description: { en, ja },
    source: `failure.${name}`,
    cell: ({ observation: { failure } }) => (failure === null ? none : known(failure[name])),
  });
  const settling = (name: "step" | "device", en: string, ja: string): Column => ({
    name: `failed_${name}`,
    type: "string",
    unit: null,
    description: { en, ja },
    source: `steps.${name} of stepId`,
    cell({ observation: { failure, stepId, steps } }) {
      const failed = failure === null ? undefined : steps.find(({ commandId }) => commandId.startsWith(`${stepId}.`));
      return failed === undefined ? none : known(failed[name]);
    },
  });
  return [
    {
      name: "has_failed",
      type: "boolean",
      unit: null,
      description: {
        en: "Whether the run failed: what is observed in its row was measured before, and no model learned from it",
        ja: "失敗した実行か（この行の観測値は失敗前に測定されたもので、モデルは学習していない）",
      },
      source: "failure",
      cell: ({ observation }) => known(observation.failure !== null),
    },
    text(
      "class",
      "How it failed: crash, infeasible, instrument, censored, in-doubt or aborted; empty when it did not",
      "失敗の種類（crash, infeasible, instrument, censored, in-doubt, aborted。成功なら空）",
    ),
    text("code", "The failure's stable code", "失敗の識別コード"),
    text("message", "The failure in words", "失敗の説明"),
    settling("step", "The step that failed, by its key in the protocol", "失敗した手順（プロトコルでの名前）"),
    settling("device", "The device that this step was on", "失敗した手順を行った装置"),
  ];
}
