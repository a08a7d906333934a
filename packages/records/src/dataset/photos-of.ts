import type { Observation } from "@labloop/contracts";

/** A photo of a step, as a data set has it, and where its bytes lie: beside the journal, under its step. */
export interface ExportedPhoto {
  readonly name: string;
  readonly commandId: string;
  readonly sha256: string;
  readonly size: number;
  readonly media: "image/jpeg" | "image/png" | "image/webp";
}

/** Returns the photos of observations, each once, by the names that they have in a data set. */
export function photosOf(observations: readonly Observation[]): ExportedPhoto[] {
  const photos = new Map<string, ExportedPhoto>();
  for (const { commandId, photos: taken = {} } of observations.flatMap(({ steps }) => steps)) {
    for (const photo of Object.values(taken)) {
      const ending = photo.media === "image/jpeg" ? "jpg" : photo.media.slice("image/".length);
      photos.set(photo.sha256, { ...photo, commandId, name: `photo-${photo.sha256}.${ending}` });
    }
  }
  return [...photos.values()];
}
