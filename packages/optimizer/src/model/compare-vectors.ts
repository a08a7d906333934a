/** Returns a negative number when `a` comes before `b` in lexicographic order, 0 when they are equal. */
export function compareVectors(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number);
  return 0;
}
