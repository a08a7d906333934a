export { checkPool } from "./check-pool.ts";
export type { OpenBeside } from "./open-table.ts";
