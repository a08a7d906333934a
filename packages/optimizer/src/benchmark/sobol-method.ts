import type { StudyParameter } from "@labloop/contracts";
import { createRandom } from "../random/create-random.ts";
import { openSobol } from "../space/sobol.ts";
import type { BenchMethod } from "./bench-method.ts";
import { featuresOf } from "./features.ts";
import { shuffled } from "./pool.ts";
import { nextOf } from "./random-method.ts";

// More points than most budgets ask for; beyond them the order is random, since that of the list may be from best to worst.
const MOST_POINTS = 512;

/** Returns the space-filling order: scrambled Sobol points, each matched to the nearest design that has not been taken. */
export function sobolMethod(): BenchMethod {
  return {
    name: "sobol",
    start({ parameters }, features, seed) {
      const order = sobolOrder(parameters, features, seed);
      return {
        ask: ({ measurements, pending, count }) => ({
          indices: nextOf(order, measurements, pending, count),
          recommended: null,
        }),
      };
    },
  };
}

function sobolOrder(
  parameters: readonly StudyParameter[],
  features: readonly (readonly number[])[],
  seed: number,
): number[] {
  const random = createRandom(seed);
  const next = openSobol(parameters.length, random);
  const points = Array.from({ length: Math.min(MOST_POINTS, features.length) }, () => next());
  const designs = points.map((point) =>
    Object.fromEntries(parameters.map((parameter, i) => [parameter.name, valueAt(parameter, point[i] as number)])),
  );
  const open = new Set(features.keys());
  const order: number[] = [];
  for (const target of featuresOf(parameters, designs)) {
    let nearest = -1;
    let least = Infinity;
    for (const index of open) {
      const distance = squaredDistance(features[index] as readonly number[], target);
      if (distance < least) [nearest, least] = [index, distance];
    }
    open.delete(nearest);
    order.push(nearest);
  }
  const left = [...open];
  return [...order, ...shuffled(left.length, random).map((i) => left[i] as number)];
}

/** The value at a share of the way through a parameter's range. */
function valueAt(parameter: StudyParameter, share: number): number | string {
  switch (parameter.kind) {
    case "continuous":
    case "integer":
      return parameter.min + share * (parameter.max - parameter.min);
    case "levels":
    case "ordinal":
      return parameter.levels[Math.floor(share * parameter.levels.length)] as number | string;
    case "categorical":
      return parameter.options[Math.floor(share * parameter.options.length)] as string;
  }
}

function squaredDistance(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    sum += difference * difference;
  }
  return sum;
}
