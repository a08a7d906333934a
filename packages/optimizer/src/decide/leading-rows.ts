import type { Member } from "../model/member.ts";
import type { Model } from "../model/fit-model.ts";
import type { Chances } from "./chances.ts";
import { keyOf } from "../space/key-of.ts";

/** Returns the pooled rows that may lead: of designs that the study admits, by their encoded places, and that keep what they must. */
export function leadingRows(
  { members }: Model,
  chances: Chances | null,
  admitted: ReadonlySet<string> | null,
): number[] {
  const { count, dimensions, inputs } = (members[0] as Member).readings;
  const rows = Array.from({ length: count }, (_, row) => row);
  if (admitted === null && chances === null) return rows;
  return rows.filter((row) => {
    const features = inputs.slice(row * dimensions, (row + 1) * dimensions);
    return (admitted?.has(keyOf(features)) ?? true) && (chances?.keeps(features) ?? true);
  });
}
