import type { PhotoReference } from "./quantity.ts";

/**
 * What became of a part of a photo: it is `whole`, kept and verified; there is `more` to come, or it does not go on where
 * the photo `ended`, each with how many bytes of it are here; or it is `refused`, with why.
 */
export type PhotoTaken =
  | { readonly is: "whole"; readonly reference: PhotoReference }
  | { readonly is: "more" | "ended"; readonly held: number }
  | { readonly is: "refused"; readonly reason: string };

/** Where the photos are kept that people take of their steps, each under its step and its digest. */
export interface PhotoShelf {
  /** Takes bytes of a photo of `size` bytes, from `first` on; a photo that broke off goes on where it ended. */
  put(part: {
    readonly commandId: string;
    readonly sha256: string;
    readonly size: number;
    readonly first: number;
    readonly bytes: Uint8Array;
  }): Promise<PhotoTaken>;
  /** Whether all of a photo lies here for a step. */
  has(commandId: string, reference: PhotoReference): boolean;
  /** Returns the file of a photo; null when there is none. */
  fileOf(commandId: string, sha256: string): { readonly path: string; readonly media: string } | null;
}
