import { dirname, resolve } from "node:path";
import type { Outcome, PoolTable } from "@labloop/contracts";
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
  return checkPool(
    source.value,
    (file) => readSource(resolve(dirname(path), file)),
    (table) => refusedStudy(poolOf(table).study),
  );
}
