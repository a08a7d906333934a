import type { Kernel, KernelFamily } from "../kernel/kernel-types.ts";
import { openKernel } from "../kernel/open-kernel.ts";
import { exp } from "../special-functions/exp.ts";
import type { Evidence } from "./evidence.ts";
import { neuralMember } from "../neural/neural-member.ts";
import { fitLonely } from "./fit-lonely.ts";
import { fitMember, fitPart, type MemberStart, type PartSize } from "./fit-member.ts";
import type { FittedTheta } from "./fit-theta.ts";
import type { Member } from "./member.ts";
import { fitRelated } from "./fit-related.ts";
import type { OutcomeShape } from "./shape-outcomes.ts";

/** Several Gaussian processes, and networks where there are any, each believed as far as it predicts what it was not shown. */
export interface Model {
  /** At least one; in the order of `PLAIN`, then the one with warps, then the one that leans on loneliness, then those that draw on related campaigns. */
  readonly members: readonly Member[];
  /** One per member, together 1. */
  readonly weights: readonly number[];
  /** Weighted leave-one-out skill: 1 predicts everything, 0 no better than the mean of the others. */
  readonly skill: number;
  /** The readings that it was fitted without, since the others do not explain them, the farthest off first; none where it is left out. */
  readonly setAside?: readonly Unlikely[];
  /** The ensemble of networks that was compared, where there is one, and the greatest density of a process; also where it got no weight. */
  readonly neural?: { readonly member: Member; readonly rivalDensity: number };
}

/** A reading that the others do not explain. */
export interface Unlikely {
  /** Its index in the evidence. */
  readonly reading: number;
  /** Where it was taken, encoded. */
  readonly place: Float64Array;
  /** In the unit of the readings, larger being better. */
  readonly value: number;
  /** What the others foretell, in the unit of the readings, larger being better. */
  readonly foretold: number;
  /** The probability, 0 to 1, that of so many readings any lies so far off by chance. */
  readonly chance: number;
  /** How many other readings were taken there. */
  readonly repeats: number;
}

/** The members on inputs as they are, in their order; all but those like another look for their hyperparameters from afar. */
const PLAIN: readonly PlainMember[] = [
  { family: "matern-5/2", shape: "identity", like: null },
  { family: "matern-5/2", shape: "yeo-johnson", like: null },
  { family: "matern-5/2", shape: "box-cox", like: 1 },
  { family: "rbf", shape: "identity", like: 0 },
];

interface PlainMember {
  readonly family: KernelFamily;
  readonly shape: OutcomeShape;
  /** Which member before it sees the readings nearly as it does, so that its optimum is near; null for none. */
  readonly like: number | null;
}

// Leaving one out of fewer designs says nothing of who predicts better.
const FEWEST_JUDGED = 3;
// Of more readings one member hardly ever has a rival.
const MOST_AVERAGED = 128;
// Hyperparameters of a part of the designs tell which one that is, judged by more of them; its own then come from as many. Measured: decision 34.
const RIVALS: PartSize = { fitted: 96, seen: 200 };
const LEADER: PartSize = { fitted: 200, seen: 200 };
// What promises nothing begins with so little, that of the other members together being 1, that it must show its worth.
const LEAST_PROMISE = 1e-6;

/**
 * Returns the model of at least one reading, own or related, null when no member could be fitted and judged.
 *
 * Weights are proportional to exp(n × mean leave-one-out log density), closed form, with n distinct designs: pseudo Bayesian model
 * averaging (S. Geisser and W. F. Eddy, J. Am. Stat. Assoc. 74 (1979) 153–160). Members whose weight is below 1 % are left out;
 * of many readings, where a member costs most and hardly ever has a rival, all but the first are.
 *
 * Those that draw on related campaigns are judged like the others by the own readings alone, so that a campaign that is not related
 * loses its say. They begin with a weight that goes with what they promise: some less together than the others where related
 * campaigns can be predicted well, next to none where those are mostly noise, and all of it without own readings.
 */
export function fitModel(evidence: Evidence, kernels: () => Kernel = openKernel): Model | null {
  const processes = evidence.values.length > MOST_AVERAGED ? leaderAlone(evidence, kernels) : all(evidence, kernels);
  const [first] = processes;
  if (first === undefined) return null;
  const neural = evidence.learned === undefined ? null : neuralMember(evidence, evidence.learned, first.theta);
  if (neural === null || !isJudged(neural)) return average(processes, []);
  const rivalDensity = Math.max(...processes.map(({ looDensity }) => looDensity));
  return { ...average(processes, [neural]), neural: { member: neural, rivalDensity } };
}

function all(evidence: Evidence, kernels: () => Kernel): Member[] {
  const own =
    evidence.values.length === 0
      ? []
      : eachMember(
          (family, shape, start) => fitMember(kernels(), evidence, family, shape, start),
          ({ theta }) => theta,
        );
  const lonely = fitLonely(evidence, kernels, own);
  return [...own, ...(lonely === null ? [] : [lonely]), ...fitRelated(evidence, kernels)].filter(isJudged);
}

/** Readings near the ends of the range of doubles, or weights that are no numbers, can leave a member without a density, and so without a say. */
function isJudged({ looDensity }: Member): boolean {
  return Number.isFinite(looDensity);
}

/** What could be fitted of `PLAIN`, then the first of them with warps. */
function eachMember<T>(
  fit: (family: KernelFamily, shape: OutcomeShape, start: MemberStart) => T | null,
  thetaOf: (fitted: T) => FittedTheta,
): T[] {
  const found: (T | null)[] = [];
  const startAt = (like: number | null) => {
    const before = like === null ? null : (found[like] ?? null);
    return before === null ? null : thetaOf(before);
  };
  for (const { family, shape, like } of PLAIN) {
    // Another kernel may see what the first took for noise.
    const closely = like === null || PLAIN[like]?.family !== family;
    found.push(fit(family, shape, { from: startAt(like), warps: null, closely }));
  }
  const [{ family, shape }] = PLAIN as [PlainMember];
  const from = startAt(0);
  const warped = from === null ? null : fit(family, shape, { from, warps: "chosen" });
  return [...found, warped].filter((fitted) => fitted !== null);
}

/** At least one process; networks begin with the weight of one that draws on no related campaign. */
function average(processes: readonly Member[], networks: readonly Member[]): Model {
  const fitted = [...processes, ...networks];
  const drawing = processes.filter(({ related }) => related.length > 0).length;
  const judged = (fitted[0] as Member).readings.count >= FEWEST_JUDGED;
  const best = Math.max(...fitted.map(({ looDensity }) => looDensity));
  const raw = fitted.map(({ looDensity, readings, promise }) => {
    const share = promise === undefined ? 1 / (processes.length - drawing) : Math.max(LEAST_PROMISE, promise) / drawing;
    return share * (judged ? exp((looDensity - best) * readings.count) : 1);
  });
  const most = Math.max(...raw);
  const kept = fitted.flatMap((member, i) =>
    (raw[i] as number) >= 0.01 * most ? [{ member, raw: raw[i] as number }] : [],
  );
  const total = kept.reduce((sum, { raw: share }) => sum + share, 0);
  const weights = kept.map(({ raw: share }) => share / total);
  return {
    members: kept.map(({ member }) => member),
    weights,
    skill: kept.reduce((sum, { member }, i) => sum + (weights[i] as number) * member.looSkill, 0),
  };
}

/** The member that predicts best, told from a part of the readings, fitted anew to more of them and conditioned on all. */
function leaderAlone(evidence: Evidence, kernels: () => Kernel): Member[] {
  const rivals = eachMember(
    (family, shape, start) => {
      const found = fitPart(kernels(), evidence, family, shape, start, RIVALS);
      return found === null ? null : { ...found.part, family };
    },
    ({ theta }) => theta,
  ).filter(isJudged);
  if (rivals.length === 0) return [];
  const { family, shape, theta, warps } = rivals.reduce((best, own) => (own.looDensity > best.looDensity ? own : best));
  const fitted = fitPart(kernels(), evidence, family, shape, { from: theta, warps, closely: true }, LEADER);
  const member = fitted === null || fitted.isWhole ? (fitted?.part ?? null) : fitted.complete(kernels());
  return member === null ? [] : [member];
}
