import type { DatabaseSync } from "node:sqlite";
import { LabError, type Outcome, type RecordedEvent } from "@labloop/contracts";
import { genesisHash } from "./chain.ts";
import { failed } from "./failed.ts";
import { sqliteFailure } from "./sqlite-failure.ts";
import { storedHead, storedRecords } from "./stored-records.ts";
import { type VerifiedChain, verifyChain } from "./verify-chain.ts";

/**
 * The rows that follow from the events, as they must be and as they are. One missing or changed would let a command id
 * or dseq be used twice, or a command be published twice, on a chain that is whole.
 */
const derivedRows = [
  {
    table: "commands",
    expected: `
      WITH sent AS (
        SELECT body ->> 'commandId' AS command_id, min(seq) AS seq FROM events WHERE type = 'step.sent' GROUP BY 1
      )
      SELECT i.seq, i.body ->> 'commandId', i.body ->> 'stepId', i.body ->> 'device', i.body ->> 'dseq', sent.seq
      FROM events i LEFT JOIN sent ON sent.command_id = i.body ->> 'commandId'
      WHERE i.type = 'step.intended' ORDER BY i.seq`,
    actual: "SELECT seq, command_id, step_id, device, dseq, sent_seq FROM commands ORDER BY seq",
  },
  {
    table: "observations",
    expected: `
      SELECT seq, body ->> '$.observation.stepId', body ->> '$.observation.observationId'
      FROM events WHERE type = 'observation.made' ORDER BY seq`,
    actual: "SELECT seq, step_id, observation_id FROM observations ORDER BY seq",
  },
];

/**
 * Verifies a journal in one snapshot of it: the chain to its head, then the rows that follow from the events.
 * `onRecord` is given each event on the way, as soon as the chain is whole up to it.
 */
export function verifyJournal(
  database: DatabaseSync,
  file: string,
  onRecord?: (record: RecordedEvent) => void,
): Outcome<VerifiedChain> {
  try {
    database.exec("BEGIN");
    const chain = verifyChain(storedRecords(database, file, 1), storedHead(database), onRecord);
    return chain.ok ? (checkCounters(database) ?? checkDerived(database) ?? chain) : chain;
  } catch (error) {
    const failure = sqliteFailure(error, file, "reading");
    if (!(failure instanceof LabError) || failure.code !== "journal.damaged") throw failure;
    return failed(failure.code, failure.message);
  } finally {
    if (database.isTransaction) database.exec("ROLLBACK");
  }
}

/** An epoch counter that went back would give an epoch out twice. */
function checkCounters(database: DatabaseSync): Outcome<never> | undefined {
  const row = database
    .prepare(
      "SELECT genesis, epoch, (SELECT max(epoch) FROM events) AS highest, (SELECT max(epoch) FROM lease) AS held FROM meta",
    )
    .get();
  if (row?.["genesis"] !== genesisHash) return failed("journal.altered", "the genesis hash was altered");
  const highest = Math.max(Number(row["highest"]), Number(row["held"]));
  if (Number(row["epoch"]) >= highest) return undefined;
  return failed(
    "journal.altered",
    `the epoch counter was altered: it is below epoch ${highest}, which has been given out`,
  );
}

function checkDerived(database: DatabaseSync): Outcome<never> | undefined {
  for (const { table, expected, actual } of derivedRows) {
    const seq = firstDifference(rowsOf(database, expected), rowsOf(database, actual));
    if (seq !== undefined) {
      return failed("journal.altered", `the row of event ${seq} in table ${table} was altered, removed or added`);
    }
    // The unique keys are only as good as the index pages that keep them.
    const report = database.prepare(`PRAGMA integrity_check(${table})`).get()?.["integrity_check"];
    if (report !== "ok") return failed("journal.damaged", `the keys of table ${table} are damaged: ${String(report)}`);
  }
  return undefined;
}

/** Returns the number of the first event (first column, rising) for which two lists of rows differ. */
function firstDifference(expected: Iterable<unknown[]>, actual: Iterable<unknown[]>): number | undefined {
  const others = actual[Symbol.iterator]();
  const nextOther = () => {
    const { done, value } = others.next();
    return done === true ? undefined : value;
  };
  for (const row of expected) {
    const other = nextOther();
    if (JSON.stringify(row) !== JSON.stringify(other)) return Math.min(Number(row[0]), Number(other?.[0] ?? Infinity));
  }
  const extra = nextOther();
  return extra && Number(extra[0]);
}

function rowsOf(database: DatabaseSync, query: string): Iterable<unknown[]> {
  const statement = database.prepare(query);
  statement.setReturnArrays(true);
  return statement.iterate() as unknown as Iterable<unknown[]>;
}
