import type { AlarmView, CampaignView, DeviceView, ExperimentView, FeedMessage, RandomBand, RunView, StepView } from "@labloop/contracts";

/** An emergency stop that was asked for, and how each device has answered. */
export interface EmergencyStop {
  readonly active: boolean;
  readonly stopId: number;
  readonly devices: Readonly<Record<string, "asked" | "stopped" | "no-answer">>;
}

/** Members that a server may add to a view: they are shown when they are there. */
interface Additions {
  readonly estop?: EmergencyStop | null;
}

/** The campaign's row, with what a server may add. */
export type WatchedCampaign = CampaignView & Additions & { readonly target?: number | null };

/** What is true only now. */
export type Pulse = Omit<Extract<FeedMessage, { type: "pulse" }>, "v" | "type">;

interface Rows {
  readonly experiments: readonly ExperimentView[];
  readonly runs: readonly RunView[];
  readonly devices: readonly DeviceView[];
  readonly alarms: readonly AlarmView[];
}

/** Frames of the feed as the page takes them. */
export type WatchedMessage =
  | {
      readonly v: 1;
      readonly type: "snapshot";
      readonly to: number;
      readonly view: Rows & Additions & { readonly campaign: WatchedCampaign | null };
      readonly band: RandomBand | null;
      readonly feedId: string;
    }
  | {
      readonly v: 1;
      readonly type: "batch";
      readonly from: number;
      readonly to: number;
      readonly changes: Rows & Additions & { readonly campaign?: WatchedCampaign | undefined };
    }
  | ({ readonly v: 1; readonly type: "pulse" } & Pulse);

export type { AlarmView, DeviceView, ExperimentView, RandomBand, RunView, StepView };
