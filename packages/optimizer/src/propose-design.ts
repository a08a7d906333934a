import type {
  BestPoint,
  Design,
  DoubtedPoint,
  FrontPoint,
  Prediction,
  ProposeAnswer,
  StudyObjective,
  SurrogateSummary,
  TrialValue,
} from "@labloop/contracts";
import type { DesignRequest, Expected, ProposedDesigns } from "./decide/design-request.ts";
import { proposeAgain, proposeDesigns } from "./decide/propose-designs.ts";
import type { ReadDesign } from "./decide/read-design.ts";
import { openSpace } from "./space/open-space.ts";
import { desirabilityOf } from "./study/desirability-of.ts";
import { StudyError } from "./study/study-error.ts";

// A central 90 % interval of a normal belief is so many standard deviations wide.
const WIDTH90 = 2 * 1.6448536269514722;

/**
 * Returns the next design of a study in the words of a campaign; equal requests give byte-equal answers. Where every design that
 * can be made is under way, one of those that are so least often is proposed once more. Throws a `StudyError` where the request is refused, and an error
 * where no design is left.
 */
export function proposeDesign(request: DesignRequest): ProposeAnswer {
  const first = answerOf(request, 1);
  const answer = first.proposals.length > 0 ? first : accept(proposeAgain({ ...request, count: 1 }));
  const [proposal] = answer.proposals;
  if (proposal === undefined) throw new Error("every design of the space was tried, or could not be made");
  const { design, predicted, acquisition, why, explanation } = proposal;
  const { ahead = null } = answer;
  const { best, front, doubted } = bestOf(request, answer);
  const expected = Object.entries(predicted ?? {}).map(([name, own]) => [name, predictionOf(own)] as const);
  // What is expected is of the quantity that was read, and where it stands for a desirability that is another.
  const isJoint = request.study.objectives.some(({ desirability }, index) => index > 0 || desirability !== undefined);
  return {
    parameters: design,
    predicted: isJoint ? null : (expected[0]?.[1] ?? null),
    ...(isJoint && expected.length > 0 ? { predictions: Object.fromEntries(expected) } : {}),
    acquisition: { name: acquisition.name, value: acquisition.value, incumbent: best?.value ?? null },
    why: answer === first ? why : `every design is being measured, so one of them is once more: ${why}`,
    ...(explanation.length > 0 ? { explanation: [...explanation] } : {}),
    surrogate: summaryOf(request, answer),
    best,
    ...(front === undefined ? {} : { front }),
    ...(doubted === undefined ? {} : { doubted }),
    ...(ahead === null ? {} : { ahead }),
  };
}

/** The best of what a study has measured: one design, or the front of several objectives. */
export interface BestOfStudy {
  /** Null where none keeps its bounds, and of a front. */
  readonly best: BestPoint | null;
  /** Of several objectives that are no desirability, once there is a model. */
  readonly front?: FrontPoint[];
  /** Beside a front, where there are any: those that were read within the bounds but are likelier to break them. */
  readonly doubted?: DoubtedPoint[];
}

/** Returns the measured designs believed best of a study, with what was read there. */
export function bestDesign(request: DesignRequest): BestOfStudy {
  return bestOf(request, answerOf(request, 0));
}

function answerOf(request: DesignRequest, count: number): ProposedDesigns {
  return accept(proposeDesigns({ ...request, count }));
}

function accept(answer: ReturnType<typeof proposeDesigns>): ProposedDesigns {
  if (Array.isArray(answer)) throw new StudyError(answer);
  return answer as ProposedDesigns;
}

function bestOf({ study, trials }: DesignRequest, { best, front, doubted = [] }: ProposedDesigns): BestOfStudy {
  const space = openSpace(study);
  if (Array.isArray(space)) return { best: null };
  const { objectives } = study;
  const readAt = (design: Design): Readonly<Record<string, number | undefined>>[] => {
    const key = space.keyAsMade(design);
    return trials.flatMap(({ design: own, outcome }) =>
      outcome.status === "measured" && space.keyAsMade(own) === key
        ? [Object.fromEntries(objectives.map(({ name }) => [name, numberOf(outcome.values[name])]))]
        : [],
    );
  };
  const isScaled = objectives.some(({ desirability }) => desirability !== undefined);
  const worthOf = (values: Readonly<Record<string, number | undefined>>) =>
    isScaled ? desirabilityOf(objectives, values) : values[objectives[0]?.name ?? ""];
  return {
    best:
      best === null
        ? null
        : bestPointOf(
            best,
            readAt(best.design).flatMap((values) => worthOf(values) ?? []),
          ),
    ...(front === undefined
      ? {}
      : {
          front: front.toSorted(byFirst(objectives[0])).map(({ chance, expected, ...measured }): FrontPoint => {
            const read = readAt(measured.design);
            const values = Object.entries(expected).map(([name, own]) => {
              const { mean, interval90 } = predictionOf(own);
              return [
                name,
                { value: mean, interval90, observed: read.flatMap((values) => values[name] ?? []) },
              ] as const;
            });
            return {
              ...pointOf(measured),
              ...(chance === undefined ? {} : { chance }),
              values: Object.fromEntries(values),
            };
          }),
        }),
    ...(doubted.length === 0
      ? {}
      : { doubted: doubted.map(({ chance, ...measured }): DoubtedPoint => ({ ...pointOf(measured), chance })) }),
  };
}

type OnFront = NonNullable<ProposedDesigns["front"]>[number];

/** Along the front, from the best in its first objective on. */
function byFirst(objective: StudyObjective | undefined): (a: OnFront, b: OnFront) => number {
  const { name = "", goal = "maximise" } = objective ?? {};
  const sign = goal === "maximise" ? -1 : 1;
  return (a, b) => sign * ((a.expected[name]?.value ?? 0) - (b.expected[name]?.value ?? 0));
}

function bestPointOf({ expected, ...measured }: NonNullable<ProposedDesigns["best"]>, observed: number[]): BestPoint {
  const { mean, interval90 } = predictionOf(expected);
  return { ...pointOf(measured), value: mean, interval90, observed };
}

/** A measured design in the words of a campaign. */
function pointOf({ design, requested }: ReadDesign): Pick<BestPoint, "parameters" | "requested"> {
  return { parameters: design, ...(requested === undefined ? {} : { requested }) };
}

function numberOf(read: TrialValue | undefined): number | undefined {
  return typeof read === "object" ? ("value" in read ? read.value : undefined) : read;
}

function predictionOf({ value, interval90: [low, high] }: Expected): Prediction {
  // The ends may be those of the range of doubles: their difference is beyond it.
  const sd = high / WIDTH90 - low / WIDTH90;
  // Quantiles are found by halving: what they miss zero by is no value.
  return { mean: Math.abs(value) < 1e-9 * WIDTH90 * sd ? 0 : value, sd, interval90: [low, high] };
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
              ({
                kernel,
                shape,
                exponent,
                weight,
                lengthscales,
                warps,
                variance,
                roughness,
                noiseShare,
                looDensity,
              }) => ({
                kernel,
                shape,
                exponent,
                weight,
                lengthscales: [...lengthscales],
                ...(warps === undefined ? {} : { warps: warps.map(([a, b]): [number, number] => [a, b]) }),
                variance,
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
