import type { AskView, DeviceView, DoubtView, LabView } from "@labloop/contracts";

/** What only a person can settle in a campaign that is not over. */
export interface Waits {
  readonly doubts: readonly DoubtView[];
  /** Steps that people were asked to do. */
  readonly asks: readonly AskView[];
  /** Devices that were taken out of use; also of a campaign that is over, since others in its lab wait for them. */
  readonly outOfUse: readonly DeviceView[];
  /** Devices that know higher epochs than the journal, and which. */
  readonly fencesAbove: Readonly<Record<string, number>>;
  /** How many answers are wanted; an old journal is one, however many devices have shown it. */
  readonly count: number;
}

/** Returns what waits for a person; a campaign that is over wants no answers. */
export function whatWaits({ campaign, doubts, asks, devices }: LabView): Waits {
  const outOfUse = devices.filter(({ phase }) => phase === "quarantined");
  if (campaign === null || campaign.phase === "finished" || campaign.phase === "aborted") {
    return { doubts: [], asks: [], outOfUse, fencesAbove: {}, count: 0 };
  }
  const fencesAbove = campaign.fencesAbove ?? {};
  const count = asks.length + doubts.length + outOfUse.length + (Object.keys(fencesAbove).length > 0 ? 1 : 0);
  return { doubts, asks, outOfUse, fencesAbove, count };
}
