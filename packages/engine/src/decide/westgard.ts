/** A rule of a control chart, as Westgard names it: how many values, and beyond how many standard deviations. */
export type WestgardRule = "1-2s" | "1-3s" | "2-2s" | "R-4s" | "4-1s" | "10-x";

/** How many values before the newest the rules look back at. */
export const lookBack = 9;

/** Says each rule in plain words; every one but the first rejects. */
export const inWords: Readonly<Record<WestgardRule, string>> = {
  "1-2s": "more than 2 standard deviations from its target",
  "1-3s": "more than 3 standard deviations from its target",
  "2-2s": "twice in a row more than 2 standard deviations off, on the same side",
  "R-4s": "more than 2 standard deviations off on one side, and the one before as far on the other",
  "4-1s": "four in a row more than 1 standard deviation off, on the same side",
  "10-x": "ten in a row on the same side of the target",
};

/** Returns whether a rule rejects; 1-2s only warns. */
export function isRejecting(rule: WestgardRule): boolean {
  return rule !== "1-2s";
}

/**
 * Returns the rules that the newest of a control sample's values breaks, oldest value first, each in standard deviations from its
 * target; none when there is no value. Only what the newest value takes part in counts: an old violation is not told again.
 *
 * The multirule chart of J. O. Westgard, P. L. Barry, M. R. Hunt and T. Groth, "A multi-rule Shewhart chart for quality control in
 * clinical chemistry", Clinical Chemistry 27 (1981) 493–501. There 1-2s is the gate behind which a person looks at the others;
 * here all are looked at each time. R-4s is meant for two controls of one run; with one control sample at a time it is
 * applied to two in a row. A value that lies on a limit does not break it.
 */
export function brokenRules(deviations: readonly number[]): WestgardRule[] {
  const newest = deviations.at(-1);
  if (newest === undefined) return [];
  const side = Math.sign(newest);
  const before = deviations.at(-2) ?? 0;
  /** Whether each of the newest so many lies beyond a limit, all on the side of the newest. */
  const isRow = (length: number, limit: number) =>
    deviations.length >= length && deviations.slice(-length).every((deviation) => deviation * side > limit);
  const broken: Readonly<Record<WestgardRule, boolean>> = {
    "1-2s": Math.abs(newest) > 2,
    "1-3s": Math.abs(newest) > 3,
    "2-2s": isRow(2, 2),
    "R-4s": newest * side > 2 && before * side < -2,
    "4-1s": isRow(4, 1),
    "10-x": isRow(10, 0),
  };
  return rules.filter((rule) => broken[rule]);
}

const rules: readonly WestgardRule[] = ["1-2s", "1-3s", "2-2s", "R-4s", "4-1s", "10-x"];
