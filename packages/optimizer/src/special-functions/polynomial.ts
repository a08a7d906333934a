/** Returns Σ cᵢ·xⁿ⁻¹⁻ⁱ of n coefficients, highest power first, by Horner's rule. */
export function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  // An iterator would make an object of every coefficient, and this runs a hundred thousand times an ask.
  for (let i = 0; i < coefficients.length; i++) sum = sum * x + (coefficients[i] as number);
  return sum;
}
