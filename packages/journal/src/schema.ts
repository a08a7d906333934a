import type { DatabaseSync } from "node:sqlite";
import { LabError } from "@labloop/contracts";
import { genesisHash } from "./chain.ts";

/** Marks the file as a labloop journal: "LLJ1" in ASCII. */
const applicationId = 0x4c4c4a31;
const schemaVersion = 1;

/**
 * One transaction writes events, the rows that follow from them, and the head (E1). The unique keys are what makes a
 * command id, a device's dseq and a step's observation happen once (E4), whatever the engine believes. The outbox is the
 * command row: `sent_seq` is null until `step.sent` is recorded. `lease.expires_at` is for people to read: the lease is
 * judged by its epoch and by its holder's monotonic clock (E2).
 */
const tables = `
  CREATE TABLE meta (
    id INTEGER PRIMARY KEY CHECK (id = 1), genesis TEXT NOT NULL, epoch INTEGER NOT NULL,
    head_seq INTEGER NOT NULL, head_hash TEXT NOT NULL
  ) STRICT;
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, lab_at REAL NOT NULL, wall_at REAL NOT NULL, type TEXT NOT NULL,
    body TEXT NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL
  ) STRICT;
  CREATE TABLE lease (
    cell TEXT PRIMARY KEY, holder TEXT NOT NULL, epoch INTEGER NOT NULL, expires_at REAL NOT NULL
  ) STRICT;
  CREATE TABLE commands (
    command_id TEXT PRIMARY KEY, step_id TEXT NOT NULL, device TEXT NOT NULL, dseq INTEGER NOT NULL,
    seq INTEGER NOT NULL REFERENCES events (seq), sent_seq INTEGER REFERENCES events (seq), UNIQUE (device, dseq)
  ) STRICT;
  CREATE INDEX outbox ON commands (seq) WHERE sent_seq IS NULL;
  CREATE TABLE observations (
    step_id TEXT PRIMARY KEY, observation_id TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL REFERENCES events (seq)
  ) STRICT;
`;

/** Makes an empty database a journal, in one transaction. */
export function createSchema(database: DatabaseSync): void {
  database.exec(`BEGIN IMMEDIATE;
    ${tables}
    INSERT INTO meta VALUES (1, '${genesisHash}', 0, 0, '${genesisHash}');
    PRAGMA application_id = ${applicationId};
    PRAGMA user_version = ${schemaVersion};
    COMMIT`);
}

/** Returns whether the database is a journal or has nothing in it; throws `journal.unknownSchema` when it is neither. */
export function schemaOf(database: DatabaseSync, file: string): "journal" | "empty" {
  const id = numberFrom(database, "SELECT application_id AS value FROM pragma_application_id");
  const version = numberFrom(database, "SELECT user_version AS value FROM pragma_user_version");
  if (id === applicationId && version === schemaVersion) return "journal";
  if (id === 0 && version === 0 && numberFrom(database, "SELECT count(*) AS value FROM sqlite_schema") === 0) {
    return "empty";
  }
  if (id !== applicationId) {
    throw new LabError("journal.unknownSchema", `${file} is a database of something else than labloop`, {
      hint: "name another file for the journal",
    });
  }
  throw new LabError(
    "journal.unknownSchema",
    `${file} has journal schema ${version}; this labloop reads ${schemaVersion}`,
    {
      hint: "use the labloop version that wrote it",
    },
  );
}

function numberFrom(database: DatabaseSync, query: string): number {
  return Number(database.prepare(query).get()?.["value"]);
}
