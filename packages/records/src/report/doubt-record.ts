import type { LabEventOf, RecordedEvent } from "@labloop/contracts";

/** One command that was in doubt, and how it came to be settled. */
export interface DoubtRecord {
  readonly commandId: string;
  /** What was ordered: step, device and operation. */
  readonly step: string;
  readonly device: string;
  readonly op: string;
  /** When nobody knew any more, in lab time, and why. */
  readonly at: number;
  readonly reason: string;
  /** Null while it is in doubt. */
  readonly settled: {
    readonly at: number;
    /** A person's or a policy's answer, or the device's own late word. */
    readonly as: LabEventOf<"step.resolved">["as"] | "succeeded" | "failed" | "notExecuted";
    /** Who answered; null when evidence or a policy did. */
    readonly by: string | null;
    readonly confirmedBy: string | null;
    readonly reason: string;
  } | null;
}

/** Returns a taker of events, in order, and every command in doubt that it was told of, oldest first. */
export function collectDoubts(): {
  readonly take: (record: RecordedEvent) => void;
  readonly all: () => readonly DoubtRecord[];
} {
  const intents = new Map<string, LabEventOf<"step.intended">>();
  const found = new Map<string, DoubtRecord>();
  const settle = (commandId: string, settled: DoubtRecord["settled"]) => {
    const known = found.get(commandId);
    if (known !== undefined) found.set(commandId, { ...known, settled });
  };
  return {
    take({ event, labAt: at }) {
      switch (event.type) {
        case "step.intended":
          intents.set(event.commandId, event);
          return;
        case "step.doubted": {
          const intent = intents.get(event.commandId);
          if (intent === undefined || found.has(event.commandId)) return;
          const { commandId, stepKey: step, device, op } = intent;
          found.set(commandId, { commandId, step, device, op, at, reason: event.reason, settled: null });
          return;
        }
        case "step.resolved": {
          const { commandId, as, by, confirmedBy, reason } = event;
          return settle(commandId, { at, as, by: by?.name ?? null, confirmedBy: confirmedBy?.name ?? null, reason });
        }
        case "step.succeeded":
        case "step.failed":
        case "step.notExecuted": {
          const { commandId } = event;
          // A person's word stands; what a device says after it is conflicting evidence (E10).
          if (found.get(commandId)?.settled != null) return;
          const as = {
            "step.succeeded": "succeeded",
            "step.failed": "failed",
            "step.notExecuted": "notExecuted",
          } as const;
          const reason = "the device's own word";
          return settle(commandId, { at, as: as[event.type], by: null, confirmedBy: null, reason });
        }
        default:
      }
    },
    all: () => [...found.values()],
  };
}
