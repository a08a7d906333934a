/** Where the bytes of large results come in that devices put, beside the chunks that are asked for (contract section 13). */
export interface ResultInlet {
  /** What bytes are taken in multiples of, save for the last of a result. */
  readonly chunkBytes: number;
  /**
   * How far a result has come: its size, and its bytes from the start without a gap. Null when nobody waits for a result of
   * that digest now; one is taken at a time.
   */
  progress(sha256: string): { readonly size: number; readonly held: number } | null;
  /**
   * Takes bytes that begin at a multiple of `chunkBytes` and end at one, or at the end. `wrong`: everything is there and has
   * another digest, so it begins anew; `unwanted`: nobody waits for it.
   */
  put(sha256: string, offset: number, bytes: Uint8Array): "more" | "whole" | "wrong" | "unwanted";
}
