import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandIdOf, type LabEvent, type LabEventOf, type Observation } from "@labloop/contracts";
import { onTestFinished } from "vitest";
import { type Journal, type JournalOptions, openJournal } from "../src/index.ts";

/** The n-th of a row of ULIDs. */
export const ulid = (n: number) => `01${String(n).padStart(24, "0")}`;
export const digest = "0".repeat(64);
export const ada = { kind: "operator", name: "Ada" } as const;
export const at = { labAt: 1_750_000_000_000, wallAt: 1_750_000_000_000.25 };

/** The first event of a campaign. */
export const created: LabEvent = {
  type: "campaign.created",
  campaignId: ulid(1),
  campaign: "toughness",
  lab: "demo",
  mode: "simulated",
  seed: 1,
  documents: { campaign: digest, protocol: digest, lab: digest, candidates: digest },
  space: { parameters: [{ name: "n", unit: "1", min: 1, max: 2 }] },
  objective: { name: "toughness", unit: "J", goal: "maximise" },
  experiments: 3,
  clock: { kind: "virtual", scale: 1, labAt: 0, wallAt: 0 },
  actor: ada,
  access: "open",
  dataManager: "Ada",
  grant: null,
};

/** A journal file in a folder of its own, removed when the test has finished. */
export function journalFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "labloop-journal-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "journal.db");
}

export const terms = { cell: "main", holder: "engine-1", leaseLifeMs: 10_000, monotonicNow: () => 0 };

/** Opens a journal, in a file or in memory, and closes it when the test has finished. */
export function open(options: Partial<typeof terms> & { file?: string; minEpoch?: number } = {}): Journal {
  const { file, ...others } = options;
  const place: JournalOptions = { ...terms, ...others, ...(file === undefined ? { memory: true } : { file }) };
  const journal = openJournal(place);
  onTestFinished(() => journal.close());
  return journal;
}

/** Writes batches to a file and closes it. */
export function write(file: string, ...batches: LabEvent[][]): void {
  const journal = openJournal({ ...terms, file });
  for (const batch of batches) journal.append(batch, at);
  journal.close();
}

export function heard(device: string): LabEvent {
  return { type: "device.heard", device };
}

export function intended(
  step: number,
  { attempt = 1, device = "balance", dseq = step } = {},
): LabEventOf<"step.intended"> {
  return {
    type: "step.intended",
    runId: ulid(0),
    stepId: ulid(step),
    stepKey: "weigh",
    attempt,
    commandId: commandIdOf(ulid(step), attempt),
    device,
    dseq,
    op: "weigh",
    params: {},
    paramsHash: digest,
    retryClass: "idempotent",
    ttlMs: 1000,
    maxDurationMs: 1000,
    bindings: {},
    decision: "first attempt",
  };
}

export function sent(step: number, attempt = 1): LabEvent {
  return { type: "step.sent", commandId: commandIdOf(ulid(step), attempt) };
}

export function succeeded(step: number, note = "steady"): LabEvent {
  return {
    type: "step.succeeded",
    commandId: commandIdOf(ulid(step), 1),
    result: {},
    executed: {},
    evidence: { note },
    late: false,
    bootId: "boot-1",
    jseq: 1,
    tWall: "2026-01-01T00:00:00.000Z",
  };
}

export function observed(step: number, observation = step): LabEvent {
  const unknown = { value: null, reason: "not recorded" };
  const made: Observation = {
    observationId: ulid(1000 + observation),
    campaignId: ulid(1),
    campaign: "toughness",
    runId: ulid(2),
    proposalId: ulid(3),
    stepId: ulid(step),
    sample: { id: ulid(4), parents: [] },
    requested: {},
    executed: unknown,
    values: null,
    failure: { class: "crash", code: "device.stalled", message: "the crosshead stood still" },
    replicate: 1,
    mode: "simulated",
    actor: { kind: "operator", name: "Ada" },
    access: "open",
    dataManager: "Ada",
    grant: unknown,
    protocol: { name: "crush", version: "1.0.0", digest },
    planDigest: digest,
    modelId: digest,
    steps: [],
    observedAt: "2026-01-01T00:00:00.000Z",
  };
  return { type: "observation.made", observation: made };
}

/** The code of the LabError that `act` throws. */
export function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Error && "code" in error) return String(error.code);
    throw error;
  }
  return "nothing was thrown";
}
