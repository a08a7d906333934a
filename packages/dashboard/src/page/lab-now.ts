import type { Pulse, CampaignView } from "../feed/watched.ts";

/** What the lab's time is reckoned from. */
export interface LabTimeSources {
  readonly campaign: CampaignView | null;
  readonly pulse: { readonly pulse: Pulse; readonly at: number } | null;
  /** By the page's clock. */
  readonly now: number;
  /** When the last frame came, if the page is stale: the lab's time then stands still, as all that is shown does. */
  readonly frozenAt: number | null;
}

/** Returns the lab's time, carried on from the last pulse at the lab's own speed; before the first pulse when a campaign ended, or null. */
export function labNow({ campaign, pulse, now, frozenAt }: LabTimeSources): number | null {
  if (pulse === null) return campaign?.endedAt ?? null;
  // In virtual time nothing can be said of the time between two pulses.
  const scale = campaign === null || campaign.clock.kind === "virtual" ? 0 : campaign.clock.scale;
  return pulse.pulse.labAt + Math.max(0, (frozenAt ?? now) - pulse.at) * scale;
}
