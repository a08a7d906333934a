import { designsOf, type Fault, type PoolDocument, type PoolTable } from "@labloop/contracts";
import { firstOf } from "../check/check-candidates.ts";
import type { ReadDocument } from "../documents/read-document.ts";
import type { Path } from "../documents/yaml-tree.ts";

/** Returns what an optimizer refuses of the study of a pool, its designs as candidates, by paths into that study. */
export type RefusedOf = (table: PoolTable) => readonly Fault[];

/**
 * Returns faults of a pool's study with the places that they have in its files: a candidate's at the first row of its design, told
 * for five rows at most of each code, and any other's in the document. `placeOfRow` returns the file and line of one of the pool's rows.
 */
export function placeRefused(
  refused: readonly Fault[],
  table: PoolTable,
  read: ReadDocument<PoolDocument>,
  placeOfRow: (row: number) => Pick<Fault, "file" | "line">,
): Fault[] {
  const designs = designsOf(table);
  const ofRows = new Map<string, Fault[]>();
  const placed: Fault[] = [];
  for (const fault of refused) {
    const [section = "", index = "", ...rest] = fault.path?.split(".") ?? [];
    const at = Number(index);
    const row = section === "candidates" ? designs[at]?.row : undefined;
    if (row === undefined) {
      placed.push(read.atValue(inDocument(table, section, at, rest), fault, (fault.column ?? 1) - 1));
      continue;
    }
    const same = ofRows.get(fault.code) ?? [];
    ofRows.set(fault.code, same);
    same.push({ ...withHint(fault), ...placeOfRow(row), column: 1 });
  }
  return [...placed, ...[...ofRows.values()].flatMap(firstOf)];
}

/** The step of a pool is what its document says, and the value what was made. */
function withHint(fault: Fault): Fault {
  return fault.code === "design.offGrid" && fault.hint === undefined
    ? { ...fault, hint: "leave out the step, or correct the cell" }
    : fault;
}

/** A path into the study as one into the document, which calls inputs and objectives by their names. */
function inDocument({ study }: PoolTable, section: string, at: number, rest: readonly string[]): Path {
  if (section === "parameters") return ["inputs", study.parameters[at]?.name ?? "", ...rest];
  if (section === "objectives") return ["objectives", study.objectives[at]?.name ?? "", ...rest];
  return section === "constraints" && Number.isInteger(at) ? ["constraints", at, ...rest] : [section];
}
