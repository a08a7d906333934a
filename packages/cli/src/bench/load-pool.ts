import { dirname, resolve } from "node:path";
import type { Outcome, PoolTable } from "@labloop/contracts";
import { checkPool } from "@labloop/protocol";
import { readSource } from "../lab/read-source.ts";

/** Returns the pool of a POOL.yaml with its tables, which are named as seen from it, or every fault at once. */
export function loadPool(path: string): Outcome<PoolTable> {
  const source = readSource(path);
  return source.ok ? checkPool(source.value, (file) => readSource(resolve(dirname(path), file))) : source;
}
