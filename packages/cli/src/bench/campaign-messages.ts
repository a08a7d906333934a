import type { PoolTable } from "@labloop/contracts";
import type { CampaignRecord, CampaignSettings } from "@labloop/optimizer/benchmark";

/** What a thread is given once, at its start. */
export interface ThreadData {
  readonly table: PoolTable;
}

/** One campaign to be run, or null when there are no more. */
export type CampaignCall = { readonly method: string; readonly settings: CampaignSettings } | null;

/** What came of a campaign. */
export type CampaignReply =
  | { readonly record: CampaignRecord }
  | { readonly code: string; readonly message: string; readonly hint?: string | undefined };
