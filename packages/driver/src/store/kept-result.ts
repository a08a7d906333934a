/** Contract section 13: what one chunk of a large result holds, in bytes. */
export const chunkBytes = 128 * 1024;

/** What a device journal keeps of large results unless told otherwise, in bytes: chosen, a few hundred typical images. */
export const defaultResultQuotaBytes = 256 * 1024 * 1024;

/** A result too large for a report: the canonical JSON of its values, and the SHA-256 of those bytes. */
export interface KeptResult {
  readonly commandId: string;
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

/** One chunk of a kept result, of `n`. */
export interface ResultChunk {
  readonly n: number;
  readonly bytes: Uint8Array;
}

/** Returns the bytes cut into chunks; at least one. */
export function chunksOf(bytes: Uint8Array): Uint8Array[] {
  const n = Math.max(1, Math.ceil(bytes.length / chunkBytes));
  return Array.from({ length: n }, (_, idx) => bytes.subarray(idx * chunkBytes, (idx + 1) * chunkBytes));
}
