import { type Design, Study, type Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import { proposeDesigns } from "../../src/index.ts";
import { createRandom } from "../../src/random/create-random.ts";

const random = createRandom(4);
const within = (width: number) => ({ p: 0.1 + width * random.uniform(), q: 0.1 + width * random.uniform() });
const near = Array.from({ length: 40 }, () => within(0.02));
const spread = Array.from({ length: 40 }, () => within(0.9));
const tried = spread.slice(0, 8);
const trials = tried.map((design): Trial => {
  return { design, outcome: { status: "measured", values: { yield: design.p + 0.6 * random.normal() } } };
});

/** How often of 30 seeds the next of a list is the one of the greatest expected improvement. */
function believed(candidates: readonly Design[]): number {
  const study = Study.parse({
    parameters: ["p", "q"].map((name) => ({ kind: "continuous", name, min: 0, max: 1 })),
    objectives: [{ name: "yield", goal: "maximise" }],
    candidates,
  });
  return Array.from({ length: 30 }, (_, seed) => {
    const answer = proposeDesigns({ study, trials, pending: [], seed, count: 1 });
    if (Array.isArray(answer)) throw new Error(JSON.stringify(answer));
    return answer.proposals[0]?.acquisition.name;
  }).filter((rule) => rule === "expected-improvement").length;
}

test("of readings that tell little a model is believed where a list is spread evenly, and less where most of it is a crowd", () => {
  expect(believed(spread)).toBeGreaterThan(20);
  expect(believed([...tried, ...near])).toBeLessThan(15);
});
