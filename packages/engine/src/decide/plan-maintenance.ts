import { type Ids, type LabEvent, maintenanceStanding, maintenanceText } from "@labloop/contracts";
import { digestOf } from "@labloop/contracts/digest";
import { compilePlan } from "@labloop/protocol";
import type { Recipe } from "../recipe.ts";
import type { EngineState, MaintenanceRecord, RunRecord } from "../state.ts";

/** Returns what people are to be told of maintenance, each once: that one is due soon, and that one is due. */
export function noteMaintenance({ maintenance }: EngineState, labAt: number): readonly LabEvent[] {
  return eachOf(maintenance).flatMap(([device, record]): LabEvent[] => {
    const { watch, told, renewal } = record;
    // What the device does by itself is no news, until it has failed.
    if (watch.renew !== undefined && renewal !== "failed") return [];
    const standing = maintenanceStanding(watch, record, labAt);
    if (standing === "kept" || told === "due" || told === standing) return [];
    const fact = { device, name: watch.name, message: maintenanceText(watch, record) };
    return standing === "near"
      ? [{ type: "maintenance.near", ...fact }]
      : [{ type: "maintenance.due", ...fact, holds: watch.whenDue === "hold" }];
  });
}

/** Returns the run that does a maintenance by the device's own operation, once it is due; nothing while none is. */
export function queueMaintenance(state: EngineState, recipe: Recipe, ids: Ids, labAt: number): readonly LabEvent[] {
  for (const [device, record] of eachOf(state.maintenance)) {
    const { watch, renewal } = record;
    const { name } = watch;
    const doing = recipe.checked.maintaining[device]?.[name];
    // One is not begun on a device that is away or out of use: it would hold up what could still be done there.
    const isThere = state.devices.get(device)?.chart.value === "idle";
    if (doing === undefined || renewal !== null || !isThere || !isDue(record, labAt)) continue;
    const { protocol, description } = doing;
    const plan = compilePlan(
      protocol,
      {},
      description,
      { protocol: digestOf(protocol.document) },
      recipe.checked.safety.envelope,
    );
    // It was compiled when the campaign was checked.
    if (!plan.ok) throw new Error(`${name} of ${device} does not compile: ${plan.faults[0]?.message}`);
    return [
      {
        type: "upkeep.queued",
        runId: ids.ulid(),
        sampleId: ids.ulid(),
        purpose: "maintenance",
        maintenance: name,
        parameters: {},
        bindings: { device },
        plan: plan.value,
        planDigest: digestOf(plan.value),
        reason: `${name} of ${device} is due: ${maintenanceText(watch, record)}`,
      },
    ];
  }
  return [];
}

/** Returns that a run has done its maintenance, or null while it has not. */
export function settleMaintenance({ maintenance }: EngineState, run: RunRecord): readonly LabEvent[] | null {
  if (run.purpose !== "maintenance" || run.failing !== null || run.suspect !== null) return null;
  const done = eachOf(maintenance).find(([, { renewal }]) => renewal === run.runId);
  const last = Object.values(run.steps).at(-1);
  if (done === undefined || last?.outcome?.state !== "succeeded") return null;
  const [device, { watch }] = done;
  const reason = `${last.op} on ${device}`;
  return [{ type: "device.maintained", device, name: watch.name, by: null, reason, runId: run.runId }];
}

/** Returns why nothing new is started on a device of which a maintenance is due; null while it may be used. */
export function whyUnmaintained({ maintenance }: EngineState, device: string, labAt: number): string | null {
  const due = (maintenance.get(device) ?? []).find((record) => record.watch.whenDue === "hold" && isDue(record, labAt));
  if (due === undefined) return null;
  return `${due.watch.name} of ${device} is due: ${maintenanceText(due.watch, due)}`;
}

/** Returns what of a device's maintenance only a person can do now: what holds it and no operation of its own will do. */
export function isForPerson({ watch, told, renewal }: MaintenanceRecord): boolean {
  return told === "due" && watch.whenDue === "hold" && (watch.renew === undefined || renewal === "failed");
}

function isDue(record: MaintenanceRecord, labAt: number): boolean {
  return maintenanceStanding(record.watch, record, labAt) === "due";
}

function eachOf(maintenance: EngineState["maintenance"]): (readonly [string, MaintenanceRecord])[] {
  return [...maintenance].flatMap(([device, records]) => records.map((record) => [device, record] as const));
}
