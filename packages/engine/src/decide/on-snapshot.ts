import type { LabEvent, Snapshot } from "@labloop/contracts";
import type { Effect } from "../effect.ts";
import { fold } from "../fold/fold.ts";
import { type CommandRecord, type EngineState, type Moment, openCommand } from "../state.ts";
import type { Decision } from "./decision.ts";
import { onReport, quarantine } from "./on-report.ts";
import { openCommandsOf } from "./open-commands.ts";

/** All parts of a device's answer to one `reconcile`. */
export type WholeSnapshot = Pick<
  Snapshot,
  "rid" | "journalId" | "bootId" | "jseq" | "fence" | "watermark" | "maxDseq" | "entries" | "unlisted"
>;

/**
 * Returns what a complete reconcile answer leads to (contract section 8, steps 3 to 6).
 *
 * A device with another journal, or with one that is shorter than what was seen before, has lost its memory: then its
 * "never seen" is not believed, every unfinished command is in doubt, and the device is taken out of use.
 */
export function onSnapshot(state: EngineState, device: string, snapshot: WholeSnapshot, at: Moment): Decision {
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

  const known = state.devices.get(device);
  const hasLostMemory =
    known !== undefined &&
    ((known.journalId !== null && known.journalId !== snapshot.journalId) || snapshot.jseq < known.jseq);
  const { bootId, jseq } = snapshot;

  for (const entry of snapshot.entries) {
    if (entry.state !== "never-seen") {
      take(onReport(next, device, { ...entry, bootId, jseq }));
      continue;
    }
    const command = openCommand(next, entry.commandId);
    if (command !== null && !hasLostMemory) take(onNeverSeen(command));
  }
  for (const entry of snapshot.unlisted) take(onReport(next, device, { ...entry, bootId, jseq }));

  if (hasLostMemory) {
    for (const command of openCommandsOf(next, device).filter((open) => open.doubt === null)) {
      const reason = `${device} has lost its journal, so nobody can tell whether this ran`;
      take({ events: [{ type: "step.doubted", commandId: command.commandId, reason, evidence: {} }], effects: [] });
    }
    take(quarantine(next, device, "device.memoryLost", "its journal was lost or replaced by an older one"));
  }
  const { rid, journalId, fence, watermark, maxDseq } = snapshot;
  take({
    events: [{ type: "device.reconciled", device, rid, bootId, journalId, jseq, fence, watermark, maxDseq }],
    effects: [],
  });
  return { events, effects };
}

/**
 * The device has never seen it, and the fence keeps older copies out: the same id is sent again (E6). One that was
 * already in doubt is cancelled instead, and its tombstone awaited: a person may be looking at it.
 */
function onNeverSeen(command: CommandRecord): Decision {
  if (command.doubt === null) {
    return { events: [], effects: [{ type: "publishCommand", commandId: command.commandId }] };
  }
  const reason = "the device never saw it";
  return { events: [{ type: "step.cancelling", commandId: command.commandId, reason }], effects: [] };
}
