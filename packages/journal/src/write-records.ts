import type { DatabaseSync } from "node:sqlite";
import { canonicalJson, type LabEvent, LabError, type RecordedEvent } from "@labloop/contracts";
import { type ChainHead, recordHash } from "./chain.ts";
import { checkEvent } from "./check-record.ts";
import { isConstraintFailure } from "./sqlite-failure.ts";

/** What all records of one batch have in common. */
export interface BatchStamp {
  readonly epoch: number;
  readonly labAt: number;
  readonly wallAt: number;
}

/** An event that has passed its schema, with its canonical JSON. */
export interface CheckedEvent {
  readonly event: LabEvent;
  readonly body: string;
}

/** Returns the event as it will be read back; throws `journal.badEvent` when its JSON fails the schema. */
export function checkOutgoing(event: LabEvent): CheckedEvent {
  const bad = (message: string, cause?: unknown) =>
    new LabError("journal.badEvent", `${event.type} cannot be recorded: ${message}`, { cause });
  let body: string;
  try {
    body = canonicalJson(event);
  } catch (error) {
    throw bad(error instanceof Error ? error.message : String(error), error);
  }
  const checked = checkEvent(JSON.parse(body));
  if (!checked.ok) throw bad(checked.faults[0]?.message ?? "no reason given");
  return { event: checked.value, body };
}

/** Returns a function that writes a batch behind a head, with the rows that follow from it, in the open transaction. */
export function recordWriter(database: DatabaseSync) {
  const insertEvent = database.prepare(
    `INSERT INTO events (seq, epoch, lab_at, wall_at, type, body, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const moveHead = database.prepare("UPDATE meta SET head_seq = ?, head_hash = ? WHERE head_seq = ? AND head_hash = ?");
  const writeDerived = derivedWriter(database);

  return (events: readonly CheckedEvent[], head: ChainHead, stamp: BatchStamp): RecordedEvent[] => {
    const records: RecordedEvent[] = [];
    let last = head;
    for (const { event, body } of events) {
      const record = { seq: last.seq + 1, ...stamp, event };
      const hash = recordHash(last.hash, { ...record, body });
      const { seq, epoch, labAt, wallAt } = record;
      const prevHash = last.hash;
      unlessThere("journal.altered", `event ${seq}, which something else wrote,`, () => {
        insertEvent.run(seq, epoch, labAt, wallAt, event.type, body, prevHash, hash);
      });
      writeDerived(event, seq);
      last = { seq, hash };
      records.push({ ...record, hash });
    }
    if (moveHead.run(last.seq, last.hash, head.seq, head.hash).changes !== 1) {
      throw new LabError("journal.altered", `something else wrote to the journal: event ${head.seq} is not its head`);
    }
    return records;
  };
}

/** Writes the command row with its dseq (E1), what was sent of it, and the one observation of a step (E4). */
function derivedWriter(database: DatabaseSync): (event: LabEvent, seq: number) => void {
  const insertCommand = database.prepare(
    "INSERT INTO commands (command_id, step_id, device, dseq, seq) VALUES (?, ?, ?, ?, ?)",
  );
  // A command sent again keeps the first event that says so.
  const markSent = database.prepare("UPDATE commands SET sent_seq = coalesce(sent_seq, ?) WHERE command_id = ?");
  const insertObservation = database.prepare(
    "INSERT INTO observations (step_id, observation_id, seq) VALUES (?, ?, ?)",
  );

  return (event, seq) => {
    if (event.type === "step.intended") {
      const { commandId, stepId, device, dseq } = event;
      unlessThere("journal.duplicate", `command ${commandId}, or number ${dseq} of ${device},`, () => {
        insertCommand.run(commandId, stepId, device, dseq, seq);
      });
    } else if (event.type === "step.sent") {
      if (markSent.run(seq, event.commandId).changes === 1) return;
      throw new LabError("journal.unknownCommand", `command ${event.commandId} cannot be sent: it was never intended`);
    } else if (event.type === "observation.made") {
      const { stepId, observationId } = event.observation;
      unlessThere("journal.duplicate", `an observation of step ${stepId}, or observation ${observationId},`, () => {
        insertObservation.run(stepId, observationId, seq);
      });
    }
  };
}

function unlessThere(code: string, what: string, insert: () => void): void {
  try {
    insert();
  } catch (error) {
    if (!isConstraintFailure(error)) throw error;
    throw new LabError(code, `${what} is in the journal already`, { cause: error });
  }
}
