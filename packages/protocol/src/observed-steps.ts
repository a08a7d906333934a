import type { Expression } from "./expressions/expression.ts";
import { parseExpression } from "./expressions/parse-expression.ts";

/** Returns the steps whose results an observation is computed from, each once; an unreadable expression names none. */
export function observedSteps(observe: Readonly<Record<string, string>>): string[] {
  const steps = Object.values(observe).flatMap((text) => {
    const parsed = parseExpression(text);
    return parsed.ok ? stepsIn(parsed.value) : [];
  });
  return [...new Set(steps)];
}

function stepsIn(expression: Expression): string[] {
  switch (expression.kind) {
    case "reference":
      return expression.path.slice(0, 1);
    case "negate":
      return stepsIn(expression.operand);
    case "binary":
      return [...stepsIn(expression.left), ...stepsIn(expression.right)];
    case "call":
      return expression.args.flatMap(stepsIn);
    case "quantity":
    case "string":
      return [];
  }
}
