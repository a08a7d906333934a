import type { CheckedCampaign, PlanDigests } from "@labloop/protocol";
import type { Actor } from "@labloop/contracts";

/** The fixed part of a campaign: its checked documents and who started it. Nothing in it changes while it runs. */
export interface Recipe {
  readonly checked: CheckedCampaign;
  readonly digests: PlanDigests & { readonly campaign: string; readonly lab: string; readonly candidates?: string };
  readonly seed: number;
  readonly actor: Actor;
}
