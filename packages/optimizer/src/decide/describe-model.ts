import type { Model } from "../model/fit-model.ts";
import type { Expected, ModelSummary } from "./design-request.ts";
import { describe, designBelief, measuredBelief } from "./recommend.ts";
import { rowOf } from "./row-finder.ts";

/** Returns what a model expects of an encoded design that was not measured, its own roughness included; the interval holds what it says. */
export function expectedAt(model: Model, features: Float64Array): Expected {
  return describe(
    model.weights,
    model.members.map((member) => {
      const { means, variances } = member.predict(features);
      return designBelief(member, means[0] as number, variances[0] as number);
    }),
  );
}

/** Returns what a model believes of an encoded design: of one that was measured as of the best one, by its own readings. */
export function believedAt(model: Model, features: Float64Array): Expected {
  const row = rowOf(model, features);
  return row < 0 ? expectedAt(model, features) : measuredBelief(model, row);
}

/** Returns an expectation of a quantity from one of its negative, and the other way round. */
export function negate({ value, interval90: [low, high] }: Expected): Expected {
  // Adding 0 turns the -0 of a mirrored zero into 0.
  return { value: -value + 0, interval90: [-high + 0, -low + 0] };
}

/** Returns what names a model in provenance. */
export function summarise(objective: string, { members, weights, skill, neural }: Model): ModelSummary {
  return {
    objective,
    skill,
    members: members.map(({ family, shape, exponent, theta, warps, related, slope, looDensity, looSpread }, i) => ({
      kernel: family,
      shape,
      exponent,
      weight: weights[i] as number,
      // Those of networks are borrowed from the process beside them, and say nothing of theirs.
      lengthscales: family === "neural-ensemble" ? [] : [...theta.lengthscales],
      ...(warps === null ? {} : { warps }),
      variance: theta.variance,
      roughness: theta.roughness,
      noiseShare: theta.noiseShare,
      looDensity,
      looSpread,
      ...(related.length > 0 ? { related } : {}),
      ...(slope === undefined ? {} : { loneliness: slope }),
    })),
    ...(neural === undefined
      ? {}
      : {
          neural: {
            looDensity: neural.member.looDensity,
            looSkill: neural.member.looSkill,
            rivalDensity: neural.rivalDensity,
            weight: weights[members.indexOf(neural.member)] ?? 0,
          },
        }),
  };
}
