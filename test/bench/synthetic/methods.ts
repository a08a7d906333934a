import type { Design, StudyDraft } from "@labloop/contracts";
import { createStudy } from "@labloop/optimizer";
import { createRandom } from "@labloop/optimizer/benchmark";
import type { CubePeer } from "../peers/open-cube-peer.ts";
import { cubeOf } from "./cube.ts";
import { slacksOf } from "./lacking.ts";
import { designOf, type Problem } from "./problem.ts";

/** What was made and what came of it. */
export interface Experiment {
  readonly design: Design;
  readonly values: Readonly<Record<string, number>>;
}

/** Chooses the next design of a problem, knowing all experiments so far. */
export type Chooser<Answer = Design | Promise<Design>> = (
  problem: Problem,
  seed: number,
  made: readonly Experiment[],
) => Answer;

/** Returns labloop as a method, told the budget as in a campaign. */
export function labloopChooser(budget: number): Chooser<Design> {
  return ({ study }, seed, made) => {
    const open = createStudy({ ...study, budget }, { seed });
    open.tell(
      ...made.map(({ design, values }) => ({
        design,
        outcome: { status: "measured" as const, values: { ...values } },
      })),
    );
    const [proposal] = open.ask();
    if (proposal === undefined) throw new Error("labloop proposes nothing");
    return proposal.design;
  };
}

/** Chooses at random, evenly over every parameter; the experiments' number is the draw. */
export const randomChooser: Chooser<Design> = ({ study }, seed, made) => {
  const random = createRandom((seed * 100_003 + made.length) >>> 0);
  return designOf(study.parameters.map((parameter) => drawn(parameter, random.uniform())));
};

function drawn(parameter: StudyDraft["parameters"][number], share: number): number {
  if (parameter.kind === "integer") {
    return parameter.min + Math.floor(share * (parameter.max - parameter.min + 1));
  }
  if (parameter.kind !== "continuous") throw new Error(`no synthetic problem has ${parameter.kind}`);
  const { min, max, step } = parameter;
  if (step === undefined) return min + share * (max - min);
  return min + step * Math.floor(share * (Math.floor((max - min) / step) + 1));
}

/** Returns BoTorch with the settings of Ax as a method. */
export function botorchChooser(peer: CubePeer): Chooser {
  return async ({ study }, seed, made) => {
    const cube = cubeOf(study.parameters);
    const { rows } = await peer.ask({
      rows: made.map(({ design }) => cube.rowOf(design)),
      outcomes: made.map(({ values }) => study.objectives.map(({ name }) => -(values[name] as number))),
      slacks: made.map(({ values }) => slacksOf(study, values)),
      levels: cube.levels,
      reference: study.objectives.map(({ reference }) => (reference === undefined ? null : -reference)),
      count: 1,
      seed: (seed * 100_003 + made.length) >>> 0,
    });
    return cube.designOf(rows[0] ?? []);
  };
}
