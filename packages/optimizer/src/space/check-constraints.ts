import type { Fault, StudyConstraint, StudyParameter } from "@labloop/contracts";
import { parseExpression } from "../expression/parse-expression.ts";

type Range = { readonly min: number; readonly max: number };

/** Returns everything that is wrong with the constraints of a study, given its parameters. */
export function checkConstraints(
  constraints: readonly StudyConstraint[],
  parameters: readonly StudyParameter[],
): Fault[] {
  const parameterByName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const mixtureOf = new Map<string, number>();
  return constraints.flatMap((constraint, index) => {
    const path = `constraints.${index}`;
    const faults = [...nameFaults(constraint, path, parameterByName), ...boundFaults(constraint, path)];
    if (constraint.kind === "mixture") faults.push(...partFaults(constraint, path, index, parameterByName, mixtureOf));
    if (faults.length > 0) return faults;
    return reachFaults(constraint, path, (name) => rangeOf(parameterByName.get(name)));
  });
}

function nameFaults(
  constraint: StudyConstraint,
  path: string,
  parameters: ReadonlyMap<string, StudyParameter>,
): Fault[] {
  const judge = (name: string, place: Pick<Fault, "path" | "column">): Fault[] => {
    const parameter = parameters.get(name);
    if (parameter === undefined) {
      const hint = `parameters are ${[...parameters.keys()].map((known) => `"${known}"`).join(", ")}`;
      return [{ code: "study.nameUnknown", message: `no parameter is called "${name}"`, ...place, hint }];
    }
    if (rangeOf(parameter) !== null) return [];
    const message = `"${name}" holds names, and a constraint needs numbers`;
    return [{ code: "study.notNumeric", message, ...place }];
  };
  switch (constraint.kind) {
    case "mixture":
    case "cardinality":
      return constraint.of.flatMap((name, i) => {
        const place = { path: `${path}.of.${i}` };
        if (constraint.of.indexOf(name) === i) return judge(name, place);
        return [{ code: "study.nameTwice", message: `"${name}" is listed twice`, ...place }];
      });
    case "linear":
      return Object.keys(constraint.terms).flatMap((name) => judge(name, { path: `${path}.terms.${name}` }));
    case "expression": {
      const place = { path: `${path}.expression` };
      const parsed = parseExpression(constraint.expression);
      if (!parsed.ok) return parsed.faults.map((fault) => ({ ...fault, ...place }));
      return [...parsed.value.names].flatMap(([name, at]) => judge(name, { ...place, column: at + 1 }));
    }
  }
}

function boundFaults(constraint: StudyConstraint, path: string): Fault[] {
  if (constraint.kind === "mixture") return [];
  const counted = constraint.kind === "cardinality";
  const [low, high] = counted ? (["atLeast", "atMost"] as const) : (["min", "max"] as const);
  const min = counted ? constraint.atLeast : constraint.min;
  const max = counted ? constraint.atMost : constraint.max;
  if (min === undefined && max === undefined) {
    const message = `the constraint has neither ${low} nor ${high}, and so says nothing`;
    return [{ code: "study.boundMissing", message, path }];
  }
  if (min !== undefined && max !== undefined && min > max) {
    return [{ code: "study.rangeEmpty", message: `${low} ${min} is above ${high} ${max}`, path }];
  }
  if (constraint.kind === "linear" && !Object.values(constraint.terms).some((weight) => weight !== 0)) {
    return [{ code: "study.termsMissing", message: "no coefficient differs from 0", path: `${path}.terms` }];
  }
  return [];
}

function partFaults(
  { of }: Extract<StudyConstraint, { kind: "mixture" }>,
  path: string,
  index: number,
  parameters: ReadonlyMap<string, StudyParameter>,
  mixtureOf: Map<string, number>,
): Fault[] {
  return of.flatMap((name, i) => {
    const place = `${path}.of.${i}`;
    const faults: Fault[] = [];
    const parameter = parameters.get(name);
    const other = mixtureOf.get(name) ?? index;
    mixtureOf.set(name, other);
    if (other !== index) {
      const message = `"${name}" is a part of two mixtures, constraints ${other + 1} and ${index + 1}`;
      faults.push({ code: "study.mixtureTwice", message, path: place });
    }
    if ((rangeOf(parameter)?.min ?? 0) < 0) {
      const message = `"${name}" is a part of a mixture but may be negative`;
      faults.push({ code: "study.partNegative", message, path: place, hint: "give it a min of 0 or more" });
    }
    if (parameter?.kind === "continuous" && parameter.scale === "log") {
      const message = `"${name}" is a part of a mixture, which the model sees as a fraction and not on a logarithmic scale`;
      faults.push({ code: "study.logScale", message, path: place, hint: "leave out scale: log" });
    }
    return faults;
  });
}

/** Whether bounds alone already rule out a mixture, a sum or a number of parts. */
function reachFaults(constraint: StudyConstraint, path: string, range: (name: string) => Range | null): Fault[] {
  const code = "study.outOfReach";
  if (constraint.kind === "mixture" || constraint.kind === "linear") {
    const terms =
      constraint.kind === "mixture"
        ? constraint.of.map((name) => [name, 1] as const)
        : Object.entries(constraint.terms);
    const ends = terms.map(([name, weight]) => {
      const { min, max } = range(name) ?? { min: 0, max: 0 };
      return weight < 0 ? [weight * max, weight * min] : [weight * min, weight * max];
    });
    const least = ends.reduce((sum, end) => sum + (end[0] as number), 0);
    const most = ends.reduce((sum, end) => sum + (end[1] as number), 0);
    const slack = 1e-9 * Math.max(Math.abs(least), Math.abs(most));
    const { min, max } = constraint.kind === "mixture" ? { min: constraint.total, max: constraint.total } : constraint;
    const tell = (bound: number | undefined) => [
      { code, message: `within their bounds the sum runs from ${least} to ${most}, and never reaches ${bound}`, path },
    ];
    if (min !== undefined && most < min - slack) return tell(min);
    if (max !== undefined && least > max + slack) return tell(max);
  }
  if (constraint.kind === "cardinality" && (constraint.atLeast ?? 0) > constraint.of.length) {
    const message = `at least ${constraint.atLeast} of only ${constraint.of.length} parameters are to be not 0`;
    return [{ code, message, path }];
  }
  return [];
}

function rangeOf(parameter: StudyParameter | undefined): Range | null {
  if (parameter?.kind === "levels") return { min: parameter.levels[0] ?? 0, max: parameter.levels.at(-1) ?? 0 };
  return parameter?.kind === "continuous" || parameter?.kind === "integer" ? parameter : null;
}
