import { type Design, Study, type StudyDraft, type Trial, type TrialValue } from "@labloop/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fieldLeaders } from "../../src/decide/field-leaders.ts";
import { proposeDesigns } from "../../src/decide/propose-designs.ts";

const parameters: StudyDraft["parameters"] = ["x", "y"].map((name) => ({
  kind: "continuous",
  name,
  min: 0,
  max: 1,
  step: 0.25,
}));
const candidates = Array.from({ length: 25 }, (_, i): Design => ({ x: Math.floor(i / 5) / 4, y: (i % 5) / 4 }));

const reading = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -3, max: 3, noNaN: true }));
const value: fc.Arbitrary<TrialValue> = fc.oneof(
  { weight: 3, arbitrary: reading },
  reading.map((above) => ({ above })),
  reading.map((below) => ({ below })),
);
const told = fc.record({
  at: fc.constantFrom(...candidates),
  outcome: fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ a: value, p: value }).map((values) => ({ status: "measured" as const, values })),
    },
    { weight: 1, arbitrary: fc.constant({ status: "infeasible" as const }) },
  ),
  task: fc.constantFrom(undefined, "earlier", "before"),
  // Its place in the other order.
  rank: fc.nat(),
});
const drafts = fc.record({
  objectives: fc.constantFrom<StudyDraft["objectives"][]>(
    [{ name: "a", goal: "maximise" }],
    [{ name: "a", goal: "minimise" }],
    [{ name: "a", goal: "maximise", desirability: { worst: 0, best: 2 } }],
  ),
  outcomeConstraints: fc.constantFrom<NonNullable<StudyDraft["outcomeConstraints"]>[]>([], [{ name: "p", max: 1 }]),
  isList: fc.boolean(),
});

function answered(draft: StudyDraft, trials: readonly (typeof told extends fc.Arbitrary<infer T> ? T : never)[]) {
  const own = trials.map(
    ({ at, outcome, task }): Trial => ({ design: at, outcome, ...(task === undefined ? {} : { task }) }),
  );
  const answer = proposeDesigns({ study: Study.parse(draft), trials: own, pending: [], seed: 1, count: 2 });
  if (Array.isArray(answer)) throw new Error(JSON.stringify(answer));
  return { proposals: answer.proposals, best: answer.best, models: answer.models };
}

test("what is proposed, believed best and said of it does not depend on the order in which trials are told", () => {
  fc.assert(
    fc.property(fc.array(told, { minLength: 2, maxLength: 24 }), drafts, (trials, { isList, ...own }) => {
      const draft = { parameters, ...own, ...(isList ? { candidates } : {}) };
      const other = trials.toSorted((a, b) => a.rank - b.rank);
      expect(answered(draft, other)).toEqual(answered(draft, trials));
    }),
    { numRuns: 60 },
  );
});

test("in a free space the same of a front are looked around, whichever was told first", () => {
  const objectives: StudyDraft["objectives"] = ["a", "p"].map((name) => ({ name, goal: "maximise" }));
  const draft = { parameters: parameters.map((own) => ({ ...own, step: undefined })), objectives };
  // Each is on the front.
  const trials = [0.1, 0.3, 0.5, 0.7, 0.9, 0.2].map((x, rank) => {
    const values = { a: x * x, p: 1 - x };
    return { at: { x, y: 1 - x }, outcome: { status: "measured" as const, values }, task: undefined, rank };
  });
  expect(answered(draft, trials.toReversed())).toEqual(answered(draft, trials));
});

test("of equal readings the same are looked around, whichever was told first", () => {
  const leaders = (order: readonly number[]) => {
    const designs = order.map((i) => candidates[i] as Design);
    const features = designs.map(({ x, y }) => Float64Array.of(x as number, y as number));
    const measured = { designs, keys: designs.map((design) => JSON.stringify(design)), features, chances: null };
    return fieldLeaders(
      order.map((i) => (i === 4 ? 1 : 0)),
      measured,
    );
  };
  expect(leaders([8, 0, 4, 24, 3, 8])).toEqual(leaders([3, 24, 8, 8, 4, 0]));
  expect(leaders([8, 0, 4])[0]).toEqual(candidates[4]);
});
