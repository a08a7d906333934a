import type { ExperimentView, Objective } from "@labloop/contracts";
import type { TableChoice } from "../route/route.ts";

/** Returns the measured value of the objective; null for a failure, and of a front, which has no one objective. */
export function valueOf({ values }: ExperimentView, objective: Objective | null): number | null {
  return objective === null ? null : (values?.[objective.name]?.value ?? null);
}

/** Returns how far the measurement lies above what was expected; null where either is missing. */
export function errorOf(row: ExperimentView, objective: Objective | null): number | null {
  const value = valueOf(row, objective);
  return value === null || row.predicted === null ? null : value - row.predicted.mean;
}

/** Returns the experiments that a choice shows, in its order; what has no value to sort by goes last either way. */
export function sortExperiments(
  rows: readonly ExperimentView[],
  objective: Objective | null,
  { sort, isDescending, isFailedOnly }: TableChoice,
): ExperimentView[] {
  const keyOf = (row: ExperimentView): number | null => {
    if (sort === "number") return row.number;
    if (sort === "value") return valueOf(row, objective);
    const error = errorOf(row, objective);
    return error === null ? null : Math.abs(error);
  };
  const sign = isDescending ? -1 : 1;
  return rows
    .filter(({ values }) => !isFailedOnly || values === null)
    .toSorted((a, b) => {
      const [x, y] = [keyOf(a), keyOf(b)];
      if (x === null || y === null) return x === y ? b.number - a.number : x === null ? 1 : -1;
      return x === y ? b.number - a.number : sign * (x - y);
    });
}
