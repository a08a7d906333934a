import { expect, test } from "vitest";
import { openKernel } from "../../src/kernel/open-kernel.ts";
import type { Evidence } from "../../src/model/evidence.ts";
import { fitLonely } from "../../src/model/fit-lonely.ts";
import { fitMember } from "../../src/model/fit-member.ts";
import { fitModel, type Model } from "../../src/model/fit-model.ts";
import type { Member } from "../../src/model/member.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { openLoneliness } from "../../src/space/loneliness.ts";
import { nearestDistances } from "../../src/space/nearest-distances.ts";

const groups = Int32Array.of(0, 1, 2, 3);

/** Ten crowds and, a third of all, what lies between them; `worth` is what a design reads. */
function left(seed: number, count: number, worth: (place: Float64Array, isLonely: boolean) => number) {
  const random = createRandom(seed);
  const draw = () => Float64Array.from(groups, () => random.uniform());
  const crowds = Array.from({ length: 10 }, draw);
  const places = Array.from({ length: 90 }, (_, i) => {
    const crowd = crowds[i % 10] as Float64Array;
    return i % 3 === 0 ? draw() : crowd.map((value) => value + 0.05 * random.normal());
  });
  const loneliness = openLoneliness(places, nearestDistances(places)!)!;
  const values = places.map((place, i) => worth(place, i % 3 === 0) + 0.05 * random.normal());
  const evidence: Evidence = { features: places.slice(0, count), groups, values: values.slice(0, count), loneliness };
  return { evidence, places, values, count };
}

/** Mean squared distance of what is believed from what is read at designs that were not measured. */
function missed(model: Model, { places, values, count }: ReturnType<typeof left>): number {
  const unread = [...places.keys()].slice(count);
  const error = unread.map((i) => {
    const told = model.members.reduce(
      (sum, member, m) => sum + model.weights[m]! * member.restore(member.predict(places[i]!).means[0]!),
      0,
    );
    return (told - values[i]!) ** 2;
  });
  return error.reduce((sum, own) => sum + own, 0) / error.length;
}

const shareOf = ({ members, weights }: Model) =>
  members.reduce((sum, { slope }, m) => sum + (slope === undefined ? 0 : weights[m]!), 0);
/** The process that leans on loneliness, whatever its weight. */
function lonelyOf(evidence: Evidence) {
  const plain = fitMember(openKernel(), evidence, "matern-5/2", "identity")!;
  return fitLonely(evidence, () => openKernel(), [plain]);
}
const without = ({ features, values }: Evidence): Evidence => ({ features, groups, values });

test("where the lonely are bad a model that is told who is lonely foretells what it was not shown better, and believes in a fall", () => {
  const seeds = [1, 2, 3, 4, 5, 6];
  const [told, untold] = [0, 1].map((blind) =>
    seeds.reduce((sum, seed) => {
      const campaign = left(seed, 20, ([x = 0], isLonely) => x - (isLonely ? 2 : 0));
      const model = fitModel(blind === 1 ? without(campaign.evidence) : campaign.evidence)!;
      for (const { slope = -1 } of model.members) expect(slope).toBeLessThan(0);
      return sum + missed(model, campaign);
    }, 0),
  );
  expect(told).toBeLessThan(0.75 * untold!);
});

test("where loneliness says nothing, what leans on it costs next to nothing", () => {
  const seeds = [1, 2, 3, 4, 5, 6];
  const worth = ([x = 0, y = 0]: Float64Array) => Math.sin(6 * x) + y;
  const campaigns = seeds.map((seed) => left(seed, 20, worth));
  const sum = (errorOf: (campaign: (typeof campaigns)[number]) => number) =>
    campaigns.reduce((total, campaign) => total + errorOf(campaign), 0);
  const told = sum((campaign) => missed(fitModel(campaign.evidence)!, campaign));
  expect(told).toBeLessThan(1.1 * sum((campaign) => missed(fitModel(without(campaign.evidence))!, campaign)));
  expect(sum(({ evidence }) => shareOf(fitModel(evidence)!)) / seeds.length).toBeLessThan(0.3);
});

test("the order of the readings changes no bit, and turning their sign turns the slope", () => {
  const { evidence } = left(4, 14, ([x = 0], isLonely) => x - (isLonely ? 1 : 0));
  const turned = {
    ...evidence,
    features: evidence.features.toReversed(),
    values: evidence.values.toReversed(),
    uncertainties: evidence.values.map(() => 0.1),
  };
  const straight = { ...evidence, uncertainties: turned.uncertainties };
  const place = Float64Array.of(0.1, 0.9, 0.2, 0.5);
  const [one, other, mirrored] = [
    straight,
    turned,
    { ...straight, values: straight.values.map((value) => -value) },
  ].map((own) => lonelyOf(own)!);
  expect(other!.predict(place)).toEqual(one!.predict(place));
  expect(other!.looDensity).toBe(one!.looDensity);
  expect(mirrored!.slope).toBe(-one!.slope!);
});

test("it sees the readings as the process that foretells best does, of those on inputs as they are, and knows their noise", () => {
  const { evidence } = left(3, 20, ([x = 0], isLonely) => x - (isLonely ? 1 : 0));
  const skewed = { ...evidence, values: evidence.values.map((value) => Math.exp(5 * value)) };
  const [plain, bent] = (["identity", "yeo-johnson"] as const).map(
    (shape) => fitMember(openKernel(), skewed, "matern-5/2", shape)!,
  );
  expect(bent!.looDensity).toBeGreaterThan(plain!.looDensity);
  const shapeOf = (others: readonly Member[]) => fitLonely(skewed, () => openKernel(), others)?.shape;
  expect(shapeOf([plain!, bent!])).toBe("yeo-johnson");
  expect(shapeOf([plain!, { ...bent!, warps: [] }])).toBe("identity");
  const known = lonelyOf({ ...evidence, uncertainties: evidence.values.map((_, i) => (i === 7 ? 0.5 : 0.05)) })!;
  const { knownVariances } = known.readings;
  const most = Math.max(...knownVariances);
  expect(Array.from(knownVariances, (own) => Math.round(most / own)).toSorted((a, b) => a - b)).toEqual([
    1,
    ...knownVariances.slice(1).fill(100),
  ]);
});

test("readings without spread, at extreme scales, or of less than four designs do not make it fail", () => {
  const { evidence } = left(2, 12, ([x = 0], isLonely) => x - (isLonely ? 1 : 0));
  for (const scale of [1e-300, 1e-12, 1e12, 1e300]) {
    const model = fitModel({ ...evidence, values: evidence.values.map((value) => scale * value) })!;
    expect(model.weights.every(Number.isFinite)).toBe(true);
    const [member] = model.members.filter(({ slope }) => slope !== undefined);
    if (member !== undefined)
      expect(Number.isFinite(member.restore(member.predict(evidence.features[0]!).means[0]!))).toBe(true);
  }
  expect(fitModel({ ...evidence, values: evidence.values.map(() => 7) })).not.toBeNull();
  const few = { ...evidence, features: evidence.features.slice(0, 3), values: evidence.values.slice(0, 3) };
  expect(lonelyOf(few)).toBeNull();
});
