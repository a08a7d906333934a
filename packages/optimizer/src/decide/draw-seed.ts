/**
 * Returns the seed of one ask, an unsigned 32-bit integer: another one as trials and pending designs come, so that one campaign with one
 * seed does not look at the same candidates again and again. The multipliers are odd, which loses no seed.
 */
export function drawSeed(seed: number, trials: number, pending: number): number {
  return (seed + Math.imul(trials, 0x9e37_79b1) + Math.imul(pending, 0x85eb_ca6b)) >>> 0;
}
