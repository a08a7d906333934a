import { type Design, ExplanationAspect, Study, type Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import { createRandom } from "../../src/random/create-random.ts";
import { measured, proposed } from "../support/play.ts";

const list = Array.from({ length: 225 }, (_, i): Design => ({ p: (i % 15) / 14, q: Math.floor(i / 15) / 14 }));
const at = (design: Design) => [design["p"] as number, design["q"] as number] as const;

function studyOf(draft: Record<string, unknown>): Study {
  return Study.parse({
    parameters: ["p", "q"].map((name) => ({ kind: "continuous", name, min: 0, max: 1 })),
    candidates: list,
    objectives: [{ name: "yield", unit: "%", goal: "maximise" }],
    ...draft,
  });
}

const spread = [3, 19, 40, 66, 77, 101, 120, 139, 150, 163, 177, 190, 208, 222].map((i) => {
  const [p, q] = at(list[i] as Design);
  return measured(list[i] as Design, { yield: 40 + 10 * p - 30 * (q - 0.3) ** 2, heat: p + q });
});

test("of designs that promise the same the cheaper is proposed, by expected improvement and by draw alike", () => {
  const ridge = Array.from({ length: 9 }, (_, i) => list[(i * 53) % 225] as Design).map((design, i) =>
    measured(design, { yield: 40 - 30 * (at(design)[1] - 0.3) ** 2 + ((i * 7) % 5) / 2 }),
  );
  const rules = new Map<string, number[]>();
  const placeBy = (expression: string) => {
    const study = studyOf({ cost: { expression } });
    const places = Array.from({ length: 24 }, (_, seed) => {
      // Beside a design under way draws are drawn, too.
      const pending = seed % 2 === 0 ? [] : list.slice(0, 1);
      const { proposals } = proposed({ study, trials: ridge, pending, seed });
      const rule = proposals[0]?.acquisition.name ?? "";
      rules.set(rule, [...(rules.get(rule) ?? []), seed]);
      return at(proposals[0]?.design as Design)[0];
    });
    return places.reduce((sum, place) => sum + place, 0) / places.length;
  };
  expect(placeBy("0.2 + 9 * p")).toBeLessThan(placeBy("9.2 - 9 * p") - 0.25);
  expect([...rules.keys()].toSorted()).toEqual(["expected-improvement", "posterior-draw"]);
});

test("while nothing keeps its bounds the likeliest design is proposed, whatever the objective promises", () => {
  const hot = spread.filter(({ design }) => at(design)[0] + at(design)[1] > 0.6);
  const study = studyOf({ outcomeConstraints: [{ name: "heat", max: 0.3 }] });
  const { proposals, best } = proposed({ study, trials: hot, pending: [], seed: 2, count: 3 });
  expect(best).toBeNull();
  for (const { design, acquisition, explanation } of proposals) {
    expect(acquisition.name).toBe("feasibility");
    expect(at(design)[0] + at(design)[1]).toBeLessThan(0.6);
    expect(explanation.map(({ aspect }) => aspect)).not.toContain("gain");
  }
  expect(new Set(proposals.map(({ design }) => JSON.stringify(design))).size).toBe(3);
});

test("what is assumed before any reading is not told as what matters where nothing could be fitted", () => {
  const [first] = spread as [Trial];
  const { proposals } = proposed({ study: studyOf({}), trials: [{ ...first, task: "before" }], pending: [], seed: 1 });
  expect(proposals[0]?.explanation.find(({ aspect }) => aspect === "importances")?.why).toBe(
    "nothing could be fitted to these readings: what matters is told as it is assumed before any",
  );
});

test("a proposal tells its split, its cost, its neighbours, what would change it, what matters and how far to trust it", () => {
  const study = studyOf({ cost: { expression: "2 + p", unit: "h" }, outcomeConstraints: [{ name: "heat", max: 1.2 }] });
  const { proposals, models } = proposed({ study, trials: spread, pending: [], seed: 4 });
  const { design, explanation } = proposals[0] as (typeof proposals)[number];
  const about = <Name extends ExplanationAspect["aspect"]>(name: Name) => {
    const found = explanation.find(({ aspect }) => aspect === name);
    return found as Extract<ExplanationAspect, { aspect: Name }>;
  };
  for (const aspect of explanation) expect(ExplanationAspect.parse(aspect)).toEqual(aspect);
  expect(about("gain").numbers.exploit + about("gain").numbers.explore).toBeCloseTo(1, 12);
  expect(about("cost").numbers.cost).toBeCloseTo(2 + at(design)[0], 12);
  expect(about("cost").why).toMatch(/^it takes [\d.]+ h, and gains are compared per h$/);
  expect(about("chance").numbers.probability).toBeGreaterThan(0.05);
  const distances = about("neighbours").numbers.map(({ distance }) => distance);
  expect(distances).toEqual(distances.toSorted((a, b) => a - b));
  expect(spread.map((trial) => trial.design)).toContainEqual(about("neighbours").numbers[0]?.design);
  expect(about("swap").numbers.design).not.toEqual(design);
  expect(about("swap").numbers.deviations).toBeGreaterThanOrEqual(0);
  expect(about("importances").numbers["p"]! + about("importances").numbers["q"]!).toBeCloseTo(1, 12);
  expect(about("importances").objective).toBe("yield");
  expect(about("calibration").numbers.readings).toBe(14);
  expect(about("calibration").numbers.skill).toBeLessThan(models[0]?.skill as number);
});

test("how far away neighbours are is told as the model sees it, whose inputs may be bent", () => {
  const wavy = Array.from({ length: 30 }, (_, i) => list[(i * 53) % 225] as Design).map((design) =>
    measured(design, { yield: Math.sin(9 * at(design)[0] ** 3) + at(design)[1] }),
  );
  const { proposals, models } = proposed({ study: studyOf({}), trials: wavy, pending: [], seed: 4 });
  const { design, explanation } = proposals[0] as (typeof proposals)[number];
  const leader = models[0]!.members.toSorted((a, b) => b.weight - a.weight)[0]!;
  const warps = leader.warps!;
  expect(warps.some(([a, b]) => a !== 1 || b !== 1)).toBe(true);
  const bent = (one: Design) => at(one).map((x, k) => 1 - (1 - x ** warps[k]![0]) ** warps[k]![1]);
  const away = (one: Design) =>
    Math.hypot(...bent(one).map((x, k) => (x - bent(design)[k]!) / leader.lengthscales[k]!));
  const others = wavy.filter((trial) => JSON.stringify(trial.design) !== JSON.stringify(design));
  const nearest = others.map((trial) => away(trial.design)).toSorted((a, b) => a - b);
  const near = explanation.find(({ aspect }) => aspect === "neighbours")?.numbers as { distance: number }[];
  near.forEach(({ distance }, i) => expect(distance).toBeCloseTo(nearest[i]!, 9));
});

test("what is told of a design is the same however many are asked for after it", () => {
  const front = [
    { name: "yield", goal: "maximise" },
    { name: "heat", goal: "minimise" },
  ];
  for (const draft of [{}, { objectives: front }])
    for (const seed of [4, 5, 6]) {
      const [alone, first] = [1, 4].map(
        (count) => proposed({ study: studyOf(draft), trials: spread, pending: [], seed, count }).proposals[0],
      );
      expect(alone?.explanation.map(({ aspect }) => aspect)).toContain("swap");
      expect(first).toEqual(alone);
    }
});

test("a first design, drawn at random, has nothing to explain", () => {
  expect(proposed({ study: studyOf({}), trials: [], pending: [], seed: 1 }).proposals[0]?.explanation).toEqual([]);
});

test("what is being made counts as spent: with the last of a budget under way a design is read again", () => {
  const noisy = [...spread, ...spread.slice(0, 5)].map(({ design }, i) =>
    measured(design, { yield: 40 + 10 * at(design)[0] + 6 * Math.sin(97 * i) }),
  );
  const budget = Math.ceil(1.3 * noisy.length);
  const pending = Array.from({ length: budget - noisy.length - 1 }, (_, i) => spread[i]!.design);
  const ruleWith = (begun: typeof pending) =>
    proposed({ study: studyOf({ budget }), trials: noisy, pending: begun, seed: 2 }).proposals[0]?.acquisition.name;
  expect(ruleWith(pending)).toBe("knowledge-gradient");
  expect(ruleWith([])).not.toBe("knowledge-gradient");
});

test("a design that is read again is said to be, and not to be explored", () => {
  const noisy = [...spread, ...spread.slice(0, 5)].map(({ design }, i) =>
    measured(design, { yield: 40 + 10 * at(design)[0] + 6 * Math.sin(97 * i) }),
  );
  const study = studyOf({ budget: noisy.length + 1 });
  const [proposal] = proposed({ study, trials: noisy, pending: [], seed: 2 }).proposals;
  expect(proposal).toMatchObject({ replicate: true, acquisition: { name: "knowledge-gradient" } });
  expect(proposal?.why).toMatch(/^measured again, .* its reading tells most among \d+ designs$/);
  const aspects = proposal?.explanation.map(({ aspect }) => aspect) ?? [];
  const near = proposal?.explanation.find(({ aspect }) => aspect === "neighbours")?.numbers as { design: Design }[];
  // Neither the design itself nor another twice, though five of them were repeated.
  expect(new Set([proposal?.design, ...near.map(({ design }) => design)].map((one) => JSON.stringify(one))).size).toBe(
    4,
  );
  expect(aspects).not.toContain("gain");
});

test("in which order a trial names its parameters changes neither a word nor the hash", () => {
  const turned = spread.map((trial) => {
    const [p, q] = at(trial.design);
    return { ...trial, design: { q, p } };
  });
  const [told, other] = [spread, turned].map((trials) =>
    proposed({ study: studyOf({}), trials, pending: [], seed: 5 }),
  );
  expect(other?.proposals[0]?.explanation.map(({ why }) => why)).toEqual(
    told?.proposals[0]?.explanation.map(({ why }) => why),
  );
  expect(other?.hash).toBe(told?.hash);
});

test("where the lonely of a list are bad it is told how far belief leans on that and what it changes, either way round", () => {
  const names = ["p", "q", "r", "s"];
  const random = createRandom(8);
  const draw = () => names.map(() => random.uniform());
  const crowds = Array.from({ length: 8 }, draw);
  const places = Array.from({ length: 80 }, (_, i) =>
    i % 4 === 0 ? draw() : (crowds[i % 8] as number[]).map((value) => value + 0.03 * random.normal()),
  );
  const candidates = places.map(
    (place): Design => Object.fromEntries(names.map((name, k) => [name, place[k] as number])),
  );
  const told = (["maximise", "minimise"] as const).map((goal) => {
    const sign = goal === "maximise" ? 1 : -1;
    const study = Study.parse({
      parameters: names.map((name) => ({ kind: "continuous", name, min: -1, max: 2 })),
      candidates,
      objectives: [{ name: "yield", unit: "%", goal }],
    });
    const trials = candidates.slice(0, 24).map((design, i) => {
      return measured(design, { yield: sign * (50 - (i % 4 === 0 ? 20 : 0) + 2 * random.normal()) });
    });
    const { proposals, models } = proposed({ study, trials, pending: [], seed: 3 });
    const found = proposals[0]?.explanation.find(({ aspect }) => aspect === "loneliness");
    if (found?.aspect !== "loneliness") throw new Error("nothing is told of loneliness");
    expect(ExplanationAspect.parse(found)).toEqual(found);
    expect(found.objective).toBe("yield");
    expect(found.numbers.share).toBeGreaterThan(0.1);
    const slopes = models[0]?.members.flatMap(({ loneliness }) => loneliness ?? []);
    expect(slopes?.map(Math.sign)).toEqual([-1]);
    return found;
  });
  expect(told[0]?.numbers.change).toBeLessThan(-10);
  expect(told[0]?.why).toMatch(
    /^\d+ % of the belief leans on how far a listed design lies from its nearest: from the most crowded to the loneliest it is expected to fall by [\d.]+ %$/,
  );
  expect(told[1]?.numbers.change).toBeGreaterThan(10);
  expect(told[1]?.why).toMatch(/ rise by [\d.]+ %$/);
});

test("what has no price is not proposed, be there much promised or nothing known", () => {
  // So narrow that no design which is priced as the study is opened lies in it, and several of the thousand that are drawn do.
  const { candidates: _, ...free } = studyOf({ cost: { expression: "p - 0.002" } });
  const trials = [0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9].map((p) => measured({ p, q: 0.5 }, { yield: -p }));
  const leastOf = (told: typeof trials, count: number) => {
    const { proposals } = proposed({ study: free, trials: told, pending: [], seed: 1, count });
    expect(proposals).toHaveLength(count);
    return Math.min(...proposals.map(({ design }) => design["p"] as number));
  };
  expect(leastOf(trials, 8)).toBeGreaterThan(0.002);
  expect(leastOf([], 1000)).toBeGreaterThan(0.002);
});
