import type { Design, Fault, Study, StudyParameter } from "@labloop/contracts";
import { parseExpression } from "../expression/parse-expression.ts";

/** Returns what one experiment with a design costs, in the study's unit of cost; NaN or infinite where the expression has no value. */
export type CostOf = (design: Design) => number;

/** Returns the costs of a study's designs, null where it gives none, or everything that is wrong with their expression. */
export function openCost({ cost, parameters }: Pick<Study, "cost" | "parameters">): CostOf | null | Fault[] {
  if (cost === undefined) return null;
  const path = "cost.expression";
  const parsed = parseExpression(cost.expression);
  if (!parsed.ok) return parsed.faults.map((fault) => ({ ...fault, path }));
  const expression = parsed.value;
  const faults = [...expression.names].flatMap(
    ([name, at]) => nameFault(name, parameters, { path, column: at + 1 }) ?? [],
  );
  if (faults.length > 0) return faults;
  return (design) => expression.evaluate((name) => design[name] as number);
}

function nameFault(
  name: string,
  parameters: readonly StudyParameter[],
  place: Pick<Fault, "path" | "column">,
): Fault | null {
  const parameter = parameters.find((own) => own.name === name);
  if (parameter === undefined) {
    const hint = `parameters are ${parameters.map((own) => `"${own.name}"`).join(", ")}`;
    return { code: "study.nameUnknown", message: `no parameter is called "${name}"`, ...place, hint };
  }
  if (parameter.kind !== "ordinal" && parameter.kind !== "categorical") return null;
  return { code: "study.notNumeric", message: `"${name}" holds names, and a cost needs numbers`, ...place };
}

/** Returns what keeps one of the designs from being priced, or nothing. */
export function costFaults(costOf: CostOf, designs: readonly Design[]): Fault[] {
  const wrong = designs.find((design) => !isPrice(costOf(design)));
  if (wrong === undefined) return [];
  const told = Object.entries(wrong)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
  const message = `the cost is ${costOf(wrong)} and not above 0 at ${told}`;
  return [{ code: "study.cost", message, path: "cost.expression" }];
}

/** Returns whether a number can be a cost. */
export function isPrice(cost: number): boolean {
  return cost > 0 && cost < Number.POSITIVE_INFINITY;
}
