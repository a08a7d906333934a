import type { LabEvent, Snapshot } from "@labloop/contracts";
import type { Effect } from "../effect.ts";
import { fold } from "../fold/fold.ts";
import { wasReported } from "../fold/step-state.ts";
import { isTerminal } from "../is-terminal.ts";
import { memoryLost } from "../memory-lost.ts";
import { type CommandRecord, type EngineState, type Moment, openCommand, orphanKey } from "../state.ts";
import type { Decision } from "./decision.ts";
import { forgotten } from "./forgotten.ts";
import { onFence } from "./on-refusal.ts";
import { onWord } from "./on-report.ts";
import { quarantine } from "./quarantine.ts";
import { openCommandsOf } from "./open-commands.ts";

/** All parts of a device's answer to one `reconcile`. */
export type WholeSnapshot = Pick<
  Snapshot,
  "rid" | "journalId" | "bootId" | "jseq" | "fence" | "watermark" | "maxDseq" | "stopId" | "entries" | "unlisted"
>;

type TellingEntry = Exclude<WholeSnapshot["entries"][number], { readonly state: "never-seen" }>;

/** Command numbers end at 2^53 - 1; a device that has come so near was never counted up to there, and leaves none to give. */
const highestDseq = Number.MAX_SAFE_INTEGER - 2 ** 32;

/** What was known of a device when it was asked; what it said since then may overtake its answer (E9). */
export interface Asked {
  readonly jseq: number;
  /** Unfinished commands that the device had reported on. */
  readonly reported: ReadonlySet<string>;
}

/** Returns what has to be remembered of a device while an answer of it is awaited. */
export function askedOf(state: EngineState, device: string): Asked {
  const left = [...state.residues.values()].filter((residue) => residue.device === device && residue.wasReported);
  const reported = [...openCommandsOf(state, device).filter(wasReported), ...left];
  return {
    jseq: state.devices.get(device)?.jseq ?? 0,
    reported: new Set(reported.map(({ commandId }) => commandId)),
  };
}

/**
 * Returns what a complete reconcile answer leads to (contract section 8, steps 3 to 6).
 *
 * A device with another journal, or with one that lacks what it had said before, has lost its memory: then its "never
 * seen" is not believed, every unfinished command is in doubt, and the device is taken out of use.
 */
export function onSnapshot(
  state: EngineState,
  device: string,
  snapshot: WholeSnapshot,
  asked: Asked,
  at: Moment,
): Decision {
  const events: LabEvent[] = [];
  const effects: Effect[] = [];
  let next = state;
  const take = (decision: Decision) => {
    for (const event of decision.events) {
      events.push(event);
      next = fold(next, event, at).state;
    }
    effects.push(...decision.effects);
  };
  const doubt = (commandId: string, reason: string) =>
    take({ events: [{ type: "step.doubted", commandId, reason, evidence: {} }], effects: [] });

  const { bootId, jseq } = snapshot;
  const unseen: string[] = [];
  const told: TellingEntry[] = [];
  for (const entry of [...snapshot.entries, ...snapshot.unlisted]) {
    if (entry.state === "never-seen") unseen.push(entry.commandId);
    else told.push(entry);
  }
  const hear = (entry: TellingEntry) => {
    if (isOther(openCommand(next, entry.commandId), entry.paramsHash)) {
      doubt(entry.commandId, `${device} knows this id with other parameters`);
      take(quarantine(next, device, "device.idConflict", `it knows ${entry.commandId} with other parameters`));
    } else take(onWord(next, device, { ...entry, bootId, jseq }));
  };
  take(onFence(next, device, snapshot.fence));
  for (const commandId of overOrphans(state, device, snapshot))
    take({ events: [endedUnseen(device, commandId)], effects: [] });

  const hasForgotten = hasLostMemory(state, device, snapshot, asked, unseen);
  if (hasForgotten) {
    take(quarantine(next, device, memoryLost, "its journal was lost or replaced by an older one"));
  }
  if (Math.max(snapshot.maxDseq, snapshot.watermark) > highestDseq) {
    take(
      quarantine(next, device, "device.numbersSpent", "its journal leaves no command number: give it a new journal"),
    );
  }
  // What it says of an act it still remembers; that it only buried one says nothing of before (E9).
  for (const entry of told) if (!hasForgotten || !isTombstone(entry)) hear(entry);
  if (hasForgotten) {
    effects.push({ type: "raiseEpoch" });
    take({ events: forgotten(next, device), effects: [] });
    for (const entry of told.filter(isTombstone)) hear(entry);
  }

  // To a device that is out of use nothing is sent, and its word on what it has not seen may be worth nothing (E8, E9).
  const isTrusted = next.devices.get(device)?.quarantine == null;
  const open = isTrusted ? unseen.flatMap((commandId) => openCommand(next, commandId) ?? []) : [];
  // In doubt, it is not sent again: a person may be looking at it. It is cancelled, and its tombstone awaited (E6). So is
  // one that was cancelled before, since that word has not arrived.
  const isUnwanted = (command: CommandRecord) => command.doubt !== null || command.cancelling !== null;
  for (const { commandId } of open.filter(isUnwanted)) {
    take({ events: [{ type: "step.cancelling", commandId, reason: "the device never saw it" }], effects: [] });
  }
  // What was settled before the device had seen it is never to run either.
  for (const commandId of unseen.filter((id) => isTrusted && next.residues.has(id))) {
    effects.push({ type: "cancelCommand", commandId, reason: next.residues.get(commandId)?.reason ?? "" });
  }
  // Sent again under the same id: the fence keeps older copies out, and copies are told apart by nothing but the id.
  const renewed = open.filter((command) => !isUnwanted(command) && !wasReported(command));
  const { rid, journalId, fence, watermark, maxDseq } = snapshot;
  const head = { device, rid, bootId, journalId, jseq, fence, watermark, maxDseq };
  const again = renewed.length === 0 ? {} : { renewed: renewed.map(({ commandId }) => commandId) };
  take({ events: [{ type: "device.reconciled", ...head, ...again }], effects: [] });
  return { events, effects };
}

/**
 * Returns the orphans last heard of as unfinished that the answer does not list any more: an engine that this journal does
 * not remember has acknowledged their ends, so the device will never speak of them again.
 */
function overOrphans(state: EngineState, device: string, { unlisted }: WholeSnapshot): string[] {
  const told = new Set(unlisted.map(({ commandId }) => commandId));
  const prefix = orphanKey(device, "");
  return [...state.orphans]
    .filter(([key, word]) => key.startsWith(prefix) && !isTerminal(word))
    .map(([key]) => key.slice(prefix.length))
    .filter((commandId) => !told.has(commandId));
}

function endedUnseen(device: string, commandId: string): LabEvent {
  const evidence = { reason: "the device has it no more among what is not acknowledged" };
  return { type: "device.orphanFound", device, commandId, state: "unknown", paramsHash: null, evidence };
}

function hasLostMemory(
  state: EngineState,
  device: string,
  snapshot: WholeSnapshot,
  asked: Asked,
  unseen: readonly string[],
): boolean {
  const journalId = state.devices.get(device)?.journalId ?? null;
  if (journalId !== null && journalId !== snapshot.journalId) return true;
  return snapshot.jseq < asked.jseq || unseen.some((commandId) => asked.reported.has(commandId));
}

function isTombstone({ state }: TellingEntry): boolean {
  return state === "cancelled" || state === "rejected";
}

/** The device's tombstone of a command that it never got has no hash. */
function isOther(command: CommandRecord | null, paramsHash: string | null): boolean {
  return command !== null && paramsHash !== null && paramsHash !== command.paramsHash;
}
