// Without zod, as the page uses it, too.

/** The forms that a photo may have: those that every browser shows. */
export const photoMedia = ["image/jpeg", "image/png", "image/webp"] as const;
export type PhotoMedia = (typeof photoMedia)[number];

/** What a photo may weigh where its spec says nothing else, bytes; chosen: above what cameras of tablets make. */
const usualPhotoBytes = 12_000_000;

/** The most that a spec may allow a photo to weigh, bytes; chosen. */
export const largestPhotoBytes = 32_000_000;

/** Returns the most that a photo may weigh, bytes. */
export function photoLimit({ maxBytes = usualPhotoBytes }: { readonly maxBytes?: number | undefined }): number {
  return maxBytes;
}

/** Returns what a photo is by how it begins (12 bytes are enough), whatever its name says; null for anything else. */
export function photoMediaOf(head: Uint8Array): PhotoMedia | null {
  const isAt = (offset: number, ...bytes: readonly number[]) => bytes.every((byte, n) => head[offset + n] === byte);
  if (isAt(0, 0xff, 0xd8, 0xff)) return "image/jpeg";
  if (isAt(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return "image/png";
  // "RIFF", four bytes of length, "WEBP".
  if (isAt(0, 0x52, 0x49, 0x46, 0x46) && isAt(8, 0x57, 0x45, 0x42, 0x50)) return "image/webp";
  return null;
}
