import type { BenchResult } from "@labloop/contracts";
import { numberText, scoreText } from "./figure-text.ts";
import { shortNames } from "./method-of.ts";

/** Returns the figures of all methods as the lines of a table, its two header lines first; it fits 80 columns where names are short. */
export function benchTable({ methods, timing, settings }: BenchResult): string[] {
  const isFront = methods[0]?.arrivals[0]?.designs === null;
  const names = shortNames(methods.map(({ method }) => method));
  const header = [
    ["", "method"],
    ["", "score"],
    ...(methods[0]?.arrivals.map(({ target }) => headerOf(target)) ?? []),
    [isFront ? "front" : "top 5 %", "found"],
    ["CPU", "per ask"],
  ];
  const rows = methods.map((figures, i) => {
    const { median = null } = timing.find(({ method }) => method === figures.method) ?? {};
    return [
      names[i] ?? "",
      figures.method === "random" ? "1" : scoreText(figures.score, settings.seeds),
      ...figures.arrivals.map((arrival) => {
        // What is known exactly of random search is not estimated.
        const exact = figures.method === "random" ? arrival.random?.median : undefined;
        const median = exact ?? arrival.median?.value;
        return median === undefined ? "-" : numberText(median);
      }),
      `${Math.round(100 * (figures.found[settings.budget - 1] ?? 0))} %`,
      median === null ? "-" : duration(median),
    ];
  });
  const lines = [header.map(([above = ""]) => above), header.map(([, below = ""]) => below), ...rows];
  const widths = header.map((_, i) => Math.max(...lines.map((cells) => cells[i]?.length ?? 0)));
  return lines.map(
    (cells) =>
      `  ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ")}`,
  );
}

/** What is looked for, in two lines: best, or a share, and of what. */
function headerOf(target: string): string[] {
  const [, what = target, rest = ""] = /^(best|\d+ %) (.*)$/.exec(target) ?? [];
  return [`to ${what}`, rest.replace("the hypervolume", "volume")];
}

function duration(seconds: number): string {
  if (seconds < 1e-4) return "< 0.1 ms";
  const [value, unit] = seconds < 1 ? [seconds * 1000, "ms"] : [seconds, "s"];
  // Not 2.6e+2.
  return `${Number(value.toPrecision(2))} ${unit}`;
}
