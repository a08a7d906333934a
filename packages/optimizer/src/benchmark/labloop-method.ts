import type { Design, Fault, Study, Trial } from "@labloop/contracts";
import { proposeDesigns } from "../decide/propose-designs.ts";
import { openSpace } from "../space/open-space.ts";
import type { BenchMethod, PoolAsk, PoolMeasurement } from "./bench-method.ts";
import { deriveSeed } from "./derive-seed.ts";
import { openable } from "./refused-study.ts";

/**
 * Returns labloop's own optimizer as a method. It is told the budget, as in a campaign. It throws where the optimizer refuses
 * the study, which `refusedStudy` tells before.
 */
export function labloopMethod(): BenchMethod {
  return {
    name: "labloop",
    start(given, _features, seed) {
      const open = openable(given);
      const space = openSpace(open);
      if (Array.isArray(space)) throw new Error(textOf(space));
      const designs = given.candidates ?? [];
      const indexByKey = new Map(designs.map((design, index) => [space.key(design), index]));
      const indexOf = (design: Design) => indexByKey.get(space.key(design)) as number;
      let study: Study | null = null;
      return {
        ask(ask) {
          // One object throughout: a study that was opened is not opened again.
          study ??= { ...open, budget: budgetOf(ask) };
          const { measurements, pending, count } = ask;
          const answer = proposeDesigns({
            study,
            trials: measurements.map((measurement) => trialOf(given, designs, measurement)),
            pending: pending.map((index) => designs[index] as Design),
            seed: deriveSeed(seed, measurements.length),
            // The recommendation comes with a proposal also where nobody takes it.
            count: Math.max(1, count),
          });
          if (Array.isArray(answer)) throw new Error(textOf(answer));
          return {
            indices: answer.proposals.slice(0, count).map(({ design }) => indexOf(design)),
            recommended: answer.best === null ? null : indexOf(answer.best.design),
          };
        },
      };
    },
  };
}

function budgetOf({ measurements, pending, count, remaining }: PoolAsk): number {
  return measurements.length + pending.length + count + remaining;
}

function trialOf({ objectives }: Study, designs: readonly Design[], { index, values }: PoolMeasurement): Trial {
  const read = objectives.map(({ name }, k) => [name, values[k] as number] as const);
  return { design: designs[index] as Design, outcome: { status: "measured", values: Object.fromEntries(read) } };
}

function textOf(faults: readonly Fault[]): string {
  return faults.map(({ message }) => message).join("; ");
}
