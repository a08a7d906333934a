import type { Fault, Study, StudyConstraint } from "@labloop/contracts";
import { type Expression, parseExpression } from "../expression/parse-expression.ts";
import { createRandom } from "../random/create-random.ts";
import type { Axis } from "./axis.ts";
import { checkConstraints } from "./check-constraints.ts";
import { checkObjectives } from "./check-objectives.ts";
import { checkParameters } from "./check-parameters.ts";
import { compileRule } from "./compile-rule.ts";
import { drawValues } from "./draw-values.ts";
import { framedSpace } from "./framed-space.ts";
import { listedSpace } from "./listed-space.ts";
import { namedAxis } from "./named-axis.ts";
import { narrowAxes } from "./narrow-axes.ts";
import { numericAxis } from "./numeric-axis.ts";
import { costFaults, openCost } from "./open-cost.ts";
import type { Space } from "./space.ts";

// A list of 100,000 takes most of a second to check: one study object is opened once, however often it is asked about.
const opened = new WeakMap<Study, Space | Fault[]>();

/**
 * Returns the space of a study, or everything that is wrong with it. The study must not
 * be changed afterwards.
 */
export function openSpace(study: Study): Space | Fault[] {
  const known = opened.get(study) ?? open(study);
  opened.set(study, known);
  return known;
}

function open(study: Study): Space | Fault[] {
  const { parameters, constraints } = study;
  const costOf = openCost(study);
  const faults = [
    ...checkParameters(parameters),
    ...checkConstraints(constraints, parameters),
    ...checkObjectives(study),
    ...(Array.isArray(costOf) ? costOf : []),
  ];
  if (faults.length > 0) return faults;
  const axes = parameters.map(
    (parameter): Axis =>
      parameter.kind === "ordinal" || parameter.kind === "categorical"
        ? namedAxis(parameter)
        : numericAxis(parameter, totalOf(parameter.name, constraints)),
  );
  const rules = constraints.map((constraint, index) =>
    compileRule(constraint, `constraints.${index}`, axes, expressionOf(constraint)),
  );
  const frame = { axes, rules };
  if (study.candidates !== undefined) return priced(listedSpace(study.candidates, framedSpace(study, frame)), costOf);
  if (rules.length === 0) return priced(framedSpace(study, frame), costOf);
  const designs = drawValues(frame, SPANNING, createRandom(0));
  if (designs.length > 0) return priced(framedSpace(study, { axes: narrowAxes(axes, designs), rules }), costOf);
  const message = "no design was found that satisfies every constraint";
  const hint = "widen bounds or steps, or leave out constraints one at a time to see which rules everything out";
  return [{ code: "study.noDesign", message, path: "constraints", hint }];
}

// So many designs show how much of each parameter's range rules leave.
const SPANNING = 64;
// So many designs of a space without a list are priced, to see that every one has a price.
const PRICED = 256;

function priced(space: Space | Fault[], costOf: ReturnType<typeof openCost>): Space | Fault[] {
  if (Array.isArray(space) || costOf === null || Array.isArray(costOf)) return space;
  const faults = costFaults(costOf, space.candidates(PRICED, createRandom(0)));
  return faults.length > 0 ? faults : space;
}

function totalOf(name: string, constraints: readonly StudyConstraint[]): number | null {
  for (const constraint of constraints) {
    if (constraint.kind === "mixture" && constraint.of.includes(name)) return constraint.total;
  }
  return null;
}

function expressionOf(constraint: StudyConstraint): Expression | null {
  if (constraint.kind !== "expression") return null;
  const parsed = parseExpression(constraint.expression);
  return parsed.ok ? parsed.value : null;
}
