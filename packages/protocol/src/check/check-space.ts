import type {
  CampaignDocument,
  CampaignParameter,
  Design,
  Fault,
  JointObjective,
  SearchSpace,
  Study,
  StudyParameter,
} from "@labloop/contracts";
import type { ReadDocument } from "../documents/read-document.ts";
import { faultOf } from "../outcome.ts";
import { own } from "../own.ts";

/** Returns designs of a study that stand for all of them, the whole list where it has one, or everything that is wrong with it. */
export type ExamplesOf = (study: Study) => readonly Design[] | Fault[];

type Read = ReadDocument<CampaignDocument>;

/** Returns what is wrong with the ranges of a campaign by themselves: none beside a list, and one for every parameter without. */
export function rangeFaults(campaign: CampaignDocument, { atKey, atValue }: Read): Fault[] {
  const listed = campaign.candidates !== undefined;
  const faults: Fault[] = [];
  if (listed && campaign.constraints.length > 0) {
    const hint = "leave out of the list what cannot be made";
    faults.push(atKey(["constraints"], faultOf("campaign.constraintListed", "a list needs no constraints", hint)));
  }
  for (const [name, parameter] of Object.entries(campaign.parameters)) {
    const { unit, title: _, options, ordered, descriptors, ...range } = parameter;
    const place = ["parameters", name];
    const keys = Object.keys(range);
    if (options !== undefined) {
      for (const key of unit === undefined ? keys : ["unit", ...keys]) {
        faults.push(atKey([...place, key], faultOf("campaign.rangeTwice", `'${name}' has options, and so no ${key}`)));
      }
      if (ordered === true && descriptors !== undefined) {
        const message = `the options of '${name}' are told apart by their order or by descriptors, not by both`;
        faults.push(atKey([...place, "descriptors"], faultOf("campaign.rangeTwice", message, "leave out one of them")));
      }
      continue;
    }
    for (const key of ["ordered", "descriptors"] as const) {
      if (parameter[key] === undefined) continue;
      const fault = faultOf(
        "campaign.optionsMissing",
        `'${name}' has ${key} of options, and no options`,
        "add options: [...]",
      );
      faults.push(atKey([...place, key], fault));
    }
    if (unit === undefined) {
      const hint = "add unit: as the protocol has it, or options: where it is a name";
      faults.push(atKey(place, faultOf("campaign.unitMissing", `there is no unit for '${name}'`, hint)));
    }
    if (listed) {
      const hint = "leave it out, or leave out candidates: and search the whole range";
      for (const key of keys) {
        const message = `'${name}' takes its values from the list of candidates`;
        faults.push(atKey([...place, key], faultOf("campaign.rangeListed", message, hint)));
      }
      continue;
    }
    if (parameter.levels !== undefined) {
      for (const key of keys.filter((own) => own !== "levels" && own !== "kind")) {
        faults.push(atKey([...place, key], faultOf("campaign.rangeTwice", `'${name}' has levels, and so no ${key}`)));
      }
      if (parameter.kind !== undefined && parameter.kind !== "levels") {
        const message = `'${name}' has levels, and so is not ${parameter.kind}`;
        faults.push(atValue([...place, "kind"], faultOf("campaign.rangeTwice", message, "leave out kind")));
      }
      continue;
    }
    if (parameter.kind === "levels") {
      faults.push(atValue([...place, "kind"], faultOf("campaign.rangeMissing", `'${name}' lists no levels`)));
      continue;
    }
    for (const key of ["step", "scale"] as const) {
      if (parameter.kind !== "integer" || parameter[key] === undefined) continue;
      const message = `'${name}' counts in whole numbers, and so has no ${key}`;
      faults.push(atKey([...place, key], faultOf("campaign.rangeTwice", message, "leave out one of them")));
    }
    const missing = (["min", "max"] as const).filter((key) => parameter[key] === undefined);
    if (missing.length === 0) continue;
    const message = `'${name}' has no ${missing.join(" and no ")}`;
    const hint = "without a list of candidates, say what can be set: min and max, or levels";
    faults.push(atKey(place, faultOf("campaign.rangeMissing", message, hint)));
  }
  return faults;
}

/**
 * Returns what a campaign without faults of its own asks of the optimizer; `points` is its list where it has one, and `planned` what its
 * plans cost, where that is known and the campaign goes by it.
 */
export function studyOf(
  campaign: CampaignDocument,
  points: readonly Design[] | null,
  planned: Study["cost"] | null = null,
): Study {
  const { parameters, objective, objectives, units, outcomeConstraints } = campaign;
  const cost = campaign.cost === "plan" ? (planned ?? undefined) : campaign.cost;
  const wanted: readonly JointObjective[] = objectives ?? (objective === undefined ? [] : [objective]);
  return {
    parameters: Object.entries(parameters).map(([own, parameter]) => parameterOf(own, parameter, points)),
    constraints: campaign.constraints,
    ...(points === null ? {} : { candidates: [...points] }),
    // A target is for people: the optimizer does not look at it.
    objectives: wanted.map(({ name, unit, goal, reference, desirability }) => ({
      name,
      unit,
      goal,
      ...(reference === undefined ? {} : { reference }),
      ...(desirability === undefined ? {} : { desirability }),
    })),
    outcomeConstraints: Object.entries(outcomeConstraints).map(([quantity, bounds]) => ({
      name: quantity,
      unit: own(units, quantity) ?? "1",
      ...bounds,
    })),
    ...(cost === undefined ? {} : { cost }),
  };
}

function parameterOf(name: string, parameter: CampaignParameter, points: readonly Design[] | null): StudyParameter {
  const { unit = "1", kind, min = 0, max = 0, scale = "linear", step, levels, options } = parameter;
  if (options !== undefined) return namedParameter(name, options, parameter);
  const values = points === null ? levels : [...new Set(points.map((point) => Number(point[name] ?? Number.NaN)))];
  if (values !== undefined) {
    // The order of a list is its author's; levels of a range must rise, and are judged as they stand.
    return { kind: "levels", name, unit, levels: points === null ? values : values.toSorted((a, b) => a - b) };
  }
  if (kind === "integer") return { kind, name, unit, min, max };
  return { kind: "continuous", name, unit, min, max, scale, ...(step === undefined ? {} : { step }) };
}

function namedParameter(
  name: string,
  options: readonly string[],
  { ordered, descriptors }: CampaignParameter,
): StudyParameter {
  if (ordered === true) return { kind: "ordinal", name, unit: "1", levels: [...options] };
  return {
    kind: "categorical",
    name,
    unit: "1",
    options: [...options],
    ...(descriptors === undefined ? { encoding: "hamming" } : { encoding: "descriptors", descriptors }),
  };
}

/** Returns the space that a study spans, as people and records are shown it. */
export function spaceOfStudy({ parameters }: Study): SearchSpace {
  return {
    parameters: parameters.map((parameter) => {
      const { name, unit } = parameter;
      switch (parameter.kind) {
        case "levels": {
          const { levels } = parameter;
          return { name, unit, min: levels[0] ?? 0, max: levels.at(-1) ?? 0, levels };
        }
        case "continuous":
        case "integer":
          return { name, unit, min: parameter.min, max: parameter.max };
        case "ordinal":
          return { name, unit, min: 0, max: 0, options: parameter.levels };
        case "categorical":
          return { name, unit, min: 0, max: 0, options: parameter.options };
      }
    }),
  };
}

/** Returns what an optimizer found wrong with a campaign's study, each with its place in the campaign file. */
export function placeStudyFaults(faults: readonly Fault[], campaign: CampaignDocument, { atValue }: Read): Fault[] {
  const names = Object.keys(campaign.parameters);
  const quantities = Object.keys(campaign.outcomeConstraints);
  // What is wrong with objectives was told of the campaign by itself.
  const others = faults.filter(({ path = "" }) => path.split(".")[0] !== "objectives");
  return others.map(({ code, message, hint, path = "", column }) => {
    const [part = "", index = "", ...rest] = path.split(".");
    const place =
      part === "parameters"
        ? [part, names[Number(index)] ?? "", ...rest]
        : part === "outcomeConstraints"
          ? [part, quantities[Number(index)] ?? "", ...rest]
          : part === "constraints" && index !== ""
            ? [part, Number(index), ...rest.map((key) => (/^\d+$/.test(key) ? Number(key) : key))]
            : path.split(".");
    return atValue(place, faultOf(code, message, hint), (column ?? 1) - 1);
  });
}
