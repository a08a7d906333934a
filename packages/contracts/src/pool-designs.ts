import type { PoolTable } from "./pool.ts";
import type { Design } from "./study.ts";

/** One of the distinct designs of a pool. */
export interface PoolDesign {
  readonly design: Design;
  /** The index of the first row in which it stands. */
  readonly row: number;
  /** Those which the pool's policy for replicates leaves, each with one value an objective. */
  readonly readings: readonly (readonly number[])[];
  /** What counts as true of each objective: the mean of the readings. */
  readonly truth: readonly number[];
}

/** Returns the distinct designs of a pool in the order in which they first occur; numbers that rounding alone tells apart are one. */
export function designsOf({ study, rows, replicates }: PoolTable): PoolDesign[] {
  const byDesign = new Map<string, { design: Design; row: number; readings: (readonly number[])[] }>();
  for (const [row, { design, values }] of rows.entries()) {
    const key = JSON.stringify(study.parameters.map(({ name }) => withoutRounding(design[name])));
    const known = byDesign.get(key);
    if (known === undefined) byDesign.set(key, { design, row, readings: [values] });
    else known.readings.push(values);
  }
  return [...byDesign.values()].map((known) => {
    const mean = meanOf(known.readings);
    const readings =
      replicates === "first" ? known.readings.slice(0, 1) : replicates === "mean" ? [mean] : known.readings;
    return { ...known, readings, truth: meanOf(readings) };
  });
}

/** Tables that were computed hold 0.3 here and 0.1 + 0.2 there; no instrument is set to twelve digits. */
function withoutRounding(value: number | string | undefined): number | string | undefined {
  return typeof value === "number" ? Number(value.toPrecision(12)) : value;
}

function meanOf(readings: readonly (readonly number[])[]): number[] {
  return (readings[0] ?? []).map(
    (_, k) => readings.reduce((sum, values) => sum + (values[k] as number), 0) / readings.length,
  );
}
