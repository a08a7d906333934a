import type { Design, StudyDraft } from "@labloop/contracts";
import { designOf, rowOf } from "./problem.ts";

interface Side {
  readonly min: number;
  readonly max: number;
  /** The distance between two values that can be made; 0 where all between the bounds can. */
  readonly step: number;
}

/** A space of numbers as the unit cube; parameters that go in steps from their least value, 0, to their last, 1. */
export interface Cube {
  /** Column to the only values in it, for parameters that go in steps. */
  readonly levels: Readonly<Record<string, readonly number[]>>;
  rowOf(design: Design): number[];
  designOf(row: readonly number[]): Design;
}

/** Returns the space of a synthetic problem as the unit cube; throws where a parameter is no number. */
export function cubeOf(parameters: StudyDraft["parameters"]): Cube {
  const sides = parameters.map(sideOf);
  return {
    levels: Object.fromEntries(
      sides.flatMap((side, i) => {
        const last = lastOf(side);
        if (last === null) return [];
        return [[String(i), Array.from({ length: last + 1 }, (_, k) => k / last)] as const];
      }),
    ),
    rowOf: (design) => rowOf(design).map((value, i) => shareOf(sides[i] as Side, value)),
    designOf: (row) => designOf(row.map((share, i) => valueOf(sides[i] as Side, share))),
  };
}

function sideOf(parameter: StudyDraft["parameters"][number]): Side {
  const { kind } = parameter;
  if (kind === "integer") return { min: parameter.min, max: parameter.max, step: 1 };
  if (kind !== "continuous") throw new Error(`no synthetic problem has ${kind}`);
  return { min: parameter.min, max: parameter.max, step: parameter.step ?? 0 };
}

/** The number of the last step, null without steps. */
function lastOf({ min, max, step }: Side): number | null {
  return step === 0 ? null : Math.floor((max - min) / step);
}

function shareOf(side: Side, value: number): number {
  const last = lastOf(side);
  return last === null ? (value - side.min) / (side.max - side.min) : Math.round((value - side.min) / side.step) / last;
}

function valueOf(side: Side, share: number): number {
  const last = lastOf(side);
  // The share is a step's own, up to the last bit of a division.
  return last === null ? side.min + share * (side.max - side.min) : side.min + side.step * Math.round(share * last);
}
