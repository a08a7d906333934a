import { type LabEvent, type MaintenanceCount, type MaintenanceWatch, type RecordedEvent } from "@labloop/contracts";
import { fold } from "./fold/fold.ts";
import { type EngineState, emptyState } from "./state.ts";

/** What one journal knows of a maintenance, and when it learnt that last, on the wall clock, ms since 1970. */
export interface MaintenanceReading extends MaintenanceCount {
  readonly device: string;
  readonly name: string;
  readonly countedAt: number;
}

/** Returns what a journal has counted of every maintenance that its lab file states. */
export function maintenanceIn(records: Iterable<RecordedEvent>): readonly MaintenanceReading[] {
  let state = emptyState;
  for (const { event, labAt, wallAt } of records) state = fold(state, event, { labAt, wallAt }).state;
  return [...state.maintenance].flatMap(([device, records]) =>
    records.map(({ watch: { name }, acts, since, countedAt }) => ({ device, name, acts, since, countedAt })),
  );
}

/** Returns of many readings the newest of each maintenance: campaigns of a lab hand the count on, one to the next. */
export function newestReadings(all: readonly MaintenanceReading[]): readonly MaintenanceReading[] {
  const newest = new Map<string, MaintenanceReading>();
  for (const reading of all) {
    const key = `${reading.device}/${reading.name}`;
    if ((newest.get(key)?.countedAt ?? Number.NEGATIVE_INFINITY) < reading.countedAt) newest.set(key, reading);
  }
  return [...newest.values()];
}

/**
 * Returns that the count goes on from what other campaigns have counted: for a campaign that begins, unless its lab file says
 * that it was done since; for one that goes on, where others have counted later than itself.
 */
export function carryMaintenance(
  { maintenance }: EngineState,
  readings: readonly MaintenanceReading[],
  isBeginning: boolean,
): readonly LabEvent[] {
  return readings.flatMap(({ device, name, acts, since, countedAt }): LabEvent[] => {
    const known = maintenance.get(device)?.find(({ watch }) => watch.name === name);
    if (known === undefined) return [];
    const isOlder = isBeginning ? statedSince(known.watch) > since : known.countedAt >= countedAt;
    return isOlder ? [] : [{ type: "maintenance.carried", device, name, acts, since }];
  });
}

function statedSince({ last }: MaintenanceWatch): number {
  return last === undefined ? Number.NEGATIVE_INFINITY : Date.parse(last);
}
