import type { IncomingMessage } from "node:http";
import type { ResultInlet } from "@labloop/contracts";
import { readContentRange } from "./content-range.ts";

/** The longest part of a result that one request may carry, in bytes (contract section 13). */
const longestPartBytes = 16 * 1024 * 1024;

/** What a request to put bytes comes to: a status, a sentence, and how many bytes from the start are here, if that is known. */
export interface UploadAnswer {
  readonly status: number;
  readonly reason: string;
  readonly held?: number;
}

/**
 * Returns what a request to put a part of a result comes to. Its bytes go on as they come, so that what a broken connection
 * has brought is kept, and nobody's memory is filled with what is not wanted.
 */
export async function takeUpload(request: IncomingMessage, sha256: string, inlet: ResultInlet): Promise<UploadAnswer> {
  const range = readContentRange(request.headers["content-range"]);
  if (range === null) return { status: 400, reason: "say which bytes these are: content-range: bytes 0-9/10" };
  const { first, last, size } = range;
  const length = last - first + 1;
  if (length > longestPartBytes) return { status: 413, reason: `a part has at most ${longestPartBytes} bytes` };
  const known = inlet.progress(sha256);
  // It may be announced in a moment, or another one is being taken.
  if (known === null) return { status: 404, reason: "no result of this digest is waited for now" };
  if (size !== known.size) return { status: 422, reason: `it was announced with ${known.size} bytes` };
  if (first !== known.held) return { status: 409, reason: "go on where it ended", held: known.held };
  const isPart = last < size - 1;
  if (isPart && length % inlet.chunkBytes !== 0) {
    return { status: 400, reason: `a part that is not the last has a multiple of ${inlet.chunkBytes} bytes` };
  }
  return pour(request, sha256, range, inlet);
}

async function pour(
  request: IncomingMessage,
  sha256: string,
  { first, last, size }: { readonly first: number; readonly last: number; readonly size: number },
  inlet: ResultInlet,
): Promise<UploadAnswer> {
  let offset = first;
  let pending: Buffer = Buffer.alloc(0);
  for await (const piece of request) {
    pending = Buffer.concat([pending, piece as Buffer]);
    if (offset + pending.length > last + 1) return { status: 400, reason: "it has more bytes than its content-range" };
    const isEnd = offset + pending.length === last + 1;
    const ready = isEnd ? pending.length : pending.length - (pending.length % inlet.chunkBytes);
    if (ready === 0) continue;
    const taken = inlet.put(sha256, offset, pending.subarray(0, ready));
    offset += ready;
    pending = pending.subarray(ready);
    switch (taken) {
      case "more":
        continue;
      case "unwanted":
        return { status: 404, reason: "this result is not waited for any more" };
      case "wrong":
        return { status: 422, reason: "its bytes have another digest: begin anew", held: 0 };
      case "whole":
        return { status: 201, reason: `all of its ${size} bytes are here` };
    }
  }
  const held = inlet.progress(sha256)?.held ?? 0;
  if (offset <= last) return { status: 400, reason: "it has fewer bytes than its content-range", held };
  return { status: 202, reason: "go on", held };
}
