import { type Design, Study, type Trial } from "@labloop/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { climb } from "../../src/decide/climb.ts";
import type { DesignProposal } from "../../src/decide/design-request.ts";
import { growingField } from "../../src/decide/growing-field.ts";
import { openField } from "../../src/decide/open-field.ts";
import { pickDesigns } from "../../src/decide/pick-designs.ts";
import { proposeDesigns } from "../../src/decide/propose-designs.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { openSpace } from "../../src/space/open-space.ts";
import type { Space } from "../../src/space/space.ts";

const study = Study.parse({
  parameters: ["a", "b", "c", "dear"].map((name) => ({ kind: "continuous", name, min: 0, max: 1 })),
  objectives: [{ name: "yield", goal: "maximise" }],
});
const space = openSpace(study) as Space;
const yieldOf = ({ a, b, c }: Design) =>
  1 - ((a as number) - 0.31) ** 2 - ((b as number) - 0.62) ** 2 - ((c as number) - 0.17) ** 2;
const measured = [...space.candidates(24, createRandom(3))].slice(0, 24);
const shut = new Set(measured.map((design) => space.key(design)));

interface Asked {
  readonly climbs: boolean;
  readonly count?: number;
  readonly costly?: boolean;
}

function picked(seed: number, { climbs, count = 1, costly = false }: Asked) {
  const random = createRandom(seed);
  const costOf = costly ? (design: Design) => 1 + 50 * (design["dear"] as number) : null;
  const field = growingField(
    space,
    openField(space, measured.slice(0, 3), random, "everywhere", { count: 1, closed: shut }),
    shut,
    costOf,
    random,
  );
  const opened = field.designs.length;
  const { picks } = pickDesigns(
    {
      evidence: {
        features: measured.map((design) => space.encode(design)),
        groups: space.groups,
        values: measured.map(yieldOf),
      },
      candidates: field.features,
      measured: field.keys.map((key) => (shut.has(key) ? 1 : 0)),
      pending: [],
      taken: field.keys.map((key) => shut.has(key)),
      chances: null,
      costOf: costOf === null ? null : (index) => costOf(field.designs[index] as Design),
      remaining: 20,
      filling: null,
      near: climbs ? field.near : null,
    },
    count,
    random,
  );
  return { picks, opened, keys: field.keys, designs: field.designs };
}

test("a climb ends no lower than it began, at the best of all that it looked at, and counts them", () => {
  const rounds = fc.array(fc.array(fc.double({ noNaN: true }), { maxLength: 5 }), { maxLength: 9 });
  fc.assert(
    fc.property(fc.double({ noNaN: true }), rounds, (start, all) => {
      const scores = [start, ...all.flat()];
      const left = [...all];
      let first = 1;
      const near = () => {
        const own = left.shift() ?? [];
        const indices = own.map((_, i) => first + i);
        first += own.length;
        return indices;
      };
      const found = climb({ index: 0, value: start, compared: 1 }, near, (fresh) =>
        fresh.map((index) => scores[index] as number),
      );
      expect(found.value === Math.max(...scores)).toBe(true);
      expect(scores[found.index]).toBe(found.value);
      expect(found.compared).toBe(scores.length);
    }),
  );
});

test.each([1, 2, 3])("in a free space more is promised beside the best candidate than at it (%i)", (seed) => {
  const [there] = picked(seed, { climbs: false }).picks;
  const { picks, opened } = picked(seed, { climbs: true });
  const [beside] = picks;
  expect(beside?.choice?.rule).toBe(there?.choice?.rule);
  expect(beside?.index).toBeGreaterThanOrEqual(opened);
  expect(beside?.choice?.value).toBeGreaterThan(there?.choice?.value as number);
});

test("a batch that looks beside its candidates holds neither a design twice nor one that was measured", () => {
  const { picks, keys } = picked(4, { climbs: true, count: 6 });
  const chosen = picks.map(({ index }) => keys[index] as string);
  expect(new Set(chosen).size).toBe(6);
  expect(chosen.filter((key) => shut.has(key))).toEqual([]);
});

test("what lies beside a candidate is judged by its own cost", () => {
  const dearOf = (climbs: boolean) =>
    [1, 2, 3, 4, 5, 6].reduce((sum, seed) => {
      const { picks, designs } = picked(seed, { climbs, costly: true });
      return sum + (designs[picks[0]?.index as number]?.["dear"] as number) / 6;
    }, 0);
  expect(dearOf(true)).toBeLessThan(0.5 * dearOf(false));
});

test("nothing is added that has no price", () => {
  const random = createRandom(1);
  const costOf = (design: Design) => ((design["a"] as number) > 0.5 ? Number.NaN : 1);
  const opened = openField(space, measured.slice(0, 3), random, "everywhere", { count: 1, closed: shut });
  const field = growingField(space, opened, shut, costOf, random);
  const edge = opened.designs.findIndex(({ a }) => Math.abs((a as number) - 0.5) < 0.02);
  const added = field.near(edge, 0.2).map((index) => field.designs[index]?.["a"] as number);
  expect(added.length).toBeGreaterThan(5);
  expect(added.every((a) => a <= 0.5)).toBe(true);
});

/** What is asked next in the same space after these readings, by so many seeds. */
function askedNext(values: readonly number[], seeds: number) {
  const trials = measured.map((design, i): Trial => {
    return { design, outcome: { status: "measured", values: { yield: values[i] as number } } };
  });
  return Array.from({ length: seeds }, (_, seed) => {
    const answer = proposeDesigns({ study, trials, pending: [], seed, count: 1 });
    if (Array.isArray(answer)) throw new Error("the study is refused");
    return answer.proposals[0] as DesignProposal;
  });
}

test("where the model predicts well more is looked at than what is spread over the space, and the proposal says how much", () => {
  const looked = askedNext(measured.map(yieldOf), 9).map(({ why }) => Number(/among (\d+) designs/.exec(why)?.[1]));
  expect(looked.filter((count) => count > 1024 + 3).length).toBeGreaterThan(4);
});

test("where the model predicts nothing a proposal is seldom one more reading beside the best ones", () => {
  const noise = createRandom(8);
  const values = measured.map(() => noise.normal());
  const best = [...values.keys()].sort((a, b) => (values[b] as number) - (values[a] as number)).slice(0, 3);
  const isBeside = ({ design }: DesignProposal) =>
    best.some((i) => study.parameters.every(({ name }) => apart(design, measured[i] as Design, name) < 0.15));
  expect(askedNext(values, 40).filter(isBeside).length).toBeLessThan(13);
});

function apart(one: Design, other: Design, name: string): number {
  return Math.abs((one[name] as number) - (other[name] as number));
}
