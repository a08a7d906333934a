import type { BenchResult, MethodFigures } from "@labloop/contracts";
import { fewestCampaigns } from "@labloop/optimizer/benchmark";
import { counted, numberText, scoreText } from "./figure-text.ts";
import { shortNames } from "./method-of.ts";

/**
 * Returns in sentences how soon a method had what was looked for, and how it compares with random search; where the campaigns are
 * too few to compare, that they are.
 */
export function benchAnswer(figures: MethodFigures, result: BenchResult): string[] {
  const { settings } = result;
  const { seeds, budget } = settings;
  const methods = result.methods.map(({ method }) => method);
  const name = shortNames(methods)[methods.indexOf(figures.method)] ?? figures.method;
  if (figures.method === "random") return ["Random search alone was run: there is nothing to compare it with."];
  const isEnough = seeds >= fewestCampaigns;
  const phrases = figures.arrivals.flatMap((arrival, i) => {
    const isRepeated = arrival.designs !== null && figures.arrivals[i + 1]?.designs === arrival.designs;
    const needed = isRepeated ? null : neededText(arrival, result, i);
    return needed === null ? [] : [needed];
  });
  const score = isEnough
    ? `Over the whole campaign it was ${verdictOn(figures.score)}: score ${scoreText(figures.score, seeds)}.`
    : `Over the whole campaign its score was ${scoreText(figures.score, seeds)}; whether that is better or worse than random search, --seeds ${fewestCampaigns} or more would tell.`;
  if (phrases.length === 0) {
    const [first] = figures.arrivals;
    const missing = first?.designs === null ? first.target : `a design of the ${first?.target ?? "best"}`;
    const most = seeds === 1 ? `the one campaign of ${name}` : `most campaigns of ${name}`;
    return [
      `On this pool ${counted(budget, "experiment")} ${budget === 1 ? "is" : "are"} too few: ${most} ended without ${missing}.`,
      score,
    ];
  }
  const where = seeds === 1 ? "In this one campaign" : `In these ${seeds} campaigns`;
  return [
    isEnough ? `On this pool ${name} needed` : `${where}, too few to tell skill from luck, ${name} needed`,
    ...phrases.map((phrase, i) => `  ${phrase}${i + 1 < phrases.length ? ";" : "."}`),
    score,
  ];
}

function verdictOn({ low, high }: MethodFigures["score"]): string {
  if (low > 1) return "worse than random search";
  return high < 1 ? "better than random search" : "not distinguishable from random search";
}

/** Null where half of the campaigns ended without it. A range from too few campaigns is none. */
function neededText(
  { target, designs, median, random: exact }: MethodFigures["arrivals"][number],
  { pool, methods, settings: { seeds, budget } }: BenchResult,
  at: number,
): string | null {
  if (median === null) return null;
  const random = methods.find(({ method }) => method === "random");
  const ofRandom = exact?.median ?? random?.arrivals[at]?.median?.value ?? null;
  const versus = ofRandom === null ? `more than ${budget}` : numberText(ofRandom);
  const { value, low, high } = median;
  const range = `${numberText(low)} to ${numberText(high)}${high >= budget ? " or more" : ""}`;
  const experiments = `${numberText(value)} experiment${value === 1 ? "" : "s"}`;
  const found = designs === null ? `for ${target}` : `to a design of the ${target}`;
  const goal = target === "best of all" ? "to the best of all" : found;
  const ties = designs === null ? "" : tiesText(target, designs, pool.designs);
  return `${experiments}${seeds >= fewestCampaigns ? ` (${range})` : ""} ${goal}${ties}, where random search needs ${versus}`;
}

/** Where more designs tie than the target's share of the pool holds, what is looked for is commoner than its name says. */
function tiesText(target: string, found: number, designs: number): string {
  const share = Number(/\d+/.exec(target)?.[0] ?? 0) / 100;
  const named = Math.max(1, Math.ceil(share * designs - 1e-9));
  if (found <= named) return "";
  return named === 1 ? ` (${found} designs are equally good)` : ` (with ties ${found} of ${designs} designs)`;
}
