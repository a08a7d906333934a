import type { LabView, RecordedEvent, ViewChanges } from "@labloop/contracts";
import { projectAlarm } from "./project-alarm.ts";
import { createAskedPeople } from "./asked-people.ts";
import { projectAsks } from "./project-asks.ts";
import { projectCampaign } from "./project-campaign.ts";
import { projectControls } from "./project-controls.ts";
import { projectDevice } from "./project-device.ts";
import { createDoubts } from "./doubts.ts";
import { projectDoubt } from "./project-doubt.ts";
import { projectEstop } from "./project-estop.ts";
import { projectExperiment } from "./project-experiment.ts";
import { projectInterlock } from "./project-interlock.ts";
import { projectMaintenance } from "./project-maintenance.ts";
import { projectRestore } from "./project-restore.ts";
import { projectRun } from "./project-run.ts";
import { projectUpkeep } from "./project-upkeep.ts";
import { createRows } from "./rows.ts";
import type { Tables } from "./tables.ts";

export interface Projection {
  /** Takes the next event; events must come in order and without gaps. */
  apply(record: RecordedEvent): void;
  /** The last event taken, 0 before the first. */
  readonly seq: number;
  view(): LabView;
  /** What has changed after an event, whole rows at a time. */
  changesSince(seq: number): ViewChanges;
}

/** Returns the read model of a journal for watchers: built from events alone, never asked by the engine. */
export function createProjection(): Projection {
  const tables: Tables = {
    campaign: null,
    experiments: createRows(({ values }) => values !== null),
    runs: createRows(
      ({ endedAt, experiment, reason, purpose }) =>
        endedAt === null && experiment === null && reason === null && purpose === undefined,
    ),
    devices: createRows(),
    alarms: createRows(),
    doubts: createDoubts(),
    asks: createAskedPeople(),
    controls: { rows: new Map(), count: 0, changedAt: 0 },
    interlocks: createRows(),
    taken: new Map(),
    calibrations: new Map(),
    reloads: new Map(),
    maintenance: new Map(),
    runOfCommand: new Map(),
    predictions: new Map(),
  };
  let seq = 0;
  return {
    get seq() {
      return seq;
    },
    apply(record) {
      if (record.seq !== seq + 1) throw new Error(`event ${record.seq} was given to a view that holds ${seq}`);
      seq = record.seq;
      // Runs first: experiments, devices and doubts look at them.
      projectRun(tables, record);
      projectExperiment(tables, record);
      projectDevice(tables, record);
      projectUpkeep(tables, record);
      projectMaintenance(tables, record);
      projectDoubt(tables, record);
      projectAsks(tables, record);
      projectControls(tables, record);
      projectAlarm(tables, record);
      projectInterlock(tables, record);
      projectEstop(tables, record);
      projectRestore(tables, record);
      projectCampaign(tables, record);
    },
    view: () => ({
      seq,
      campaign: tables.campaign,
      experiments: tables.experiments.all(),
      runs: tables.runs.all(),
      devices: tables.devices.all(),
      alarms: tables.alarms.all(),
      doubts: [...tables.doubts.rows.values()],
      asks: [...tables.asks.rows.values()],
      ...(tables.controls.changedAt === 0 ? {} : { controls: [...tables.controls.rows.values()] }),
      interlocks: tables.interlocks.all(),
    }),
    changesSince: (since) => ({
      // The campaign row carries the journal's head, so it changes with every event.
      ...(tables.campaign !== null && since < seq ? { campaign: tables.campaign } : {}),
      experiments: tables.experiments.changedSince(since),
      runs: tables.runs.changedSince(since),
      devices: tables.devices.changedSince(since),
      alarms: tables.alarms.changedSince(since),
      ...(tables.doubts.changedAt > since ? { doubts: [...tables.doubts.rows.values()] } : {}),
      ...(tables.asks.changedAt > since ? { asks: [...tables.asks.rows.values()] } : {}),
      ...(tables.controls.changedAt > since ? { controls: [...tables.controls.rows.values()] } : {}),
      ...(tables.interlocks.changedSince(since).length === 0 ? {} : { interlocks: tables.interlocks.all() }),
    }),
  };
}
