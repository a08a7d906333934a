import type {
  AlarmView,
  CampaignView,
  ControlView,
  DeviceView,
  ExperimentView,
  InterlockView,
  MaintenanceCount,
  MaintenanceWatch,
  RunView,
} from "@labloop/contracts";
import type { AskedPeople } from "./asked-people.ts";
import type { Doubts } from "./doubts.ts";
import type { Rows } from "./rows.ts";

/** A maintenance as far as the journal has been read. */
export interface MaintenanceRow extends MaintenanceCount {
  readonly watch: MaintenanceWatch;
}

/** The tables that watchers see, as far as the journal has been read. */
export interface Tables {
  campaign: CampaignView | null;
  /** Counts those that gave values. */
  readonly experiments: Rows<ExperimentView>;
  /** Counts those in flight. */
  readonly runs: Rows<RunView>;
  readonly devices: Rows<DeviceView>;
  readonly alarms: Rows<AlarmView>;
  readonly doubts: Doubts;
  readonly asks: AskedPeople;
  readonly controls: { readonly rows: Map<string, ControlView>; count: number; changedAt: number };
  readonly interlocks: Rows<InterlockView>;
  /** Devices in the hands of staff, with who took each. */
  readonly taken: Map<string, string>;
  /** How each stated calibration stands, by device. */
  readonly calibrations: Map<string, NonNullable<DeviceView["calibration"]>>;
  /** When each device's driver was loaded anew, the last one first. */
  readonly reloads: Map<string, NonNullable<DeviceView["reloads"]>>;
  /** How far each device is in its maintenance. */
  readonly maintenance: Map<string, readonly MaintenanceRow[]>;
  /** Which run each command belongs to. */
  readonly runOfCommand: Map<string, string>;
  /** What each proposal expects, by its id. */
  readonly predictions: Map<string, Pick<ExperimentView, "predicted" | "predictions">>;
}
