import type { StudyConstraint } from "@labloop/contracts";
import type { Expression } from "../expression/parse-expression.ts";
import type { Axis, Complaint } from "./axis.ts";
import { type Row, type Rule, shortfall, type Support, sumOf, supportSize, type Values } from "./rule.ts";

// Sums of decimal fractions miss by some 1e-16 of their terms; measured tables round to six digits or so.
const ROUNDING = 1e-9;

/** Returns a constraint as a rule over axes. Its names must be known; `expression` is its text as read, where it has one. */
export function compileRule(
  constraint: StudyConstraint,
  path: string,
  axes: readonly Axis[],
  expression: Expression | null,
): Rule {
  const indexByName = new Map(axes.map(({ name }, index) => [name, index]));
  const indexOf = (name: string) => indexByName.get(name) as number;
  const row = rowOf(constraint, axes, indexOf);
  const support = supportOf(constraint, axes, indexOf);
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } =
    constraint.kind === "expression" ? constraint : {};
  const valueOf = (values: Values) =>
    expression === null ? 0 : expression.evaluate((name) => values[indexOf(name)] as number);
  const tell = ({ axes: own }: { axes: readonly number[] }, values: Values) =>
    own.map((axis) => `${axes[axis]?.name} ${values[axis]}`).join(", ");

  const judged = row?.axes ?? support?.axes ?? [...(expression?.names.keys() ?? [])].map(indexOf);

  function complaints(values: Values): Complaint[] {
    const found: Complaint[] = [];
    if (row !== null && shortfall(row, values) !== 0) {
      const sum = Number(sumOf(row, values).toPrecision(12));
      const message =
        constraint.kind === "mixture"
          ? `the parts of the mixture sum to ${sum}, not to ${constraint.total}: ${tell(row, values)}`
          : `the sum is ${sum}, ${sum < row.min ? `below ${row.min}` : `above ${row.max}`}: ${tell(row, values)}`;
      found.push({ code: constraint.kind === "mixture" ? "design.mixture" : "design.linear", message });
    }
    if (support !== null) {
      const size = supportSize(support, values);
      const bound = size > support.atMost ? `at most ${support.atMost}` : `at least ${support.atLeast}`;
      const message = `${size} of ${support.axes.length} are not 0, where ${bound} may be: ${tell(support, values)}`;
      if (size > support.atMost) found.push({ code: "design.cardinality", message });
      if (size < support.atLeast) found.push({ code: "design.cardinality", message: message.replace("may", "must") });
    }
    if (expression !== null) {
      const value = valueOf(values);
      const own = tell({ axes: judged }, values);
      const where = value < min ? `below ${min}` : value > max ? `above ${max}` : "not a number";
      if (!(value >= min && value <= max)) {
        found.push({ code: "design.expression", message: `the expression is ${value}, ${where}: ${own}` });
      }
    }
    return found;
  }

  function excess(values: Values): number {
    let sum = 0;
    if (row !== null) sum += Math.abs(shortfall(row, values)) / (row.tolerance / ROUNDING);
    if (support !== null) {
      const size = supportSize(support, values);
      sum += Math.max(0, size - support.atMost) + Math.max(0, support.atLeast - size);
    }
    if (expression !== null) {
      const value = valueOf(values);
      if (Number.isNaN(value)) return Number.POSITIVE_INFINITY;
      if (value < min) sum += (min - value) / (1 + Math.abs(min));
      if (value > max) sum += (value - max) / (1 + Math.abs(max));
    }
    return sum;
  }
  return { path, axes: judged, mixture: constraint.kind === "mixture", row, support, excess, complaints };
}

function rowOf(constraint: StudyConstraint, axes: readonly Axis[], indexOf: (name: string) => number): Row | null {
  if (constraint.kind === "mixture") {
    const { of, total } = constraint;
    return { axes: of.map(indexOf), weights: of.map(() => 1), min: total, max: total, tolerance: ROUNDING * total };
  }
  if (constraint.kind !== "linear") return null;
  const terms = Object.entries(constraint.terms).filter(([, weight]) => weight !== 0);
  const size = terms.reduce((sum, [name, weight]) => {
    const { min = 0, max = 0 } = axes[indexOf(name)]?.range ?? {};
    return sum + Math.abs(weight) * Math.max(Math.abs(min), Math.abs(max));
  }, 0);
  return {
    axes: terms.map(([name]) => indexOf(name)),
    weights: terms.map(([, weight]) => weight),
    min: constraint.min ?? Number.NEGATIVE_INFINITY,
    max: constraint.max ?? Number.POSITIVE_INFINITY,
    tolerance: ROUNDING * (size || 1),
  };
}

function supportOf(
  constraint: StudyConstraint,
  axes: readonly Axis[],
  indexOf: (name: string) => number,
): Support | null {
  if (constraint.kind !== "cardinality" && (constraint.kind !== "mixture" || constraint.atMost === undefined))
    return null;
  const { of, atMost = of.length } = constraint;
  const atLeast = constraint.kind === "cardinality" ? (constraint.atLeast ?? 0) : 0;
  const own = of.map(indexOf);
  return { axes: own, dust: own.map((axis) => dustOf(axes[axis] as Axis)), atLeast, atMost };
}

/** As little of a parameter's largest value as a sum may miss; nothing of one that is never 0. */
function dustOf({ range }: Axis): number {
  if (range === null || range.min > 0 || range.max < 0) return 0;
  return ROUNDING * Math.max(-range.min, range.max);
}
