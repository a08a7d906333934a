import { Study, type Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import { proposeDesigns } from "../../src/decide/propose-designs.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { exp } from "../../src/special-functions/exp.ts";

const study = Study.parse({
  parameters: ["a", "b"].map((name) => ({ kind: "continuous", name, min: 0, max: 1 })),
  objectives: [{ name: "y", goal: "maximise" }],
});

test("of skewed readings nothing is told that lies further beyond them than ten times their range", () => {
  let widest = 0;
  for (let seed = 0; seed < 12; seed++) {
    const random = createRandom(seed);
    const values: number[] = [];
    const trials = Array.from({ length: 8 }, (): Trial => {
      const [a, b] = [random.uniform(), random.uniform()];
      values.push(exp(3 * a * b + random.normal() / 2));
      return { design: { a, b }, outcome: { status: "measured", values: { y: values.at(-1) as number } } };
    });
    const answer = proposeDesigns({ study, trials, pending: [], seed });
    if (Array.isArray(answer)) throw new Error("refused");
    const range = Math.max(...values) - Math.min(...values);
    for (const told of [answer.best!.expected, answer.proposals[0]!.predicted!["y"]!]) {
      for (const end of [told.value, ...told.interval90]) {
        const beyond = Math.max(end - Math.max(...values), Math.min(...values) - end) / range;
        expect(beyond).toBeLessThan(10 + 1e-6);
        widest = Math.max(widest, beyond);
      }
    }
  }
  // It is not held where the readings let more be believed.
  expect(widest).toBeGreaterThan(3);
});
