import type { DeviceCaps, DoubtView, LabEventOf, Plan } from "@labloop/contracts";

/** What is known of a command before it is in doubt, in case it ever is. */
interface Trail extends Pick<DoubtView, "intendedAt" | "sentAt" | "acceptedAt" | "startedAt"> {
  readonly intent: LabEventOf<"step.intended">;
}

/** The commands in doubt, with what a person needs to say what happened. */
export interface Doubts {
  readonly rows: Map<string, DoubtView>;
  /** The event that changed the list last. */
  changedAt: number;
  readonly trails: Map<string, Trail>;
  /** Commands in doubt on which their devices have said their last word: nothing more happens of them there. */
  readonly ended: Set<string>;
  readonly plans: Map<string, { readonly plan: Plan; readonly sampleId: string }>;
  readonly caps: Map<string, DeviceCaps>;
}

/** Returns an empty list. */
export function createDoubts(): Doubts {
  return { rows: new Map(), changedAt: 0, trails: new Map(), ended: new Set(), plans: new Map(), caps: new Map() };
}
