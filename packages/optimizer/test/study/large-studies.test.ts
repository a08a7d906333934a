import { expect, test } from "vitest";
import { createRandom } from "../../src/random/create-random.ts";
import { createStudy, restoreStudy } from "../../src/study/create-study.ts";

const parameters = ["a", "b"].map((name) => ({ kind: "continuous" as const, name, min: 0, max: 1 }));
const objectives = [{ name: "y", goal: "maximise" as const }];
const places = (count: number) => Array.from({ length: count }, (_, i) => ({ a: i / count, b: (i % 1000) / 1000 }));

test("a study of 150,000 trials and as many pending designs is restored", () => {
  const stored = createStudy({ parameters, objectives }, { seed: 1 }).toJson();
  const trials = places(150_000).map((design) => ({ design, outcome: { status: "fault" as const } }));
  const restored = restoreStudy({ ...stored, trials, pending: places(150_000).map(({ a }) => ({ a, b: 0.5004 })) });
  expect(restored.trials.length).toBe(150_000);
  expect(restored.pending.length).toBe(150_000);
});

test.each([
  ["one quantity", objectives],
  ["a front", [...objectives, { name: "z", goal: "minimise" as const }]],
])("with 3,000 designs under way the next of %s are proposed, and none of those", (_, wanted) => {
  const study = createStudy({ parameters, objectives: wanted }, { seed: 1 });
  const random = createRandom(5);
  const drawn = (count: number) => Array.from({ length: count }, () => ({ a: random.uniform(), b: random.uniform() }));
  for (const design of drawn(20)) {
    const values = { y: Math.sin(5 * design.a) + design.b, z: design.a - design.b };
    study.tell({ design, outcome: { status: "measured", values } });
  }
  const pending = drawn(3000);
  study.begin(...pending);
  const known = new Set(pending.map((design) => JSON.stringify(design)));
  const asked = study.ask(2).map(({ design }) => JSON.stringify(design));
  expect(asked.length).toBe(2);
  for (const design of asked) expect(known.has(design)).toBe(false);
});
