import type { Explanation } from "./explanation.ts";

/** Designs that were measured, those of them that a quantity was read of, and those of these that its model learns from. */
export interface LearnedDesigns {
  readonly measured: number;
  readonly read: number;
  readonly learned: number;
  /** Trials at which what the study does not vary was another. */
  readonly elsewhere?: number;
}

/** Returns in words which of the measured designs a model knows nothing of; null where it learns from all. */
export function explainLeftOut(numbers: LearnedDesigns): Explanation<LearnedDesigns> | null {
  const { measured, read, learned, elsewhere = 0 } = numbers;
  const why = [
    ...(read < measured
      ? [`${measured - read} of ${measured} measured designs lack a reading of it: its model does not know them`]
      : []),
    ...(learned < read
      ? [
          `it learns from ${learned} of ${read} designs that were read: the best, the newest, those nearest to the best and a spread of the others`,
        ]
      : []),
    ...(elsewhere > 0
      ? [
          `${elsewhere === 1 ? "1 trial" : `${elsewhere} trials`} had another value of what the study does not vary: nothing is learned from ${elsewhere === 1 ? "it" : "them"}`,
        ]
      : []),
  ];
  return why.length === 0 ? null : { numbers, why: why.join("; ") };
}
