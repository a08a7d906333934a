import { LabEvent, type Outcome, type RecordedEvent } from "@labloop/contracts";
import { recordHash, type StoredRecord } from "./chain.ts";
import { failed } from "./failed.ts";

/** Where a record must stand: its number, and the hash before it when that is known. */
export interface Place {
  readonly seq: number;
  readonly prevHash: string | undefined;
}

/** Returns the event that a stored row records, or what is wrong with the row or with its place in the chain. */
export function checkRecord(row: StoredRecord, place: Place): Outcome<RecordedEvent> {
  const { seq, epoch, labAt, wallAt, type, body, prevHash, hash } = row;
  const name = `event ${seq} (${type})`;
  if (seq > place.seq) return failed("journal.gap", `event ${place.seq} is missing: ${name} stands in its place`);
  if (seq !== place.seq)
    return failed("journal.altered", `event ${place.seq} is missing: ${name} was moved to its place`);

  const json = parseJson(body);
  if (!json.ok) return failed("journal.malformed", `${name} is malformed: ${json.faults[0]?.message}`);
  if (prevHash !== (place.prevHash ?? prevHash)) {
    return failed(
      "journal.altered",
      `${name} was altered or moved: it was not recorded after what now stands before it`,
    );
  }
  if (hash !== recordHash(prevHash, row)) {
    return failed("journal.altered", `${name} was altered: its hash is not that of its text`);
  }

  const event = checkEvent(json.value);
  if (!event.ok) return failed("journal.malformed", `${name} is malformed: ${event.faults[0]?.message}`);
  if (event.value.type !== type) {
    return failed("journal.altered", `${name} was altered: its body says ${event.value.type}`);
  }
  return { ok: true, value: { seq, epoch, labAt, wallAt, event: event.value, hash } };
}

/** Returns the value as an event, or the first thing in it that the schema does not allow. */
export function checkEvent(value: unknown): Outcome<LabEvent> {
  const parsed = LabEvent.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const [issue] = parsed.error.issues;
  const path = issue?.path.join(".") ?? "";
  return failed(
    "journal.badEvent",
    `it fails its schema${path && ` at ${path}`}: ${issue?.message ?? "no reason given"}`,
  );
}

function parseJson(text: string): Outcome<unknown> {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return failed("journal.malformed", `its body is no JSON (${error.message})`);
  }
}
