import type { BestPoint, Prediction, ProposeAnswer, Study, SurrogateSummary } from "@labloop/contracts";
import type { DesignRequest, Expected, ProposedDesigns } from "./decide/design-request.ts";
import { proposeDesigns } from "./decide/propose-designs.ts";
import { openSpace } from "./space/open-space.ts";
import { StudyError } from "./study/study-error.ts";

// A central 90 % interval of a normal belief is so many standard deviations wide.
const WIDTH90 = 2 * 1.6448536269514722;

/**
 * Returns the next design of a study with one objective, in the words of a campaign; equal requests give
 * byte-equal answers. Throws a `StudyError` where the request is refused, and an error where no design is left.
 */
export function proposeDesign(request: DesignRequest): ProposeAnswer {
  const answer = answerOf(request, 1);
  const [proposal] = answer.proposals;
  if (proposal === undefined) throw new Error("every design of the space was tried, or could not be made");
  const { design, predicted, acquisition, why, explanation } = proposal;
  const best = bestOf(request, answer);
  const expected = predicted?.[objectiveOf(request.study).name];
  return {
    parameters: design,
    predicted: expected === undefined ? null : predictionOf(expected),
    acquisition: { name: nameOf(acquisition.name), value: acquisition.value, incumbent: best?.value ?? null },
    why,
    ...(explanation.length > 0 ? { explanation: [...explanation] } : {}),
    surrogate: summaryOf(request, answer),
    best,
  };
}

/** Returns the measured design believed best of such a study, with what was read there; null where none keeps its bounds. */
export function bestDesign(request: DesignRequest): BestPoint | null {
  return bestOf(request, answerOf(request, 0));
}

function answerOf(request: DesignRequest, count: number): ProposedDesigns {
  const answer = proposeDesigns({ ...request, count });
  if (Array.isArray(answer)) throw new StudyError(answer);
  return answer as ProposedDesigns;
}

function bestOf({ study, trials }: DesignRequest, { best }: ProposedDesigns): BestPoint | null {
  const space = openSpace(study);
  if (best === null || Array.isArray(space)) return null;
  const { name } = objectiveOf(study);
  const key = space.key(best.design);
  const observed = trials.flatMap(({ design, outcome }) => {
    const read = outcome.status === "measured" ? outcome.values[name] : undefined;
    const value = typeof read === "object" && "value" in read ? read.value : read;
    return typeof value === "number" && space.key(design) === key ? [value] : [];
  });
  const { mean, interval90 } = predictionOf(best.expected);
  return { parameters: best.design, value: mean, interval90, observed };
}

function objectiveOf({ objectives }: Study): Study["objectives"][number] {
  const [objective] = objectives;
  if (objective === undefined || objectives.length > 1) throw new Error("a campaign has one objective");
  return objective;
}

function predictionOf({ value, interval90: [low, high] }: Expected): Prediction {
  return { mean: settled(value, high - low), sd: (high - low) / WIDTH90, interval90: [low, high] };
}

/** Quantiles are found by halving: what they miss zero by is no value. */
function settled(value: number, width: number): number {
  return Math.abs(value) < 1e-9 * width ? 0 : value;
}

type Rule = ProposedDesigns["proposals"][number]["acquisition"]["name"];

function nameOf(rule: Rule): ProposeAnswer["acquisition"]["name"] {
  if (rule === "hypervolume-improvement" || rule === "scalarised-improvement" || rule === "desirability-improvement") {
    throw new Error(`one objective is not weighed by ${rule}`);
  }
  return rule;
}

function summaryOf({ study, trials }: DesignRequest, { models }: ProposedDesigns): SurrogateSummary {
  const space = openSpace(study);
  const measured = trials.filter(({ outcome }) => outcome.status === "measured");
  const keys = Array.isArray(space) ? [] : measured.map(({ design }) => space.key(design));
  return {
    kind: models.length === 0 ? "space-filling" : "model-average",
    kernel: null,
    ...(models.length === 0
      ? {}
      : {
          models: models.map(({ objective, skill, members }) => ({
            quantity: objective,
            skill,
            members: members.map(
              ({ kernel, shape, exponent, weight, lengthscales, roughness, noiseShare, looDensity }) => ({
                kernel,
                shape,
                exponent,
                weight,
                lengthscales: [...lengthscales],
                roughness,
                noiseShare,
                looDensity,
              }),
            ),
          })),
        }),
    lengthscales: [],
    noiseVariance: null,
    logPosterior: null,
    measurements: measured.length,
    distinct: new Set(keys).size,
  };
}
