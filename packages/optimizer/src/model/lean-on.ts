import { dot } from "../space/dot.ts";
import { leaveOneOut } from "./leave-one-out.ts";
import type { Belief, Member } from "./member.ts";

/** One more regressor of a process. */
interface Regressor {
  /** Returns it at encoded places, row-major. */
  readonly at: (places: Float64Array) => Float64Array;
  /** The prior variance of its slope, in the units of the process. */
  readonly variance: number;
  /** The slope that the readings of the process are without. */
  readonly removed: number;
}

/**
 * Returns a process with the slope of a regressor r added: its covariance has the further term v·rᵢ·rⱼ, v the slope's prior variance.
 *
 * `plain` is the process of the readings less `removed` times r, `side` one of r with the same rows and hyperparameters. With α = K⁻¹y of
 * the one, β = K⁻¹r of the other and s = 1/v + rᵀβ (Woodbury), the slope has mean rᵀα/s and variance 1/s; leaving one out has α less the
 * slope times β for α and K⁻¹ - ββᵀ/s for K⁻¹; and where `side` foretells ρ of r, the slope moves the mean by itself times r - ρ and adds
 * (r - ρ)²/s to the variance.
 */
export function leanOn(plain: Member, side: Member, { at, variance, removed }: Regressor): Member {
  const own = side.readings.means;
  const precision = plain.looRows.variances.map((one) => 1 / one);
  const alpha = plain.looRows.errors.map((error, i) => error * (precision[i] as number));
  const beta = side.looRows.errors.map((error, i) => error * (precision[i] as number));
  const s = 1 / variance + dot(own, beta);
  const further = (dot(own, alpha) - removed / variance) / s;
  const means = plain.readings.means.map((mean, i) => mean + removed * (own[i] as number));
  const left = leaveOneOut(
    means,
    alpha.map((value, i) => value - further * (beta[i] as number)),
    precision.map((value, i) => value - ((beta[i] as number) * (beta[i] as number)) / s),
  );
  const moved = (base: Float64Array, lonely: Float64Array, news: Float64Array) =>
    base.map((mean, i) => mean + removed * (lonely[i] as number) + further * (news[i] as number));
  const believed = ({ means: base, variances }: Belief, lonely: Float64Array, foretold: Float64Array): Belief => {
    const news = lonely.map((value, i) => value - (foretold[i] as number));
    return {
      means: moved(base, lonely, news),
      variances: variances.map((one, i) => one + ((news[i] as number) * (news[i] as number)) / s),
    };
  };
  return {
    ...plain,
    readings: { ...plain.readings, means },
    measured: believed(plain.measured, own, side.measured.means),
    slope: removed + further,
    looDensity: left.density,
    looSkill: left.skill,
    looSpread: left.spread,
    looCovered: left.covered,
    looRows: left.rows,
    predict: (places) => believed(plain.predict(places), at(places), side.predict(places).means),
    joint(rows, places) {
      const belief = plain.joint(rows, places);
      const foretold = side.joint(rows, places).means;
      const lonely = Float64Array.of(...rows.map((row) => own[row] as number), ...at(places));
      const news = lonely.map((value, i) => value - (foretold[i] as number));
      const count = lonely.length;
      return {
        ...belief,
        means: moved(belief.means, lonely, news),
        covariance: belief.covariance.map(
          (value, i) => value + ((news[Math.floor(i / count)] as number) * (news[i % count] as number)) / s,
        ),
      };
    },
    // What is believed changes no mean, and so no slope.
    believe(features) {
      plain.believe(features);
      side.believe(features);
    },
    forget() {
      plain.forget();
      side.forget();
    },
  };
}
