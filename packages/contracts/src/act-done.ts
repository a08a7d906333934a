import type { LabEvent } from "./event.ts";

/**
 * Returns the command that an event says was carried out, in whole or in part, or given up with nobody knowing: an act counts
 * for maintenance by it, once. Null for every other event, and for commands that are known to have moved nothing.
 */
export function actDone(event: LabEvent): string | null {
  switch (event.type) {
    case "step.succeeded":
      return event.commandId;
    case "step.failed":
      return event.physical === "none" ? null : event.commandId;
    case "step.resolved":
      return event.as === "not-executed" ? null : event.commandId;
    default:
      return null;
  }
}
