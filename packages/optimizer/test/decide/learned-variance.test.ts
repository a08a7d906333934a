import { type Design, Study } from "@labloop/contracts";
import { expect, test } from "vitest";
import { measured, proposed } from "../support/play.ts";

const list = Array.from({ length: 100 }, (_, i): Design => ({ p: (i % 10) / 9, q: Math.floor(i / 10) / 9 }));
const trials = [3, 17, 22, 38, 41, 56, 64, 79, 85, 90, 98].map((i) => {
  const { p, q } = list[i] as { p: number; q: number };
  return measured(list[i] as Design, { yield: 20 * p + 8 * q * q, heat: p - q });
});

/** The variances of all members of all models. */
function variancesOf(draft: Record<string, unknown>, pending: readonly Design[] = [], count = 1): number[] {
  const study = Study.parse({
    parameters: ["p", "q"].map((name) => ({ kind: "continuous", name, min: 0, max: 1 })),
    objectives: [{ name: "yield", goal: "maximise" }],
    ...draft,
  });
  const { models } = proposed({ study, trials, pending, seed: 1, count });
  return models.flatMap(({ members }) => members.map(({ variance }) => variance));
}

test("how far a surface spreads is learned for designs of a list, one or several, while none is under way, and told", () => {
  const front = [
    { name: "yield", goal: "maximise" },
    { name: "heat", goal: "minimise" },
  ];
  for (const draft of [{ candidates: list }, { candidates: list, objectives: front }]) {
    for (const count of [0, 1, 4]) for (const own of variancesOf(draft, [], count)) expect(own).toBeGreaterThan(1.5);
  }
});

test("beside designs under way, in a list of crowds and lonely designs, and in a space that is not listed it is 1", () => {
  const crowd = Array.from({ length: 60 }, (_, i): Design => ({ p: 0.5 + i / 1e4, q: 0.5 + ((i * 7) % 60) / 1e4 }));
  for (const own of [
    ...variancesOf({ candidates: list }, list.slice(0, 1)),
    ...variancesOf({ candidates: [...trials.map(({ design }) => design), ...crowd] }),
    ...variancesOf({}),
  ]) {
    expect(own).toBe(1);
  }
});
