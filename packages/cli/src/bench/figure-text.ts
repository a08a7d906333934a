import type { MethodFigures } from "@labloop/contracts";

/** Returns a number of experiments or a factor with one decimal at most. */
export function numberText(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Returns a score with its range; one campaign has none. */
export function scoreText({ value, low, high }: MethodFigures["score"], campaigns: number): string {
  return campaigns === 1 ? value.toFixed(2) : `${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

/** Returns a count with what is counted, in the singular or the plural; `noun` takes an s. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
