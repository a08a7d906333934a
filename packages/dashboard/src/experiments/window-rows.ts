/** Which of many rows of equal height are drawn, and how much room the others take above and below. */
export interface RowWindow {
  readonly first: number;
  /** One after the last drawn row. */
  readonly end: number;
  readonly above: number;
  readonly below: number;
}

/** Rows drawn beyond the edge, so that a quick scroll does not show an empty place. */
const spare = 8;

/** Returns the rows that a view of `height` at `scrolled` touches; heights are in px. */
export function windowRows(count: number, rowHeight: number, scrolled: number, height: number): RowWindow {
  // A table that has become shorter may still be said to be scrolled past its end.
  const top = Math.min(scrolled, Math.max(0, count * rowHeight - height));
  const first = Math.max(0, Math.floor(top / rowHeight) - spare);
  const end = Math.min(count, Math.ceil((top + height) / rowHeight) + spare);
  return { first, end, above: first * rowHeight, below: Math.max(0, count - end) * rowHeight };
}
