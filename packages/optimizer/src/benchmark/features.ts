import type { Design, StudyParameter } from "@labloop/contracts";
import { log } from "../special-functions/log.ts";

/**
 * Returns each design as a row of numbers: a number scaled to [0, 1] over its range (its logarithm, on a logarithmic scale), the
 * position of an ordinal level scaled to [0, 1], and for a category one column an option, 0 or √½, so that two different options
 * are 1 apart; with descriptors, their standardised columns over the square root of their number.
 */
export function featuresOf(parameters: readonly StudyParameter[], designs: readonly Design[]): number[][] {
  const encoders = parameters.map(encoderOf);
  return designs.map((design) => parameters.flatMap(({ name }, i) => encoders[i]?.(design[name] ?? "") ?? []));
}

function encoderOf(parameter: StudyParameter): (value: number | string) => number[] {
  switch (parameter.kind) {
    case "continuous":
      return parameter.scale === "log"
        ? (value) => [scaled(log(Number(value)), log(parameter.min), log(parameter.max))]
        : (value) => [scaled(Number(value), parameter.min, parameter.max)];
    case "integer":
      return (value) => [scaled(Number(value), parameter.min, parameter.max)];
    case "levels":
      return (value) => [scaled(Number(value), parameter.levels[0] ?? 0, parameter.levels.at(-1) ?? 0)];
    case "ordinal":
      return (value) => [scaled(parameter.levels.indexOf(String(value)), 0, parameter.levels.length - 1)];
    case "categorical":
      if (parameter.descriptors !== undefined) return describedBy(parameter.options, parameter.descriptors);
      return (value) => parameter.options.map((option) => (option === value ? Math.SQRT1_2 : 0));
  }
}

function scaled(value: number, min: number, max: number): number {
  return max > min ? (value - min) / (max - min) : 0;
}

function describedBy(
  options: readonly string[],
  descriptors: Readonly<Record<string, readonly number[]>>,
): (value: number | string) => number[] {
  const rows = options.map((option) => descriptors[option] ?? []);
  const width = rows[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, k) => {
    const values = rows.map((row) => row[k] as number);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length);
    return { mean, divisor: sd * Math.sqrt(width) };
  });
  return (value) => {
    const row = descriptors[String(value)] ?? [];
    return columns.map(({ mean, divisor }, k) => (divisor > 0 ? ((row[k] as number) - mean) / divisor : 0));
  };
}
