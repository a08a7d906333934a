import { type Design, Study, type Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import { proposeDesigns, type ProposedDesigns } from "../../src/index.ts";
import { openSpace } from "../../src/space/open-space.ts";

const single = Study.parse({
  parameters: [
    { kind: "continuous", name: "heat", min: 20, max: 120, step: 5 },
    { kind: "integer", name: "cycles", min: 1, max: 9 },
  ],
  constraints: [{ kind: "linear", terms: { heat: 1, cycles: 10 }, max: 180 }],
  objectives: [{ name: "yield", goal: "maximise" }],
});
const several = Study.parse({
  ...single,
  objectives: [
    { name: "yield", goal: "maximise" },
    { name: "mass", goal: "minimise" },
  ],
});

function trial(heat: number, cycles: number, value: number, requested?: Design): Trial {
  const outcome = { status: "measured", values: { yield: value, mass: -value } } as const;
  return { design: { heat, cycles }, outcome, ...(requested === undefined ? {} : { requested }) };
}

const within = [trial(20, 1, 10), trial(60, 3, 40), trial(90, 4, 55), trial(22, 8, 20)];

function ask(study: Study, trials: readonly Trial[]): ProposedDesigns {
  const answer = proposeDesigns({ study, trials, pending: [], seed: 1 });
  if (Array.isArray(answer)) throw new Error(answer.map(({ message }) => message).join("; "));
  return answer;
}

test("what was measured beyond the bounds or against a constraint is learned from, but never recommended nor on a front", () => {
  const outside = [trial(140, 4, 90), trial(60, 12, 95), trial(120, 9, 99)];
  const best = ask(single, [...within, ...outside]).best?.design;
  expect(best).toEqual({ heat: 90, cycles: 4 });
  expect(ask(several, [...within, ...outside]).front?.map(({ design }) => design)).toEqual([{ heat: 90, cycles: 4 }]);
  const without = ask(single, within);
  const learned = ask(single, [...within, ...outside]);
  expect(learned.models[0]?.members).not.toEqual(without.models[0]?.members);
});

test("of what was only measured outside nothing is best, and there is still a proposal that can be made", () => {
  for (const study of [single, several]) {
    const { best, front, proposals } = ask(study, [trial(140, 4, 90), trial(150, 5, 70), trial(60, 12, 95)]);
    expect(best).toBeNull();
    expect(front ?? []).toEqual([]);
    expect(proposals).toHaveLength(1);
    const space = openSpace(study);
    expect(Array.isArray(space) || space.isFeasible(proposals[0]?.design as Design)).toBe(true);
  }
});

test("what an instrument did a little beside what was asked for may be best: between steps, just beyond a bound, or further", () => {
  expect(ask(single, [...within, trial(93, 4, 70)]).best?.design).toEqual({ heat: 93, cycles: 4 });
  expect(ask(single, [...within, trial(121.5, 4, 70)]).best?.design).toEqual({ heat: 121.5, cycles: 4 });
  const asked = { heat: 120, cycles: 4 };
  expect(ask(single, [...within, trial(126, 4, 70, asked)]).best?.design).toEqual({ heat: 126, cycles: 4 });
  expect(ask(single, [...within, trial(126, 4, 70)]).best?.design).toEqual({ heat: 90, cycles: 4 });
});

test("where several designs ended up as one, what was asked for is one that the study admits, whichever was told first", () => {
  const place = [126, 4, 70] as const;
  const others = [
    trial(...place),
    trial(...place, { heat: 120, cycles: 4 }),
    trial(...place, { heat: 115, cycles: 4 }),
  ];
  for (const study of [single, several]) {
    for (const order of [others, others.toReversed()]) {
      const { best, front } = ask(study, [...within, ...order]);
      const { design, requested } = best ?? front?.[0] ?? {};
      expect({ design, requested }).toEqual({ design: { heat: 126, cycles: 4 }, requested: { heat: 115, cycles: 4 } });
    }
  }
});

test("on a list what was measured need not be one of its designs", () => {
  const listed = Study.parse({
    ...single,
    candidates: [
      { heat: 100, cycles: 2 },
      { heat: 80, cycles: 2 },
    ],
  });
  expect(ask(listed, within).best?.design).toEqual({ heat: 90, cycles: 4 });
});
