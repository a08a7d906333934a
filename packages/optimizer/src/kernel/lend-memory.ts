import type { BackEnd } from "./back-end.ts";

// Together so many bytes are kept: a process of a thousand designs takes 33 MB.
const MOST_KEPT = 128 * 1024 * 1024;

let kept: BackEnd[] = [];
let lent: BackEnd[] | null = null;

/**
 * Returns what `decide` returns; the memories of the kernels that are opened in it are handed to those of the next such call, so what is returned must
 * not hold a kernel.
 *
 * A kernel writes whatever it reads, so no bit of an answer depends on whose memory it got. Fresh memory is paid for page by page: without this an
 * ask takes a tenth to a third more time (measured, 20 to 1,000 designs).
 */
export function lendMemory<T>(decide: () => T): T {
  if (lent !== null) return decide();
  lent = [];
  try {
    return decide();
  } finally {
    kept = withinLimit([...lent, ...kept]);
    lent = null;
  }
}

/** Returns a back end for a kernel, one that was taken back where there is one. */
export function lentBackEnd(open: () => BackEnd): BackEnd {
  if (lent === null) return open();
  const own = kept.shift() ?? open();
  lent.push(own);
  return own;
}

/** Those that fit together, the first first. */
function withinLimit(backEnds: readonly BackEnd[]): BackEnd[] {
  let bytes = 0;
  return backEnds.filter((own) => {
    const size = own.heap().byteLength;
    if (bytes + size > MOST_KEPT) return false;
    bytes += size;
    return true;
  });
}
