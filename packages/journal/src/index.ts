export type { ChainHead, StoredRecord } from "./chain.ts";
export { isInUse } from "./is-in-use.ts";
export type { Journal, JournalOptions, Lease, RecordedAt, UnsentCommand } from "./journal.ts";
export { openJournal } from "./open-journal.ts";
export { type JournalReader, readJournal } from "./read-journal.ts";
export { type VerifiedChain, verifyChain } from "./verify-chain.ts";
export { createProjection, type Projection } from "./views/create-projection.ts";
