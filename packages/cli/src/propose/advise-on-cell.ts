import { cellHint } from "@labloop/protocol/pool";

/**
 * Returns what would mend a cell of a table of experiments that should hold a number, or a bound where it is of a quantity that was read;
 * undefined where it looks like nothing known.
 */
export function adviseOnCell(cell: string, quantity: string | undefined): string | undefined {
  if (quantity === undefined) return cellHint(cell);
  const [, sign, bound] = /^(<=|>=|[≤≥])\s*(\S.*)$/.exec(cell) ?? [];
  if (sign !== undefined) return `write ${/[<≤]/.test(sign) ? "<" : ">"}${bound}`;
  if (/^[<>]/.test(cell)) return "write the sign and a number alone";
  const [, value, spread] = /^(.*\d)\s*(?:±|\+\/?-)\s*(\d.*)$/.exec(cell) ?? [];
  if (value !== undefined) return `write ${value}, and ${spread} in a column "${quantity} uncertainty"`;
  return cellHint(cell);
}
