/** Which bytes of a whole a request carries: from `first` to `last`, counted from 0 and both included. */
export interface ContentRange {
  readonly first: number;
  readonly last: number;
  readonly size: number;
}

/** Returns what a Content-Range header says (RFC 9110), or null when it does not say which bytes of how many. */
export function readContentRange(header: string | undefined): ContentRange | null {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(header ?? "");
  if (match === null) return null;
  const [first, last, size] = match.slice(1).map(Number) as [number, number, number];
  return first <= last && last < size ? { first, last, size } : null;
}
