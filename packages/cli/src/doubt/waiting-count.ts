import type { LabView } from "@labloop/contracts";

/** Returns how many answers of a person are wanted; an old journal is one, however many devices have shown it. */
export function waitingCount({ campaign, doubts, devices }: LabView): number {
  const outOfUse = devices.filter(({ phase }) => phase === "quarantined").length;
  return doubts.length + outOfUse + (Object.keys(campaign?.fencesAbove ?? {}).length > 0 ? 1 : 0);
}
