import { sha256 } from "@labloop/contracts/digest";

/** The hash that stands before event 1. */
export const genesisHash = sha256("labloop journal 1");

/** The last event of a journal: 0 and the genesis hash when there is none. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

/** An event as its row stands in the journal, nothing of it believed yet. */
export interface StoredRecord {
  readonly seq: number;
  readonly epoch: number;
  /** On the lab clock, in ms since 1970. */
  readonly labAt: number;
  /** On the wall clock, in ms since 1970. */
  readonly wallAt: number;
  readonly type: string;
  /** The event's canonical JSON. */
  readonly body: string;
  readonly prevHash: string;
  readonly hash: string;
}

/**
 * Returns a record's hash: SHA-256 of the previous hash and the canonical JSON of `{seq, epoch, labAt, wallAt, event}`.
 *
 * The body goes in as the text it is, so that a change which parses to the same value is found too.
 */
export function recordHash(prevHash: string, record: Omit<StoredRecord, "type" | "prevHash" | "hash">): string {
  const { seq, epoch, labAt, wallAt, body } = record;
  return sha256(
    `${prevHash}{"epoch":${textOf(epoch)},"event":${body},"labAt":${textOf(labAt)},"seq":${textOf(seq)},"wallAt":${textOf(wallAt)}}`,
  );
}

/** As RFC 8785 writes a number; an infinity planted in a row becomes null, which no writer hashed. */
function textOf(value: number): string {
  return Number.isFinite(value) ? String(value) : "null";
}
