import type {
  CampaignDocument,
  CampaignParameter,
  Design,
  Fault,
  Point,
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

/** Returns whether a campaign asks for more than which of a list is best: it is then put to the optimizer as a study. */
export function isStudy(campaign: CampaignDocument): boolean {
  const { candidates, outcomeConstraints, cost } = campaign;
  return candidates === undefined || Object.keys(outcomeConstraints).length > 0 || cost !== undefined;
}

/** Returns what is wrong with the ranges of a campaign by themselves: none beside a list, and one for every parameter without. */
export function rangeFaults(campaign: CampaignDocument, { atKey, atValue }: Read): Fault[] {
  const listed = campaign.candidates !== undefined;
  const faults: Fault[] = [];
  if (listed && campaign.constraints.length > 0) {
    const hint = "leave out of the list what cannot be made";
    faults.push(atKey(["constraints"], faultOf("campaign.constraintListed", "a list needs no constraints", hint)));
  }
  for (const [name, parameter] of Object.entries(campaign.parameters)) {
    const { unit: _, title: __, ...range } = parameter;
    const place = ["parameters", name];
    const keys = Object.keys(range);
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

/** Returns what a campaign without faults of its own asks of the optimizer; `points` is its list where it has one. */
export function studyOf(campaign: CampaignDocument, points: readonly Point[] | null): Study {
  const { parameters, objective, units, outcomeConstraints, cost } = campaign;
  const { name, unit, goal } = objective;
  return {
    parameters: Object.entries(parameters).map(([own, parameter]) => parameterOf(own, parameter, points)),
    constraints: campaign.constraints,
    ...(points === null ? {} : { candidates: [...points] }),
    objectives: [{ name, unit, goal }],
    outcomeConstraints: Object.entries(outcomeConstraints).map(([quantity, bounds]) => ({
      name: quantity,
      unit: own(units, quantity) ?? "1",
      ...bounds,
    })),
    ...(cost === undefined ? {} : { cost }),
  };
}

function parameterOf(
  name: string,
  { unit, kind, min = 0, max = 0, scale = "linear", step, levels }: CampaignParameter,
  points: readonly Point[] | null,
): StudyParameter {
  const values = points === null ? levels : [...new Set(points.map((point) => point[name] ?? Number.NaN))];
  if (values !== undefined) {
    // The order of a list is its author's; levels of a range must rise, and are judged as they stand.
    return { kind: "levels", name, unit, levels: points === null ? values : values.toSorted((a, b) => a - b) };
  }
  if (kind === "integer") return { kind, name, unit, min, max };
  return { kind: "continuous", name, unit, min, max, scale, ...(step === undefined ? {} : { step }) };
}

/** Returns the space that a study spans, as people and records are shown it. */
export function spaceOfStudy({ parameters }: Study): SearchSpace {
  return {
    parameters: parameters.flatMap((parameter) => {
      const { name, unit } = parameter;
      if (parameter.kind === "levels") {
        const { levels } = parameter;
        return [{ name, unit, min: levels[0] ?? 0, max: levels.at(-1) ?? 0, levels }];
      }
      return parameter.kind === "continuous" || parameter.kind === "integer"
        ? [{ name, unit, min: parameter.min, max: parameter.max }]
        : [];
    }),
  };
}

/** Returns what an optimizer found wrong with a campaign's study, each with its place in the campaign file. */
export function placeStudyFaults(faults: readonly Fault[], campaign: CampaignDocument, { atValue }: Read): Fault[] {
  const names = Object.keys(campaign.parameters);
  const quantities = Object.keys(campaign.outcomeConstraints);
  return faults.map(({ code, message, hint, path = "", column }) => {
    const [part = "", index = "", ...rest] = path.split(".");
    const place =
      part === "parameters"
        ? [part, names[Number(index)] ?? "", ...rest]
        : part === "outcomeConstraints"
          ? [part, quantities[Number(index)] ?? "", ...rest]
          : part === "objectives"
            ? ["objective", ...rest]
            : part === "constraints" && index !== ""
              ? [part, Number(index), ...rest.map((key) => (/^\d+$/.test(key) ? Number(key) : key))]
              : path.split(".");
    return atValue(place, faultOf(code, message, hint), (column ?? 1) - 1);
  });
}
