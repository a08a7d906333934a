import {
  type Design,
  type Fault,
  type Outcome,
  PoolDocument,
  type PoolInput,
  type PoolTable,
  type StudyParameter,
} from "@labloop/contracts";
import { firstOf } from "../check/check-candidates.ts";
import { settle } from "../check/report.ts";
import { readDocument } from "../documents/read-document.ts";
import type { SourceText } from "../documents/source-text.ts";
import { faultOf } from "../outcome.ts";
import { breach, namesFaults } from "./check-constraint.ts";
import { worthFaults } from "./check-worth.ts";
import { openObjectives, readColumns, withGoalHints } from "./pool-columns.ts";
import { describeOptions } from "./describe-options.ts";
import { composed, type OpenBeside, openTable } from "./open-table.ts";
import { openInputs } from "./pool-inputs.ts";
import { placeRefused, type RefusedOf } from "./place-refused.ts";
import { resolveNamed, resolveNumeric } from "./resolve-input.ts";
import { statusRemark } from "./status-remark.ts";
import { wholePart } from "./whole-part.ts";

/**
 * Returns the pool that a POOL.yaml and its tables make, or every fault of all of them, each with its place; where they have none,
 * every fault that `refusedOf` finds in the study that they stand for.
 */
export function checkPool(source: SourceText, open: OpenBeside, refusedOf: RefusedOf = () => []): Outcome<PoolTable> {
  const read = readDocument({ ...source, text: composed(source.text) }, PoolDocument);
  const faults: Fault[] = withGoalHints(read.faults);
  const document = read.value ?? wholePart(read);
  if (document === null) return settle<PoolTable>(null, faults);
  const inputs = openInputs(document, read, faults);
  const objectives = openObjectives(document, read, faults);
  const names = new Map(Object.keys(document.inputs).map((name): [string, PoolInput["kind"] | null] => [name, null]));
  for (const { name, input } of inputs) names.set(name, input.kind);
  const ofNames = document.constraints.flatMap((constraint, i) =>
    namesFaults(constraint, names).map((fault) => read.atValue(["constraints", i], fault)),
  );
  const cells = openTable(document.table, ["table"], read, open, faults);
  if (cells === null) return settle<PoolTable>(null, [...ofNames, ...faults]);

  const remarks: string[] = [];
  const columns = readColumns(cells, inputs, objectives, read, faults);
  const parameters = columns.inputs.flatMap(({ name, input, numbers, texts }): StudyParameter[] => {
    const { kept } = columns;
    const resolved =
      numbers === null
        ? resolveNamed(input, texts, kept, describeOptions({ name, input }, texts, kept, read, open, faults, remarks))
        : resolveNumeric(input, numbers, kept);
    faults.push(...resolved.faults);
    return resolved.parameter === null ? [] : [resolved.parameter];
  });
  if (faults.length > 0) return settle<PoolTable>(null, [...ofNames, ...faults]);
  faults.push(...ofNames);

  const placeOfRow = (row: number) => ({ file: cells.file, line: cells.rows[columns.kept[row] ?? 0]?.line ?? 1 });
  const rows = columns.kept.map((row) => ({
    design: Object.fromEntries(columns.inputs.map((c) => [c.name, (c.numbers ?? c.texts).values[row] ?? ""])) as Design,
    values: columns.objectives.map(({ values }) => values[row] ?? Number.NaN),
  }));
  document.constraints.forEach((constraint, i) => {
    faults.push(
      ...firstOf(
        rows.flatMap(({ design }, at) => {
          const why = breach(constraint, design);
          if (why === null) return [];
          const message = `this row breaks the constraint in position ${i + 1}: ${why}`;
          return [{ ...faultOf("pool.breaksConstraint", message), ...placeOfRow(at), column: 1 }];
        }),
      ),
    );
  });
  const used = [...inputs, ...objectives].map(({ name }) => name);
  remarks.push(...[statusRemark(cells, used, columns.kept)].filter((remark) => remark !== null));
  const table: PoolTable = {
    name: document.pool,
    title: document.title ?? document.pool,
    study: {
      parameters,
      constraints: document.constraints,
      objectives: objectives.map(({ name, objective: { goal, unit = "1", reference } }) => ({
        name,
        unit,
        goal,
        ...(reference === undefined ? {} : { reference }),
      })),
      outcomeConstraints: [],
    },
    rows,
    dropped: cells.rows.length - rows.length,
    replicates: document.replicates,
    starts: document.starts,
    remarks,
  };
  for (const { path, fault } of worthFaults(table)) {
    faults.push(path.length > 1 ? read.atKey(path, fault) : read.atValue(path, fault));
  }
  if (faults.length === 0) faults.push(...placeRefused(refusedOf(table), table, read, placeOfRow));
  return settle(table, faults);
}
