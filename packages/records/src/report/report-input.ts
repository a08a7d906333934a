import type { DeviceCaps, LabEventOf, LabView, RandomBand } from "@labloop/contracts";
import type { DoubtRecord } from "./doubt-record.ts";

/** Everything a report is made from. */
export interface ReportInput {
  readonly view: LabView & { readonly campaign: NonNullable<LabView["campaign"]> };
  readonly origin: LabEventOf<"campaign.created">;
  /** What each device last announced. */
  readonly caps: ReadonlyMap<string, DeviceCaps>;
  /** The protocol that was followed; null before the first run. */
  readonly protocol: { readonly name: string; readonly version: string; readonly digest: string } | null;
  /** Every command that was ever in doubt, oldest first. */
  readonly doubts: readonly DoubtRecord[];
  /** The last instant of lab time that the journal knows. */
  readonly lastAt: number;
  /** What random search reaches; null where it is not known. */
  readonly band: RandomBand | null;
}
