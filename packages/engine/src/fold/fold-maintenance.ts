import { LabError, type LabEventOf, maintenanceCounts, type MaintenanceWatch } from "@labloop/contracts";
import type { CommandRecord, EngineState, MaintenanceRecord, Moment, RunRecord } from "../state.ts";

/** Returns the maintenance that a lab file states, as it stands at the beginning of a campaign. */
export function begunMaintenance(
  stated: Readonly<Record<string, readonly MaintenanceWatch[]>>,
  { labAt, wallAt }: Moment,
): EngineState["maintenance"] {
  const begun = (watch: MaintenanceWatch): MaintenanceRecord => {
    const since = watch.last === undefined ? labAt : Date.parse(watch.last);
    return { watch, acts: 0, since, countedAt: wallAt, told: "nothing", renewal: null };
  };
  return new Map(Object.entries(stated).map(([device, watches]) => [device, watches.map(begun)]));
}

/** Folds how a maintenance stands: that people were told, that it was done, and what campaigns before have counted. */
export function foldMaintenance(
  state: EngineState,
  event: LabEventOf<"maintenance.carried" | "maintenance.near" | "maintenance.due" | "device.maintained">,
  { labAt, wallAt }: Moment,
): EngineState {
  const { device, name } = event;
  switch (event.type) {
    case "maintenance.carried": {
      const { acts, since } = event;
      return change(state, device, name, { acts, since, countedAt: wallAt, told: "nothing" });
    }
    case "maintenance.near":
      return change(state, device, name, { told: "near" });
    case "maintenance.due":
      return change(state, device, name, { told: "due" });
    case "device.maintained":
      return change(state, device, name, { acts: 0, since: labAt, countedAt: wallAt, told: "nothing", renewal: null });
  }
}

/** Returns the state after a run that does a maintenance was queued. */
export function foldRenewing(state: EngineState, { runId, bindings, maintenance }: LabEventOf<"upkeep.queued">) {
  const [device] = Object.values(bindings);
  if (device === undefined || maintenance === undefined) {
    throw new LabError("journal.impossible", `run ${runId} maintains no device, or nothing of it`);
  }
  return change(state, device, maintenance, { renewal: runId });
}

/** Returns the state after a run that does a maintenance has ended; one that was not told to be done has failed. */
export function withoutMaintaining(state: EngineState, { runId }: RunRecord): EngineState {
  for (const [device, records] of state.maintenance) {
    const record = records.find(({ renewal }) => renewal === runId);
    if (record !== undefined) return change(state, device, record.watch.name, { renewal: "failed" });
  }
  return state;
}

/** Returns the state with one more act, counted by every maintenance of its device that it is one of. */
export function countAct(state: EngineState, { device, op }: CommandRecord, wallAt: number): EngineState {
  const records = state.maintenance.get(device);
  if (records === undefined || !records.some(({ watch }) => maintenanceCounts(watch, op))) return state;
  const counted = records.map((record) =>
    maintenanceCounts(record.watch, op) ? { ...record, acts: record.acts + 1, countedAt: wallAt } : record,
  );
  return { ...state, maintenance: new Map(state.maintenance).set(device, counted) };
}

function change(
  state: EngineState,
  device: string,
  name: string,
  how: Partial<Omit<MaintenanceRecord, "watch">>,
): EngineState {
  const records = state.maintenance.get(device) ?? [];
  if (!records.some(({ watch }) => watch.name === name)) {
    throw new LabError("journal.impossible", `${device} has no maintenance ${name}`);
  }
  const changed = records.map((record) => (record.watch.name === name ? { ...record, ...how } : record));
  return { ...state, maintenance: new Map(state.maintenance).set(device, changed) };
}
