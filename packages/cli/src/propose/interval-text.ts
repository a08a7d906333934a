import { shortNumber } from "./short-number.ts";

/**
 * Returns a value with the interval that it is believed to lie in, `101314.99 [101314.82, 101315.16]`: six digits, and more where it takes them to
 * tell a hundredth of the interval apart.
 */
export function intervalText(value: number, [low, high]: readonly [number, number]): string {
  const finest = (high - low) / 100;
  const told = (own: number) =>
    own === 0 || finest === 0 ? shortNumber(own) : shortNumber(own, 1 + magnitudeOf(own) - magnitudeOf(finest));
  return `${told(value)} [${told(low)}, ${told(high)}]`;
}

/** The power of ten of a number's first digit. */
function magnitudeOf(value: number): number {
  return Number(value.toExponential().split("e")[1]);
}
