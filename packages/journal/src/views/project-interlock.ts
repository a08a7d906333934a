import type { RecordedEvent } from "@labloop/contracts";
import type { Tables } from "./tables.ts";

/** Projects how the interlocks stand: those of the lab file from the start, a device's own from the first time they trip. */
export function projectInterlock({ interlocks }: Tables, { seq, labAt, event }: RecordedEvent): void {
  switch (event.type) {
    case "campaign.created":
      for (const [interlock, { device, channel }] of Object.entries(event.interlocks ?? {})) {
        const row = { interlock, device, channel, isTripped: false, message: null, since: labAt };
        interlocks.set(interlock, row, seq);
      }
      return;
    case "interlock.tripped": {
      const { interlock, device, channel, message } = event;
      interlocks.set(interlock, { interlock, device, channel, isTripped: true, message, since: labAt }, seq);
      return;
    }
    case "interlock.satisfied": {
      const known = interlocks.get(event.interlock);
      if (known === undefined) return;
      interlocks.set(event.interlock, { ...known, isTripped: false, message: null, since: labAt }, seq);
      return;
    }
    default:
  }
}
