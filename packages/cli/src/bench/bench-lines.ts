import type { BenchResult, MethodFigures } from "@labloop/contracts";
import { shortName } from "./method-of.ts";

/** Returns what a bench found as a person reads it: the answer, a table, and what the numbers do not say. */
export function benchLines(result: BenchResult): string[] {
  const { pool, settings } = result;
  const { seeds, budget, batch, starts } = settings;
  const told = result.methods.find(({ method }) => method !== "random") ?? result.methods[0];
  const goals = pool.objectives.map(({ name, goal }) => `${goal} ${name}`).join(", ");
  return [
    `${pool.title}: ${pool.designs} designs, ${pool.inputs.length} inputs, ${goals}`,
    "",
    ...(told === undefined ? [] : answer(told, result)),
    "",
    ...table(result),
    "",
    `  score: what is missing to the best design, on average over the campaign, compared with random search; 0 is an oracle, 1 is random.`,
    `  Experiments are those of the median of ${seeds} campaigns, each from ${starts} random designs, ${batch} at a time, up to ${budget}; - is later than that.`,
    ...(settings.budgetAsked > budget
      ? [`  The pool has ${pool.designs} designs, so the budget is ${budget} and not ${settings.budgetAsked}.`]
      : []),
    ...(pool.dropped > 0 ? [`  ${pool.dropped} rows lack a value that is needed, and were left out.`] : []),
    ...(pool.replicated > 0 && pool.replicates === "one"
      ? [`  ${pool.replicated} designs were measured more than once: each visit reads one of their readings at random.`]
      : []),
    `  What this does not say: only designs that stand in the table could be chosen, so it tells how soon the best of them is`,
    `  found, not how good one could become. The ranges are those of luck in these campaigns; another pool has other numbers.`,
  ];
}

function answer(figures: MethodFigures, { methods, settings }: BenchResult): string[] {
  const name = shortName(figures.method);
  const random = methods.find(({ method }) => method === "random");
  const phrases = figures.arrivals.flatMap((arrival, i) => {
    const median = arrival.median;
    const isRepeated = arrival.designs !== null && figures.arrivals[i + 1]?.designs === arrival.designs;
    if (median === null || isRepeated) return [];
    const ofRandom = arrival.random?.median ?? random?.arrivals[i]?.median?.value ?? null;
    const versus = ofRandom === null ? `more than ${settings.budget}` : number(ofRandom);
    const goal = arrival.designs === null ? `for ${arrival.target}` : `to a design of the ${arrival.target}`;
    const range = `${number(median.low)} to ${number(median.high)}${median.high >= settings.budget ? " or more" : ""}`;
    const needed = `${number(median.value)} experiment${median.value === 1 ? "" : "s"} (${range}) ${arrival.target === "best of all" ? "to the best of all" : goal}`;
    return [`${needed}, where random search needs ${versus}`];
  });
  const { value, low, high } = figures.score;
  const verdict =
    low > 1
      ? "worse than random search"
      : high < 1
        ? "better than random search"
        : "not distinguishable from random search";
  const score = `Over the whole campaign it was ${verdict}: score ${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)}).`;
  if (figures.method === "random") return ["Random search alone was run: there is nothing to compare it with."];
  if (phrases.length === 0) {
    const [first] = figures.arrivals;
    const missing = first?.designs === null ? first.target : `a design of the ${first?.target ?? "best"}`;
    return [
      `On this pool ${settings.budget} experiments are too few: most campaigns of ${name} ended without ${missing}.`,
      score,
    ];
  }
  return [
    `On this pool ${name} needed`,
    ...phrases.map((phrase, i) => `  ${phrase}${i + 1 < phrases.length ? ";" : "."}`),
    score,
  ];
}

function table({ methods, timing, settings }: BenchResult): string[] {
  const isFront = methods[0]?.arrivals[0]?.designs === null;
  const targets = methods[0]?.arrivals.map(({ target }) => `to ${target.replace("the hypervolume", "volume")}`) ?? [];
  const header = ["method", "score", ...targets, isFront ? "front found" : "top 5 % found", "CPU per ask"];
  const rows = methods.map((figures) => {
    const { value, low, high } = figures.score;
    const { median = null } = timing.find(({ method }) => method === figures.method) ?? {};
    return [
      shortName(figures.method),
      figures.method === "random" ? "1" : `${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
      ...figures.arrivals.map((arrival) => {
        // What is known exactly of random search is not estimated.
        const exact = figures.method === "random" ? arrival.random?.median : undefined;
        const median = exact ?? arrival.median?.value;
        return median === undefined ? "-" : number(median);
      }),
      `${Math.round(100 * (figures.found[settings.budget - 1] ?? 0))} %`,
      median === null ? "-" : duration(median),
    ];
  });
  const widths = header.map((_, i) => Math.max(...[header, ...rows].map((row) => row[i]?.length ?? 0)));
  return [header, ...rows].map(
    (row) =>
      `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("   ")}`,
  );
}

function number(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function duration(seconds: number): string {
  if (seconds < 1e-4) return "< 0.1 ms";
  return seconds < 1 ? `${(seconds * 1000).toPrecision(2)} ms` : `${seconds.toPrecision(2)} s`;
}
