/**
 * Returns an unsigned 32-bit seed that belongs to a list of whole numbers; other lists give unrelated seeds. Each number is
 * mixed in by the finaliser of MurmurHash3 (A. Appleby), which lets every bit reach every other.
 */
export function deriveSeed(...parts: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const part of parts) {
    hash = Math.imul(hash ^ (part >>> 0), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}
