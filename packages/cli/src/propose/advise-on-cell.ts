import { cellHint } from "@labloop/protocol/pool";

/**
 * Returns what would mend a cell of a table of experiments that should hold a number, or a bound where it is of a quantity that was read;
 * undefined where it looks like nothing known.
 */
export function adviseOnCell(cell: string, quantity: string | undefined): string | undefined {
  const isWord = /^[\p{L}#]/u.test(cell);
  // A design has all its values, so of a word in their place nothing can be said.
  if (quantity === undefined) return isWord ? undefined : cellHint(cell);
  const [, sign, bound] = /^(<=|>=|[≤≥])\s*(\S.*)$/.exec(cell) ?? [];
  if (sign !== undefined) return `write ${/[<≤]/.test(sign) ? "<" : ">"}${bound}`;
  if (/^[<>]/.test(cell)) return "write the sign and a number alone";
  const [, value, spread] = /^(.*\d)\s*(?:±|\+\/?-)\s*(\d.*)$/.exec(cell) ?? [];
  if (value !== undefined) return `write ${value}, and ${spread} in a column "${quantity} uncertainty"`;
  // Of a word like NA nobody knows whether it failed, broke or is still being made.
  if (isWord) {
    return 'leave the cell empty, and where nothing else was read say "infeasible", "fault" or "pending" in a column "status"';
  }
  return cellHint(cell);
}
