import { basename, dirname, resolve } from "node:path";
import type { Fault, Outcome, PoolTable } from "@labloop/contracts";
import { poolOf } from "@labloop/optimizer/pool";
import { refusedStudy } from "@labloop/optimizer/refused-study";
import { checkPool } from "@labloop/protocol/pool";
import { readSource } from "../lab/read-source.ts";

/**
 * Returns the pool of a POOL.yaml with its tables, which are named as seen from it, or every fault at once; where document and
 * tables have none, what the optimizer would refuse of the study.
 */
export function loadPool(path: string): Outcome<PoolTable> {
  const source = readSource(path);
  if (!source.ok) return source;
  if (/\.(?:csv|tsv)$/i.test(path)) return { ok: false, faults: [{ ...asTable(path), file: source.value.file }] };
  return checkPool(
    source.value,
    (file) => readSource(resolve(dirname(path), file)),
    (table) => refusedStudy(poolOf(table).study),
  );
}

function asTable(path: string): Pick<Fault, "code" | "message" | "hint"> {
  const document = `schemaVersion: 1, pool: NAME, table: ${basename(path)}, inputs: {COLUMN: continuous}, objectives: {COLUMN: maximise}`;
  return {
    code: "pool.isTable",
    message: "this is a table, and nothing says which of its columns were varied and which are to be improved",
    hint: `write that into a file beside it, pool.yaml for example, and name that: {${document}}`,
  };
}
