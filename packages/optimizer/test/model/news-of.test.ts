import { type Design, Study, type Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import { proposeDesigns } from "../../src/decide/propose-designs.ts";
import { openKernel } from "../../src/kernel/open-kernel.ts";
import { fitMember } from "../../src/model/fit-member.ts";
import type { Member } from "../../src/model/member.ts";
import { newsOf } from "../../src/model/news-of.ts";
import { drawEvidence } from "../support/draw-evidence.ts";

test("nothing is news at a known place, next to nothing a step of many beside it, everything far away", () => {
  const known = [Float64Array.of(0.5, 0.5, 0.1, 0.9), Float64Array.of(0.9, 0.2)];
  const at = (...place: number[]) => newsOf(Float64Array.from(place), known, 2)[0] as number;
  expect([at(0.5, 0.5), at(0.1, 0.9), at(0.9, 0.2)]).toEqual([0, 0, 0]);
  expect(at(0.504, 0.5)).toBeLessThan(0.01);
  expect(at(0.5, 0.5 + 0.03 * Math.SQRT2)).toBeCloseTo(1 - Math.exp(-1), 12);
  expect(at(0.5, 0.7)).toBeCloseTo(1, 8);
  expect([...newsOf(Float64Array.of(0.5, 0.5, 0.3, 0.3), known, 2)]).toEqual([0, at(0.3, 0.3)]);
  expect(newsOf(Float64Array.of(0.3, 0.3), [], 2)[0]).toBeCloseTo(1, 8);
});

test("where a surface has a kink that no kernel follows, the search does not creep from step to step beside its best", () => {
  const study = Study.parse({
    parameters: [
      { kind: "integer", name: "speed", min: 50, max: 300 },
      { kind: "continuous", name: "time", min: 1, max: 10, step: 0.1 },
    ],
    objectives: [{ name: "error", goal: "minimise" }],
    budget: 60,
  });
  const errorOf = ({ speed, time }: Design) => Math.abs(0.0066 * (speed as number) * (time as number) - 5);
  let creeping = 0;
  for (let seed = 1; seed <= 6; seed++) {
    const trials: Trial[] = [];
    for (let step = 0; step < 22; step++) {
      const answer = proposeDesigns({ study, trials, pending: [], seed });
      if (Array.isArray(answer)) throw new Error(answer.map(({ message }) => message).join("; "));
      const { design } = answer.proposals[0] as { design: Design };
      const isBeside = trials.some(
        ({ design: other }) =>
          Math.abs((design["speed"] as number) - (other["speed"] as number)) <= 2 &&
          Math.abs((design["time"] as number) - (other["time"] as number)) < 0.15,
      );
      if (isBeside) creeping++;
      trials.push({ design, outcome: { status: "measured", values: { error: errorOf(design) } } });
    }
  }
  // Of 132 picks; 40 where each design has a deviation of its own whatever lies beside it.
  expect(creeping).toBeLessThan(28);
});

test("a place that is believed to be read is known from then on, until it is forgotten", () => {
  const member = fitMember(openKernel(), drawEvidence(3, 12, 0.3), "matern-5/2", "identity") as Member;
  const believed = Float64Array.of(0.31, 0.87);
  const spreadAt = (x: number) => member.predict(Float64Array.of(x, 0.87)).variances[0] as number;
  const [beside, far] = [spreadAt(0.3101), spreadAt(0.37)];
  const own = (1 - member.theta.noiseShare) * member.theta.roughness;
  member.believe(believed);
  expect(beside - spreadAt(0.3101)).toBeGreaterThan(0.99 * own);
  expect(far - spreadAt(0.37)).toBeLessThan(beside - spreadAt(0.3101));
  member.forget();
  expect(spreadAt(0.3101)).toBe(beside);
});
