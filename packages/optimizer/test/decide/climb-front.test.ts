import { type Design, Study } from "@labloop/contracts";
import { expect, test } from "vitest";
import { ambitionOf } from "../../src/decide/ambition.ts";
import { growingField } from "../../src/decide/growing-field.ts";
import { openField } from "../../src/decide/open-field.ts";
import { pickFront } from "../../src/decide/pick-front.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { openSpace } from "../../src/space/open-space.ts";
import type { Space } from "../../src/space/space.ts";

const study = Study.parse({
  parameters: ["a", "b"].map((name) => ({ kind: "continuous", name, min: 0, max: 1 })),
  objectives: ["near", "far"].map((name) => ({ name, goal: "maximise" })),
});
const space = openSpace(study) as Space;
const measured: Design[] = Array.from({ length: 12 }, (_, i) => ({ a: ((i * 7) % 12) / 12, b: i / 12 }));
const features = measured.map((design) => space.encode(design));
const evidence = [0.2, 0.8].map((centre) => ({
  features,
  groups: space.groups,
  values: features.map((own) => 1 - ((own[0] as number) - centre) ** 2 - ((own[1] as number) - 0.4) ** 2),
}));

function picked(seed: number, climbs: boolean, count = 1) {
  const random = createRandom(seed);
  const shut = new Set(measured.map((design) => space.key(design)));
  const field = growingField(
    space,
    openField(space, measured.slice(0, 3), random, "near-leaders-too", { count: 1, closed: shut }),
    shut,
    null,
    random,
  );
  const opened = field.designs.length;
  const open = [...field.keys.keys()].filter((i) => !shut.has(field.keys[i] as string));
  const { picks } = pickFront(
    {
      evidence,
      ambition: (views) => ambitionOf(study, views),
      candidates: field.features,
      open,
      pending: [],
      chances: null,
      logCostOf: null,
      again: [],
      near: climbs ? field.near : null,
    },
    count,
    random,
  );
  return { picks, opened, keys: field.keys };
}

test.each([1, 2, 3])("for a front more is gained beside the best candidate than at it (%i)", (seed) => {
  const [there] = picked(seed, false).picks;
  const { picks, opened } = picked(seed, true);
  const [beside] = picks;
  expect(beside?.index).toBeGreaterThanOrEqual(opened);
  expect(beside?.choice?.value).toBeGreaterThan(there?.choice?.value as number);
});

test("a batch that looks beside its candidates holds neither a design twice nor one that is shut", () => {
  const { picks, keys } = picked(4, true, 5);
  const chosen = picks.map(({ index }) => keys[index] as string);
  expect(new Set(chosen).size).toBe(5);
  expect(chosen.some((key) => measured.some((design) => space.key(design) === key))).toBe(false);
  expect(new Set(keys).size).toBe(keys.length);
});
