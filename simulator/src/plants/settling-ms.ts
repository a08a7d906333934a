/** Returns how long a pan takes to come to rest, 3 to 8 s, told apart by the part's id so that the same part always takes as long. */
export function settlingMsOf(partId: string): number {
  let mixed = 0;
  for (const char of partId) mixed = (mixed * 31 + (char.codePointAt(0) ?? 0)) % 5_001;
  return 3_000 + mixed;
}
