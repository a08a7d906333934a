import type { LabEventOf } from "@labloop/contracts";
import type { SimulatedWorld } from "../lab/open-world.ts";

/** The last line of a finished campaign. */
export function finalLine(
  finished: LabEventOf<"campaign.finished">,
  head: { readonly seq: number; readonly hash: string },
  world: Pick<SimulatedWorld, "compareWithRandom"> | null,
): object {
  const compared =
    world === null
      ? { ok: false as const, reason: "a real lab has no pool to search at random" }
      : finished.best === null
        ? { ok: false as const, reason: "nothing was measured" }
        : world.compareWithRandom(finished.best.parameters);
  return {
    v: 1,
    type: "campaign.finished",
    experiments: finished.experiments,
    best: finished.best,
    bestMeasured: finished.bestMeasured,
    random: compared.ok ? compared.value : null,
    ...(compared.ok ? {} : { randomReason: compared.reason }),
    journal: { events: head.seq, head: `sha256:${head.hash}` },
  };
}
