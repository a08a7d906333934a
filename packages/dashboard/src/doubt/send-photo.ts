import type { PhotoReference } from "@labloop/contracts";
import { photoMediaOf } from "@labloop/contracts/photo";

/** Bytes of one request: no longer than any body that the server takes, so that a slow network shows its progress. */
const partBytes = 256 * 1024;
/** Longest wait for the server's word on one part, ms. */
const answerWithinMs = 20_000;
/** How often the server may say in all that a photo goes on elsewhere; chosen: once after a break is usual. */
const mostJumps = 5;

/** What became of a photo: it is kept, or why not. */
export type PhotoSent =
  | { readonly ok: true; readonly photo: PhotoReference }
  | { readonly ok: false; readonly why: "notPhoto" | "unreachable" }
  | { readonly ok: false; readonly why: "refused"; readonly reason: string };

/**
 * Sends a photo to the step that it was taken of, in parts; one that broke off goes on where it ended. `onProgress` is told
 * from 0 to 1. Rejects only when `signal` ends it.
 */
export async function sendPhoto(
  file: Blob,
  { commandId, onProgress, signal }: { commandId: string; onProgress: (part: number) => void; signal: AbortSignal },
): Promise<PhotoSent> {
  const bytes = await file.arrayBuffer();
  if (photoMediaOf(new Uint8Array(bytes, 0, Math.min(12, bytes.byteLength))) === null)
    return { ok: false, why: "notPhoto" };
  const address = `/api/photos/${commandId}/${hex(await crypto.subtle.digest("SHA-256", bytes))}`;
  const size = bytes.byteLength;
  let jumps = 0;
  for (let first = 0; first < size; ) {
    onProgress(first / size);
    const body = bytes.slice(first, first + partBytes);
    const answer = await put(address, body, `bytes ${first}-${first + body.byteLength - 1}/${size}`, signal);
    if (answer === null) return { ok: false, why: "unreachable" };
    if (answer.photo !== undefined) return { ok: true, photo: answer.photo };
    if (answer.held === undefined) return { ok: false, why: "refused", reason: answer.reason ?? "" };
    if (!answer.ok && ++jumps > mostJumps) return { ok: false, why: "unreachable" };
    first = answer.held;
  }
  return { ok: false, why: "unreachable" };
}

interface PartAnswer {
  readonly ok: boolean;
  readonly photo?: PhotoReference;
  readonly held?: number;
  readonly reason?: string;
}

/** Returns the server's word, or null where none came. */
async function put(address: string, body: ArrayBuffer, range: string, signal: AbortSignal): Promise<PartAnswer | null> {
  try {
    const response = await fetch(address, {
      method: "PUT",
      headers: { "content-type": "application/octet-stream", "content-range": range },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
    });
    return (await response.json()) as PartAnswer;
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
}

function hex(digest: ArrayBuffer): string {
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
