import { dirname, resolve } from "node:path";
import type { Fault, Outcome, PoolTable } from "@labloop/contracts";
import { poolOf, refusedStudy } from "@labloop/optimizer/benchmark";
import { checkPool } from "@labloop/protocol";
import { readSource } from "../lab/read-source.ts";

/**
 * Returns the pool of a POOL.yaml with its tables, which are named as seen from it, or every fault at once; where document and
 * tables have none, what the optimizer would refuse of the study.
 */
export function loadPool(path: string): Outcome<PoolTable> {
  const source = readSource(path);
  if (!source.ok) return source;
  const checked = checkPool(source.value, (file) => readSource(resolve(dirname(path), file)));
  if (!checked.ok) return checked;
  const refused = refusedStudy(poolOf(checked.value).study);
  const { file } = source.value;
  return refused.length === 0 ? checked : { ok: false, faults: refused.map((fault): Fault => ({ ...fault, file })) };
}
