import { type Design, Study, type Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import { measured, play, proposed } from "../support/play.ts";

const list = Array.from({ length: 225 }, (_, i): Design => ({ p: (i % 15) / 14, q: Math.floor(i / 15) / 14 }));
const at = (design: Design) => [design["p"] as number, design["q"] as number] as const;

function studyOf(draft: Record<string, unknown>): Study {
  return Study.parse({
    parameters: ["p", "q"].map((name) => ({ kind: "continuous", name, min: 0, max: 1 })),
    candidates: list,
    ...draft,
  });
}

/** Speed and strength disagree along p, both are best at q = 0.3, and heat rises with p + q. */
function read(design: Design): Record<string, number> {
  const [p, q] = at(design);
  const far = (q - 0.3) ** 2;
  return { speed: p - far, strength: 1 - p * p - far, heat: p + q };
}

const spread = [3, 40, 77, 101, 120, 150, 163, 190, 208, 222].map((i) => {
  const design = list[i] as Design;
  return measured(design, read(design));
});
const two = [
  { name: "speed", goal: "maximise" },
  { name: "strength", goal: "maximise" },
];

test("up to four objectives are judged by the front's expected growth, more by random weighings of all", () => {
  const names = ["a", "b", "c", "d", "e"];
  const trials = spread.map(({ design }) => {
    const [p, q] = at(design);
    return measured(design, Object.fromEntries(names.map((name, k) => [name, -((p - k / 4) ** 2) - (q - 0.5) ** 2])));
  });
  const rules = (count: number) => {
    const study = studyOf({ objectives: names.slice(0, count).map((name) => ({ name, goal: "maximise" })) });
    const asked = [1, 2, 3, 4, 5, 6].map((seed) => proposed({ study, trials, pending: [], seed }));
    return new Set(asked.map(({ proposals }) => proposals[0]?.acquisition.name));
  };
  expect(rules(2)).toContain("hypervolume-improvement");
  expect(rules(4)).toContain("hypervolume-improvement");
  expect(rules(5)).toContain("scalarised-improvement");
  expect(rules(5)).not.toContain("hypervolume-improvement");
});

test("with several objectives what must keep within bounds does; without the bound it does not", () => {
  const beyond = (study: Study) =>
    play(study, 18, 1, read)
      .slice(6)
      .filter(({ design }) => (read(design)["heat"] as number) > 0.8).length;
  const free = studyOf({ objectives: two });
  const bound = studyOf({ objectives: two, outcomeConstraints: [{ name: "heat", max: 0.8 }] });
  expect(beyond(free)).toBeGreaterThan(4);
  expect(beyond(bound)).toBeLessThan(3);
});

test("while nothing keeps its bounds the design that is likeliest to is proposed, and a batch spreads", () => {
  const study = studyOf({ objectives: two, outcomeConstraints: [{ name: "heat", max: 0.25 }] });
  const hot = spread.filter(({ design }) => (read(design)["heat"] as number) > 0.5);
  const { proposals } = proposed({ study, trials: hot, pending: [], seed: 3, count: 3 });
  expect(proposals.map(({ acquisition }) => acquisition.name)).toEqual(["feasibility", "feasibility", "feasibility"]);
  for (const { design, explanation } of proposals) {
    expect(read(design)["heat"]).toBeLessThan(0.5);
    const chance = explanation.find(({ aspect }) => aspect === "chance");
    expect(chance?.numbers).toHaveProperty("probability");
  }
  expect(new Set(proposals.map(({ design }) => JSON.stringify(design))).size).toBe(3);
});

test("failed designs are avoided with several objectives too", () => {
  const study = studyOf({ objectives: two });
  const failed = list.filter((design) => at(design)[0] > 0.55 && (at(design)[1] * 14) % 4 === 0);
  const trials = [
    ...spread.filter(({ design }) => at(design)[0] <= 0.55),
    ...failed.map((design) => ({ design, outcome: { status: "infeasible" as const } })),
  ];
  const places = [1, 2, 3, 4, 5, 6, 7, 8].map(
    (seed) => at(proposed({ study, trials, pending: [], seed }).proposals[0]?.design as Design)[0],
  );
  expect(places.filter((p) => p > 0.6).length).toBeLessThan(3);
});

test("a reference that only fast designs pass draws the search to them", () => {
  const fast = (study: Study) =>
    [1, 2, 3, 4, 5, 6]
      .map((seed) => proposed({ study, trials: spread, pending: [], seed }).proposals[0]?.design as Design)
      .filter((design) => (read(design)["speed"] as number) > 0.7).length;
  const given = studyOf({ objectives: [{ ...two[0], reference: 0.7 }, two[1]] });
  const free = studyOf({ objectives: two });
  expect(fast(given)).toBeGreaterThan(fast(free));
});

test("desirability finds the compromise that it describes, and recommends it with its desirability", () => {
  const objectives = [
    { name: "speed", goal: "maximise", desirability: { worst: 0, best: 0.8 } },
    { name: "strength", goal: "maximise", desirability: { worst: 0.2, best: 0.9, weight: 2 } },
  ];
  const worth = (design: Design) => {
    const { speed, strength } = read(design) as { speed: number; strength: number };
    const share = (value: number) => Math.min(1, Math.max(0, value));
    return (share(speed / 0.8) * share((strength - 0.2) / 0.7) ** 2) ** (1 / 3);
  };
  const study = studyOf({ objectives });
  const trials = play(study, 20, 2, read);
  const { best, proposals } = proposed({ study, trials, pending: [], seed: 1 });
  const most = Math.max(...list.map(worth));
  expect(worth(best?.design as Design)).toBeGreaterThan(0.93 * most);
  expect(Math.abs((best?.expected.value as number) - worth(best?.design as Design))).toBeLessThan(0.1);
  expect(best?.expected.interval90[0]).toBeLessThanOrEqual(best?.expected.value as number);
  expect(Object.keys(proposals[0]?.predicted ?? {})).toEqual(["speed", "strength"]);
  const single = studyOf({ objectives: [objectives[0]] });
  expect(proposed({ study: single, trials, pending: [], seed: 1 }).best?.expected.value).toBeGreaterThan(0.9);
});

test("a target is hit in a free space, from either side, alone and beside what is to be large", () => {
  const parameters = ["p", "q"].map((name) => ({ kind: "continuous", name, min: 0, max: 1 }));
  const heat = { name: "heat", goal: "target", desirability: { low: 0.7, target: 0.9, high: 1 } };
  const alone = Study.parse({ parameters, objectives: [heat] });
  const hottest = (study: Study) => proposed({ study, trials: play(study, 16, 1, read), pending: [], seed: 1 }).best;
  const found = hottest(alone);
  expect(Math.abs((read(found?.design as Design)["heat"] as number) - 0.9)).toBeLessThan(0.02);
  expect(found?.expected.value).toBeGreaterThan(0.85);
  const speed = { name: "speed", goal: "maximise", desirability: { worst: 0, best: 0.6 } };
  const both = read(hottest(Study.parse({ parameters, objectives: [heat, speed] }))?.design as Design);
  expect(Math.abs((both["heat"] as number) - 0.9)).toBeLessThan(0.05);
  // With q at 0.3 as much heat is had as with p at 0.6.
  expect(both["speed"]).toBeGreaterThan(0.5);
});

test("while nothing is desirable the search goes to where it may be", () => {
  const objectives = [
    { name: "speed", goal: "maximise", desirability: { worst: 0.8, best: 1 } },
    { name: "heat", goal: "minimise", desirability: { worst: 1.4, best: 1 } },
  ];
  const study = studyOf({ objectives });
  const slow = spread.filter(({ design }) => at(design)[0] < 0.6);
  const places = [1, 2, 3, 4, 5].map(
    (seed) => at(proposed({ study, trials: slow, pending: [], seed }).proposals[0]?.design as Design)[0],
  );
  expect(places.filter((p) => p > 0.6).length).toBeGreaterThan(2);
});

test("of designs that promise the same the cheaper is proposed", () => {
  const objectives = two;
  const priced = (expression: string) => {
    const study = studyOf({ objectives, cost: { expression } });
    const asked = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => proposed({ study, trials: spread, pending: [], seed }));
    return asked.reduce((sum, { proposals }) => sum + at(proposals[0]?.design as Design)[0], 0) / asked.length;
  };
  expect(priced("0.2 + 9 * p")).toBeLessThan(priced("9.2 - 9 * p") - 0.2);
});

test("models that predict nothing have few designs compared, skilled ones nearly all", () => {
  const study = studyOf({ objectives: two });
  const compared = (scatter: (i: number) => number) => {
    const trials = Array.from({ length: 40 }, (_, i) => list[(i * 61) % 225] as Design).map((design, i) => {
      const { speed, strength } = read(design) as { speed: number; strength: number };
      return measured(design, { speed: speed + scatter(i), strength: strength + scatter(i + 7) });
    });
    return Number(
      /of (\d+) designs/.exec(proposed({ study, trials, pending: [], seed: 1 }).proposals[0]?.why ?? "")?.[1],
    );
  };
  expect(compared(() => 0)).toBeGreaterThan(150);
  expect(compared((i) => 40 * Math.sin(12.9898 * i * i))).toBeLessThan(30);
});

test("a batch for a front holds different designs, and the same history and seed give the same bytes", () => {
  const study = studyOf({
    objectives: two,
    outcomeConstraints: [{ name: "heat", max: 1 }],
    cost: { expression: "1 + p" },
  });
  const pending = [list[7] as Design];
  const ask = () => proposed({ study, trials: spread, pending, seed: 11, count: 4 });
  expect(JSON.stringify(ask())).toBe(JSON.stringify(ask()));
  const keys = ask().proposals.map(({ design }) => JSON.stringify(design));
  expect(new Set([...keys, JSON.stringify(pending[0])]).size).toBe(5);
});

test.each([
  ["constant", () => 1],
  ["a scale of 1e300", (p: number) => 1e300 * p],
  ["a scale of 1e-300", (p: number) => 1e-300 * p],
  ["an outlier", (p: number) => (p > 0.9 ? 1e9 : p)],
])("two objectives, one of them %s: the next designs come, and their record is finite", (_, strange) => {
  const study = studyOf({ objectives: two });
  const trials = spread.map(({ design }) => {
    const [p, q] = at(design);
    return measured(design, { speed: strange(p), strength: q });
  });
  for (const seed of [1, 2, 3, 4]) {
    const { proposals } = proposed({ study, trials, pending: [], seed, count: 2 });
    expect(proposals).toHaveLength(2);
    expect(JSON.stringify(proposals)).not.toContain("null,null");
    for (const { acquisition } of proposals) expect(Number.isFinite(acquisition.value)).toBe(true);
  }
});

test("the uncertainty of what was read counts for fronts and for bounds", () => {
  const study = studyOf({ objectives: two, outcomeConstraints: [{ name: "heat", max: 1 }] });
  const withUncertainty = (of: string) =>
    spread.map(({ design }, i): Trial => {
      const values = read(design);
      const known = { value: values[of] as number, uncertainty: i % 2 === 0 ? 0.4 : 0.001 };
      return { design, outcome: { status: "measured", values: { ...values, [of]: known } } };
    });
  const chanceOf = (trials: readonly Trial[]) => {
    const { proposals } = proposed({ study, trials, pending: [], seed: 5 });
    return JSON.stringify(proposals[0]?.explanation.find(({ aspect }) => aspect === "chance"));
  };
  const models = (trials: readonly Trial[]) => proposed({ study, trials, pending: [], seed: 5 }).models;
  expect(chanceOf(withUncertainty("heat"))).not.toBe(chanceOf(spread));
  expect(models(withUncertainty("strength"))[1]?.members).not.toEqual(models(spread)[1]?.members);
});

test("what was read beyond a bound on the mean is not on the front, whatever the model believes; what is doubted is told apart", () => {
  const study = studyOf({ objectives: two, outcomeConstraints: [{ name: "heat", max: 0.8 }] });
  const noise = (i: number) => 0.3 * Math.sin(12.9 * i);
  // Its heat is 0.71, and nothing else is as good at that p: unluckily 0.81 is read of it.
  const unlucky = list[66] as Design;
  const trials = [
    ...[
      ...spread.map(({ design }) => design),
      ...Array.from({ length: 30 }, (_, i) => list[(i * 61) % 225] as Design),
    ].map((design, i) => measured(design, { ...read(design), heat: (read(design)["heat"] as number) + noise(i) })),
    measured(unlucky, { ...read(unlucky), heat: 0.81 }),
  ];
  const heatAt = (design: Design) => {
    const own = trials.filter((trial) => JSON.stringify(trial.design) === JSON.stringify(design));
    const heats = own.map(({ outcome }) =>
      outcome.status === "measured" ? Number(outcome.values["heat"]) : Number.NaN,
    );
    return heats.reduce((sum, heat) => sum + heat, 0) / heats.length;
  };
  const { front = [], doubted = [] } = proposed({ study, trials, pending: [], seed: 1 });
  expect(front.length).toBeGreaterThan(1);
  for (const { design, chance } of front) {
    expect(heatAt(design)).toBeLessThanOrEqual(0.8);
    expect(chance).toBeGreaterThan(0.5);
  }
  // The noise is as wide as what separates designs here, so some were lucky.
  expect(doubted.length).toBeGreaterThan(0);
  for (const { design, chance } of doubted) {
    expect(heatAt(design)).toBeLessThanOrEqual(0.8);
    expect(chance).toBeLessThanOrEqual(0.5);
  }
  const free = proposed({ study: studyOf({ objectives: two }), trials, pending: [], seed: 1 });
  expect(free.front?.every(({ chance }) => chance === undefined)).toBe(true);
  expect(free.doubted).toEqual([]);
});
