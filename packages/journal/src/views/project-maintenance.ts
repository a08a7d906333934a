import {
  actDone,
  type DeviceView,
  type MaintenanceCount,
  maintenanceCounts,
  maintenanceDueAt,
  maintenanceStanding,
  type MaintenanceWatch,
  type RecordedEvent,
} from "@labloop/contracts";
import type { MaintenanceRow, Tables } from "./tables.ts";

/** Projects how far each device is in its maintenance; its row and the runs' have to be projected before. */
export function projectMaintenance(tables: Tables, { seq, labAt, event }: RecordedEvent): void {
  const { maintenance, devices, runs, runOfCommand } = tables;
  switch (event.type) {
    case "campaign.created":
      for (const [device, watches] of Object.entries(event.maintenance ?? {})) {
        const since = ({ last }: MaintenanceWatch) => (last === undefined ? labAt : Date.parse(last));
        keep(
          device,
          watches.map((watch) => ({ watch, acts: 0, since: since(watch) })),
        );
      }
      return;
    case "maintenance.carried":
      return change(event.device, event.name, { acts: event.acts, since: event.since });
    case "device.maintained":
      return change(event.device, event.name, { acts: 0, since: labAt });
    // Time alone has passed.
    case "maintenance.near":
    case "maintenance.due":
    case "device.announced":
      return keep(event.device, maintenance.get(event.device) ?? []);
    default:
  }
  const commandId = actDone(event);
  if (commandId === null) return;
  const step = runs.get(runOfCommand.get(commandId) ?? "")?.steps.find((each) => each.commandId === commandId);
  const rows = step === undefined ? undefined : maintenance.get(step.device);
  if (step === undefined || rows === undefined) return;
  keep(
    step.device,
    rows.map((row) => (maintenanceCounts(row.watch, step.op) ? { ...row, acts: row.acts + 1 } : row)),
  );

  function change(device: string, name: string, count: MaintenanceCount): void {
    const rows = maintenance.get(device) ?? [];
    keep(
      device,
      rows.map((row) => (row.watch.name === name ? { ...row, ...count } : row)),
    );
  }

  function keep(device: string, rows: readonly MaintenanceRow[]): void {
    maintenance.set(device, rows);
    const row = devices.get(device);
    if (row === undefined || rows.length === 0) return;
    devices.set(device, { ...row, maintenance: rows.map(viewOf) }, seq);
  }

  function viewOf({ watch, acts, since }: MaintenanceRow): NonNullable<DeviceView["maintenance"]>[number] {
    const standing = maintenanceStanding(watch, { acts, since }, labAt);
    const dueAt = maintenanceDueAt(watch, since);
    return { name: watch.name, acts, afterActs: watch.after.acts ?? null, since, dueAt, standing };
  }
}
