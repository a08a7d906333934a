import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { createKeyedRows, type KeyedRows } from "./keyed-rows.ts";
import type {
  AlarmView,
  AskView,
  DeviceView,
  DoubtView,
  EmergencyStop,
  ExperimentView,
  FeedMessage,
  InterlockView,
  Pulse,
  RandomBand,
  RunView,
  CampaignView,
  ControlView,
} from "./watched.ts";

/** All that the page knows of the lab, as of one event. */
export interface FeedStore {
  /** The last event taken, 0 before the first, and whose feed it was. */
  readonly seq: ReadonlySignal<number>;
  readonly feedId: ReadonlySignal<string | null>;
  readonly campaign: ReadonlySignal<CampaignView | null>;
  readonly experiments: KeyedRows<ExperimentView>;
  readonly runs: KeyedRows<RunView>;
  readonly devices: KeyedRows<DeviceView>;
  readonly alarms: KeyedRows<AlarmView>;
  /** Commands in doubt, oldest first. */
  readonly doubts: ReadonlySignal<readonly DoubtView[]>;
  /** What people were asked to do, oldest first. */
  readonly asks: ReadonlySignal<readonly AskView[]>;
  /** Control charts, by reading. */
  readonly controls: ReadonlySignal<readonly ControlView[]>;
  readonly interlocks: ReadonlySignal<readonly InterlockView[]>;
  readonly estop: ReadonlySignal<EmergencyStop | null>;
  readonly band: ReadonlySignal<RandomBand | null>;
  /** The newest pulse, and when it came by the page's clock. */
  readonly pulse: ReadonlySignal<{ readonly pulse: Pulse; readonly at: number } | null>;
  /** Takes a frame that came at `at`. A batch that does not follow from what is held is left alone: `gap`. */
  take(message: FeedMessage, at: number): "taken" | "gap";
}

/** Returns a store that holds nothing yet. */
export function createFeedStore(): FeedStore {
  const seq = signal(0);
  const feedId = signal<string | null>(null);
  const campaign = signal<CampaignView | null>(null);
  const experiments = createKeyedRows<ExperimentView>(({ runId }) => runId);
  const runs = createKeyedRows<RunView>(({ runId }) => runId);
  const devices = createKeyedRows<DeviceView>(({ device }) => device);
  const alarms = createKeyedRows<AlarmView>(({ seq: at }) => String(at));
  const doubts = signal<readonly DoubtView[]>([]);
  const asks = signal<readonly AskView[]>([]);
  const controls = signal<readonly ControlView[]>([]);
  const interlocks = signal<readonly InterlockView[]>([]);
  const band = signal<RandomBand | null>(null);
  const pulse = signal<{ pulse: Pulse; at: number } | null>(null);

  const take = (message: FeedMessage, at: number): "taken" | "gap" => {
    switch (message.type) {
      case "snapshot": {
        const { view } = message;
        experiments.replace(view.experiments);
        runs.replace(view.runs);
        devices.replace(view.devices);
        alarms.replace(view.alarms);
        doubts.value = view.doubts;
        asks.value = view.asks;
        controls.value = view.controls ?? [];
        interlocks.value = view.interlocks;
        campaign.value = view.campaign;
        band.value = message.band;
        feedId.value = message.feedId;
        seq.value = message.to;
        return "taken";
      }
      case "batch": {
        if (feedId.value === null || message.from !== seq.value) return "gap";
        const { changes } = message;
        experiments.put(changes.experiments);
        runs.put(changes.runs);
        devices.put(changes.devices);
        alarms.put(changes.alarms);
        if (changes.doubts !== undefined) doubts.value = changes.doubts;
        if (changes.asks !== undefined) asks.value = changes.asks;
        if (changes.controls !== undefined) controls.value = changes.controls;
        if (changes.interlocks !== undefined) interlocks.value = changes.interlocks;
        if (changes.campaign !== undefined) campaign.value = changes.campaign;
        seq.value = message.to;
        return "taken";
      }
      case "pulse": {
        const { labAt, heartbeats, progress, health = {}, waiting, drivers = {}, reloadable = [] } = message;
        pulse.value = { pulse: { labAt, heartbeats, progress, health, waiting, drivers, reloadable }, at };
        return "taken";
      }
    }
  };
  return {
    seq,
    feedId,
    campaign,
    experiments,
    runs,
    devices,
    alarms,
    doubts,
    asks,
    controls,
    interlocks,
    estop: computed(() => campaign.value?.estop ?? null),
    band,
    pulse,
    take: (message, at) => batch(() => take(message, at)),
  };
}
