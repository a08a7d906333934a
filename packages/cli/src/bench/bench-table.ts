import type { BenchResult } from "@labloop/contracts";
import { numberText, scoreText } from "./figure-text.ts";
import { shortName } from "./method-of.ts";

/** Returns the figures of all methods as the lines of a table, its header first. */
export function benchTable({ methods, timing, settings }: BenchResult): string[] {
  const isFront = methods[0]?.arrivals[0]?.designs === null;
  const targets = methods[0]?.arrivals.map(({ target }) => `to ${target.replace("the hypervolume", "volume")}`) ?? [];
  const header = ["method", "score", ...targets, isFront ? "front found" : "top 5 % found", "CPU per ask"];
  const rows = methods.map((figures) => {
    const { median = null } = timing.find(({ method }) => method === figures.method) ?? {};
    return [
      shortName(figures.method),
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
  const widths = header.map((_, i) => Math.max(...[header, ...rows].map((row) => row[i]?.length ?? 0)));
  return [header, ...rows].map(
    (row) =>
      `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("   ")}`,
  );
}

function duration(seconds: number): string {
  if (seconds < 1e-4) return "< 0.1 ms";
  return seconds < 1 ? `${(seconds * 1000).toPrecision(2)} ms` : `${seconds.toPrecision(2)} s`;
}
