import type { OpenCommand, Report, Snapshot, SnapshotEntry } from "@labloop/contracts";
import type { CommandRecord } from "../store/command-record.ts";
import { shortError, shortEvidence } from "./shortened.ts";

type Fact = Omit<Report, "v" | "kind" | "device" | "issuedAt" | "bootId" | "rseq" | "jseq" | "fence">;

/** What one snapshot message may hold of records, in bytes; half of the limit of its topic (contract section 4). */
const maxPartBytes = 128 * 1024;

/** Returns an instant as the wire writes it. */
export function timestamp(at: number): string {
  return new Date(at).toISOString();
}

/** Returns what the journal says of a command, as reports and snapshots carry it. */
export function factOf(record: CommandRecord): Fact {
  const { commandId, state, physical, result, resultRef, executed, partial, evidence, error, tMono } = record;
  return {
    commandId,
    state,
    physical,
    ...(result === null ? {} : { result }),
    ...(resultRef === undefined ? {} : { resultRef }),
    // The end takes the place of every part (D20).
    ...(partial === undefined || record.settledAt !== null ? {} : { partial }),
    ...(executed === null ? {} : { executed }),
    ...(evidence === null ? {} : { evidence: shortEvidence(evidence) }),
    ...(error === null ? {} : { error: shortError(error) }),
    tMono,
    tWall: timestamp(record.settledAt ?? record.startedAt ?? record.recordedAt),
  };
}

/** The entries of one snapshot message. */
export type SnapshotPart = Pick<Snapshot, "entries" | "unlisted">;

/** Returns the whole answer to a `reconcile`, cut into messages that a broker will take; at least one. */
export function snapshotParts(
  open: readonly OpenCommand[],
  find: (commandId: string) => CommandRecord | null,
  unacked: readonly CommandRecord[],
): SnapshotPart[] {
  const listed = new Set(open.map((command) => command.commandId));
  const entries = [...listed].map((commandId): SnapshotEntry => {
    const record = find(commandId);
    return record === null ? { commandId, state: "never-seen" } : entryOf(record);
  });
  const unlisted = unacked.filter((record) => !listed.has(record.commandId)).map(entryOf);

  const parts: SnapshotPart[] = [{ entries: [], unlisted: [] }];
  let bytes = 0;
  const roomFor = (entry: SnapshotEntry): SnapshotPart => {
    const last = parts.at(-1);
    const entryBytes = Buffer.byteLength(JSON.stringify(entry));
    if (last !== undefined && (bytes === 0 || bytes + entryBytes <= maxPartBytes)) {
      bytes += entryBytes;
      return last;
    }
    const next: SnapshotPart = { entries: [], unlisted: [] };
    parts.push(next);
    bytes = entryBytes;
    return next;
  };
  for (const entry of entries) roomFor(entry).entries.push(entry);
  for (const entry of unlisted) roomFor(entry).unlisted.push(entry);
  return parts;
}

function entryOf(record: CommandRecord): SnapshotPart["unlisted"][number] {
  return { paramsHash: record.order?.paramsHash ?? null, dseq: record.dseq, ...factOf(record) };
}
