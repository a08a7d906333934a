import type { Clock, LabEvent, LabEventOf, Progress } from "@labloop/contracts";
import { type EngineState, openCommand } from "./state.ts";

type Reached = NonNullable<LabEventOf<"step.doubted">["progress"]>;

/** How far open commands had got when their devices last said so: recorded only with a doubt, as evidence. */
export interface LastProgress {
  hear(progress: Progress): void;
  /** Returns a fact as it is to be recorded: a doubt with the progress that was heard last. */
  withProgress(event: LabEvent): LabEvent;
  /** Forgets what is not open any more. */
  follow(state: EngineState): void;
}

/** Returns a memory of progress that has heard nothing yet. */
export function createLastProgress(labClock: Clock, state: () => EngineState): LastProgress {
  const reached = new Map<string, Reached>();
  return {
    hear({ commandId, device, fraction }) {
      if (openCommand(state(), commandId)?.device === device) reached.set(commandId, { fraction, at: labClock.now() });
    },
    withProgress(event) {
      if (event.type !== "step.doubted") return event;
      const progress = reached.get(event.commandId);
      return progress === undefined ? event : { ...event, progress };
    },
    follow({ openCommands }) {
      for (const commandId of reached.keys()) if (!openCommands.has(commandId)) reached.delete(commandId);
    },
  };
}
