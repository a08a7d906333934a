import type { PoolTable } from "@labloop/contracts";

/** Returns a pool of one continuous input x = 0, 1, 2, …: for each value a list of readings, each with one value an objective. */
export function poolTable(
  readings: readonly (readonly (readonly number[])[])[],
  changes: { replicates?: PoolTable["replicates"]; goals?: readonly ("maximise" | "minimise")[] } = {},
): PoolTable {
  const { replicates = "one", goals = ["maximise"] } = changes;
  return {
    name: "drawn",
    title: "drawn",
    study: {
      parameters: [
        { kind: "continuous", name: "x", unit: "1", min: 0, max: Math.max(1, readings.length - 1), scale: "linear" },
      ],
      constraints: [],
      objectives: goals.map((goal, k) => ({ name: `y${k}`, unit: "1", goal })),
      outcomeConstraints: [],
    },
    rows: readings.flatMap((values, x) => values.map((reading) => ({ design: { x }, values: reading }))),
    dropped: 0,
    replicates,
    starts: 1,
    remarks: [],
  };
}
