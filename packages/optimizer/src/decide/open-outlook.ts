import type { Model } from "../model/fit-model.ts";
import { lookAt } from "../model/look-at.ts";
import { exp } from "../special-functions/exp.ts";
import type { Outlook } from "../stopping/look-ahead.ts";
import type { Chances } from "./chances.ts";
import { flatten } from "../space/flatten.ts";
import { reachOf } from "./reach-of.ts";
import { recommend } from "./recommend.ts";
import { leadingMember } from "./rival.ts";
import { widening } from "./widening.ts";

// So many measured designs, those believed best, and so many others, those that may be best and are of use, are looked at together: the rest would be drawn
// highest hardly ever, and the cost grows with the square.
const MOST_MEASURED = 16;
const MOST_OTHERS = 304;
// In standard deviations above its mean, what a design is hoped to be.
const HOPE = 2;
// In ranges of the readings: nothing is believed further beyond them.
const REACH = 2;

/**
 * Returns what a model believes of the designs that a campaign may end with: of the measured `rows`, at least one, and of `candidates` not
 * measured, encoded.
 */
export function openOutlook(
  model: Model,
  rows: readonly number[],
  candidates: readonly Float64Array[],
  chances: Chances | null,
): Outlook {
  const { row: best } = recommend(model, rows);
  const leader = leadingMember(model);
  const means = leader.measured.means;
  const others = rows
    .filter((row) => row !== best)
    .toSorted((a, b) => (means[b] as number) - (means[a] as number) || a - b);
  const measured = [best, ...others.slice(0, MOST_MEASURED - 1)];
  const places = flatten(candidates);
  const looked = lookAt(leader, places, true);
  const logs = chances?.logAt(candidates, true) ?? null;
  const hopes = looked.means.map((mean, i) => mean + HOPE * Math.sqrt(looked.variances[i] as number));
  // What is hoped most of breaks its bounds as a rule: by hope alone the others would not be looked at.
  const promises = hopes.map(
    (hope, i) => Math.max(0, hope - (means[best] as number)) * (logs === null ? 1 : exp(logs[i] as number)),
  );
  const kept = [...candidates.keys()]
    .toSorted(
      (a, b) =>
        (promises[b] as number) - (promises[a] as number) || (hopes[b] as number) - (hopes[a] as number) || a - b,
    )
    .slice(0, MOST_OTHERS);
  const hoped = flatten(kept.map((i) => candidates[i] as Float64Array));
  const within = reachOf(leader, REACH);
  return {
    beliefs: model.members.map((member, m) => ({
      belief: member.joint(measured, hoped),
      widening: widening(member),
      weight: model.weights[m] as number,
      restore: (value) => within(member.restore(value)),
    })),
    measured: measured.length,
    now: 0,
    chances:
      logs === null ? null : Float64Array.of(...measured.map(() => 1), ...kept.map((i) => exp(logs[i] as number))),
  };
}
