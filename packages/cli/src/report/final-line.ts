import type { BestPoint, Design, FrontPoint, LabEventOf, MeasuredDesign } from "@labloop/contracts";
import type { SimulatedWorld } from "../lab/open-world.ts";

/** The last line of a finished campaign, for people and scripts. */
export interface FinalLine {
  readonly v: 1;
  readonly type: "campaign.finished";
  readonly experiments: number;
  /** Why before its budget was spent, where nobody stopped it. */
  readonly reason?: string;
  readonly best: BestPoint | null;
  readonly bestMeasured: MeasuredDesign | null;
  /** Of several objectives that are no desirability: the designs in place of one best, from the best in the first objective on. */
  readonly front?: readonly FrontPoint[];
  /** How many experiments random search needs for a design as good; null with the reason. */
  readonly random: { readonly medianExperiments: number; readonly interval95: readonly [number, number] } | null;
  readonly randomReason?: string;
  readonly journal: { readonly events: number; readonly head: string };
}

/**
 * Returns the last line of a finished campaign: the same bytes when it ends and whenever it is asked for later, so
 * parameters stand in the order of the search space, whatever order the journal gives them back in.
 */
export function finalLine(
  finished: LabEventOf<"campaign.finished">,
  { space, objectives }: Pick<LabEventOf<"campaign.created">, "space" | "objectives">,
  head: { readonly seq: number; readonly hash: string },
  world: Pick<SimulatedWorld, "compareWithRandom"> | null,
): FinalLine {
  const compared =
    world === null
      ? { ok: false as const, reason: "there is no pool here to search at random" }
      : objectives !== undefined
        ? { ok: false as const, reason: notCompared(objectives.length) }
        : finished.best === null
          ? { ok: false as const, reason: finished.experiments === 0 ? "nothing was measured" : "no design is best" }
          : world.compareWithRandom(finished.best.requested ?? finished.best.parameters);
  const { best, bestMeasured, front } = finished;
  const ordered = (design: Design): Design =>
    Object.fromEntries(space.parameters.map(({ name }) => [name, design[name] ?? Number.NaN]));
  const inOrder = <T extends { readonly parameters: Design; readonly requested?: Design | undefined }>(
    found: T,
  ): T => ({
    ...found,
    parameters: ordered(found.parameters),
    ...(found.requested === undefined ? {} : { requested: ordered(found.requested) }),
  });
  return {
    v: 1,
    type: "campaign.finished",
    experiments: finished.experiments,
    ...(finished.reason === undefined ? {} : { reason: finished.reason }),
    best: best === null ? null : inOrder(best),
    bestMeasured: bestMeasured === null ? null : inOrder(bestMeasured),
    ...(front === undefined ? {} : { front: front.map(inOrder) }),
    random: compared.ok ? compared.value : null,
    ...(compared.ok ? {} : { randomReason: compared.reason }),
    journal: { events: head.seq, head: `sha256:${head.hash}` },
  };
}

/** Why several quantities, or one that is to hit a target, are not compared with random search. */
function notCompared(objectives: number): string {
  return objectives > 1
    ? "it is compared by one quantity, and several are improved here"
    : "it is compared by how large or small a quantity is, and here one is to hit a target";
}
