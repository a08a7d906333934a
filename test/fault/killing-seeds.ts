/** A seed of the standard mix that notices each mutant, by number; the first one was found by test/fault/hunt.ts. */
export const killingSeeds: Readonly<Record<number, number>> = {};
