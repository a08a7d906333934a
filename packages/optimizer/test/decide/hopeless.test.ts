import { type Design, Study, type Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import { proposeDesigns } from "../../src/decide/propose-designs.ts";

const single = Study.parse({
  parameters: [
    { kind: "integer", name: "speed", min: 60, max: 300 },
    { kind: "integer", name: "time", min: 10, max: 90 },
  ],
  objectives: [{ name: "yield", goal: "maximise" }],
  outcomeConstraints: [{ name: "heat", max: 1 }],
});
const several = Study.parse({ ...single, objectives: [...single.objectives, { name: "mass", goal: "minimise" }] });

/** What nothing keeps: heat falls towards high speed and short times, and stays above 2. */
function run(design: Design): Trial {
  const [speed, time] = [(design["speed"] as number) / 300, (design["time"] as number) / 90];
  const values = { yield: 10 * time, mass: speed, heat: 3 - speed + 0.5 * time + 0.05 * Math.sin(40 * speed) };
  return { design, outcome: { status: "measured", values } };
}

test("while nothing keeps its bounds no near copy of a design that broke them is proposed", () => {
  for (const study of [single, several]) {
    const trials: Trial[] = [];
    for (let step = 0; step < 16; step++) {
      const answer = proposeDesigns({ study, trials, pending: [], seed: 7 });
      if (Array.isArray(answer)) throw new Error(answer.map(({ message }) => message).join("; "));
      const { design } = answer.proposals[0] as { design: Design };
      const gaps = trials.map(({ design: other }) =>
        Math.hypot(
          ((design["speed"] as number) - (other["speed"] as number)) / 240,
          ((design["time"] as number) - (other["time"] as number)) / 80,
        ),
      );
      expect(Math.min(...gaps)).toBeGreaterThan(0.02);
      trials.push(run(design));
    }
  }
});
