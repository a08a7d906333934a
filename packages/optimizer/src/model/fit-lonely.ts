import type { Kernel } from "../kernel/kernel-types.ts";
import { log } from "../special-functions/log.ts";
import { conditionMember } from "./condition-member.ts";
import type { Evidence } from "./evidence.ts";
import { fitMember } from "./fit-member.ts";
import { leanOn } from "./lean-on.ts";
import type { Member } from "./member.ts";
import { poolReplicates } from "./pool-replicates.ts";
import { rowSlope } from "./row-slope.ts";
import { shapeOutcomes } from "./shape-outcomes.ts";
import { shapedVariances } from "./shaped-variances.ts";

// Of the slope, in standard deviations of the readings, before any reading: mean 0 and this variance. Measured: decision 86.
const VARIANCE = 1 / 3;
// With fewer designs any slope is chance.
const FEWEST = 4;

/**
 * Returns the process that also leans on how lonely a design is among those listed; null where loneliness is not told, of fewer than four
 * designs, and where no process can be fitted. `others` are the processes without it: its kernel and its outcomes are those of the one on inputs as
 * they are that foretells best, whose hyperparameters its own start from.
 *
 * What earlier campaigns left behind lies close together where it was good, and what was tried far from all else was mostly not tried again.
 * A kernel knows nothing of such places, since they have no neighbours, and hopes for most of them. Hyperparameters come from the readings
 * less the slope of a ridge regression on loneliness; with those the slope is learned together with the surface.
 */
export function fitLonely(evidence: Evidence, kernels: () => Kernel, others: readonly Member[]): Member | null {
  const { features, groups, values, uncertainties, loneliness } = evidence;
  const like = bestOf(others.filter(({ warps }) => warps === null));
  if (loneliness === undefined || like === null || like.family === "neural-ensemble") return null;
  const { family } = like;
  const width = groups.length;
  const shaped = shapeOutcomes(values, like.shape);
  if (shaped === null) return null;
  const known = uncertainties === undefined ? undefined : shapedVariances(values, uncertainties, shaped.logSlopes);
  const pooled = poolReplicates(features, shaped.values, width, known);
  if (pooled.count < FEWEST) return null;
  const lonely = (places: Float64Array) =>
    Float64Array.from({ length: places.length / width }, (_, i) =>
      loneliness(places.subarray(i * width, (i + 1) * width)),
    );
  const own = lonely(pooled.inputs);
  const middle = meanOf(own);
  const centred = own.map((value) => value - middle);
  const slope = ridge(centred, pooled.means);
  const rest = features.map((place, i) => (shaped.values[i] as number) - slope * (loneliness(place) - middle));
  const scaled = known?.map((variance) => (variance > 0 ? Math.sqrt(variance) : null));
  const flat = { features, groups, values: rest, ...(scaled === undefined ? {} : { uncertainties: scaled }) };
  const start = { from: like.theta, warps: null, closely: false };
  const plain = fitMember(kernels(), flat, family, "identity", start);
  if (plain === null) return null;
  const { readings, theta } = plain;
  const fit = { groups, family, outcomes: AS_IT_IS, slopeOf: () => 0, theta, warps: null } as const;
  const side = conditionMember(kernels(), fit, { ...readings, means: centred }, null);
  if (side === null) return null;
  const scale = plain.place(1) - plain.place(0);
  const leaning = leanOn(plain, side, {
    variance: VARIANCE,
    removed: slope * scale,
    at: (places) => lonely(places).map((value) => value - middle),
  });
  return {
    ...leaning,
    shape: shaped.shape,
    exponent: shaped.exponent,
    looDensity: leaning.looDensity + log(scale) + rowSlope(shaped, features, readings),
    place: (value) => plain.place(shaped.place(value)),
    restore: (value) => shaped.restore(plain.restore(value)),
  };
}

const AS_IT_IS = { shape: "identity", exponent: 1, place: Number, restore: Number } as const;

function bestOf(members: readonly Member[]): Member | null {
  return members.reduce<Member | null>(
    (best, own) => (own.looDensity > (best?.looDensity ?? -Infinity) ? own : best),
    null,
  );
}

function ridge(centred: Float64Array, values: Float64Array): number {
  const mean = meanOf(values);
  let [products, squares] = [0, 1 / VARIANCE];
  centred.forEach((value, i) => {
    products += value * ((values[i] as number) - mean);
    squares += value * value;
  });
  return products / squares;
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
