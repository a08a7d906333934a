import type {
  AlarmView,
  AskView,
  CampaignView,
  ControlView,
  DeviceView,
  DoubtView,
  DriverStanding,
  ExperimentView,
  FeedMessage,
  InterlockView,
  RandomBand,
  RunView,
  StepView,
} from "@labloop/contracts";

/** The last emergency stop, and how each device has answered it. */
export type EmergencyStop = NonNullable<CampaignView["estop"]>;

/** What is true only now. */
export type Pulse = Omit<Extract<FeedMessage, { type: "pulse" }>, "v" | "type">;

export type {
  AlarmView,
  AskView,
  CampaignView,
  ControlView,
  DeviceView,
  DoubtView,
  DriverStanding,
  ExperimentView,
  FeedMessage,
  InterlockView,
  RandomBand,
  RunView,
  StepView,
};
