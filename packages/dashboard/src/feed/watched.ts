import type {
  AlarmView,
  CampaignView,
  DeviceView,
  ExperimentView,
  FeedMessage,
  RandomBand,
  RunView,
  StepView,
} from "@labloop/contracts";

/** The campaign's row; a server that knows of a target, in the objective's unit, may add it. */
export type WatchedCampaign = CampaignView & { readonly target?: number | null };

/** The last emergency stop, and how each device has answered it. */
export type EmergencyStop = NonNullable<CampaignView["estop"]>;

/** What is true only now. */
export type Pulse = Omit<Extract<FeedMessage, { type: "pulse" }>, "v" | "type">;

export type { AlarmView, DeviceView, ExperimentView, FeedMessage, RandomBand, RunView, StepView };
