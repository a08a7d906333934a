import { type Design, Study, type Trial } from "@labloop/contracts";

const names = ["a", "b", "c", "d", "e", "f"];
const multiples = [2, 3, 5, 7, 11, 13].map(Math.sqrt);

/** Six continuous parameters and one objective: the study that asks are timed with. */
export const askStudy = Study.parse({
  parameters: names.map((name) => ({ kind: "continuous", name, min: 0, max: 1 })),
  objectives: [{ name: "y", goal: "maximise" }],
});

/** Returns a point of a fixed sequence in the unit cube: the fractional parts of multiples of square roots. */
export function askRow(i: number): number[] {
  return multiples.map((root) => (root * (i + 1)) % 1);
}

/** Returns what is read there. */
export function askValue(i: number): number {
  const sum = askRow(i).reduce((total, x, k) => total + Math.sin((k + 2) * x), 0);
  return sum + 0.1 * Math.sin(997 * i);
}

/** Returns the point as a design. */
export function askDesign(i: number): Design {
  const row = askRow(i);
  return Object.fromEntries(names.map((name, k) => [name, row[k] as number]));
}

/** Returns the trials at the first designs of the sequence, or at every `stride`-th. */
export function askTrials(count: number, stride = 1): Trial[] {
  return Array.from({ length: count }, (_, i) => ({
    design: askDesign(i * stride),
    outcome: { status: "measured", values: { y: askValue(i * stride) } },
  }));
}
