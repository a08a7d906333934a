// As little as 512 labs that are played on can tell from nothing.
const LEAST = 1 / 513;

/**
 * Returns what two opinions of one probability come to together: the geometric mean of their odds, a logarithmic pool of equal weights (C. Genest and
 * J. V. Zidek, "Combining probability distributions", Statistical Science 1 (1986) 114–135). Either is held between 1/513 and 512/513, so that neither rules out what the other sees.
 */
export function poolChances(one: number, other: number): number {
  const [p, q] = [held(one), held(other)];
  const so = Math.sqrt(p * q);
  return so / (so + Math.sqrt((1 - p) * (1 - q)));
}

function held(chance: number): number {
  return Math.min(1 - LEAST, Math.max(LEAST, chance));
}
