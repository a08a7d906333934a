export { cellHint } from "./cell-hint.ts";
export { checkPool } from "./check-pool.ts";
export type { OpenBeside } from "./open-table.ts";
