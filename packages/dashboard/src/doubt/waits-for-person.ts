import type { AskView, CampaignView, DeviceView, DoubtView } from "@labloop/contracts";

/** What only a person can settle, as of now. */
export interface WaitsForPerson {
  /** Steps that people were asked to do. */
  readonly asks: readonly AskView[];
  readonly doubts: readonly DoubtView[];
  /** Devices that were taken out of use. */
  readonly quarantined: readonly DeviceView[];
  /** Devices that know a higher epoch than this journal. */
  readonly fencesAbove: readonly string[];
  /** How many answers are wanted. */
  readonly count: number;
}

/** Returns what waits for a person, nothing in a campaign that is over; a device whose fence stands too high is counted once for all of them. */
export function waitsForPerson(lab: {
  readonly campaign: CampaignView | null;
  readonly doubts: readonly DoubtView[];
  readonly asks: readonly AskView[];
  readonly devices: readonly DeviceView[];
}): WaitsForPerson {
  const phase = lab.campaign?.phase;
  if (phase === undefined || phase === "finished" || phase === "aborted") {
    return { asks: [], doubts: [], quarantined: [], fencesAbove: [], count: 0 };
  }
  const quarantined = lab.devices.filter(({ phase }) => phase === "quarantined");
  const fencesAbove = Object.keys(lab.campaign?.fencesAbove ?? {});
  const count = lab.asks.length + lab.doubts.length + quarantined.length + (fencesAbove.length > 0 ? 1 : 0);
  return { asks: lab.asks, doubts: lab.doubts, quarantined, fencesAbove, count };
}
