import type { Design, Study, Trial } from "@labloop/contracts";
import type { ProposedDesigns } from "../../src/decide/design-request.ts";
import { proposeDesigns } from "../../src/decide/propose-designs.ts";

/** Returns what is proposed; throws the faults. */
export function proposed(request: Parameters<typeof proposeDesigns>[0]): ProposedDesigns {
  const answer = proposeDesigns(request);
  if (Array.isArray(answer)) throw new Error(answer.map(({ message }) => message).join("; "));
  return answer;
}

/** Returns a trial of a design with values read there. */
export function measured(design: Design, values: Record<string, number>): Trial {
  return { design, outcome: { status: "measured", values } };
}

/** Returns the trials of a campaign of `steps` proposals, one at a time. */
export function play(
  study: Study,
  steps: number,
  seed: number,
  read: (design: Design) => Record<string, number>,
): Trial[] {
  const trials: Trial[] = [];
  for (let step = 0; step < steps; step++) {
    const { proposals } = proposed({ study, trials, pending: [], seed: 1000 * seed + step });
    const design = proposals[0]?.design as Design;
    trials.push(measured(design, read(design)));
  }
  return trials;
}
