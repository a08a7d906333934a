import type { Ids, LabEvent } from "@labloop/contracts";
import { digestOf } from "@labloop/contracts/digest";
import { compilePlan } from "@labloop/protocol";
import type { Recipe } from "../recipe.ts";
import type { CalibrationRecord, EngineState, RunRecord } from "../state.ts";
import { standingOf } from "./calibration-standing.ts";

/** Returns what people are to be told of calibrations, each once: that one is due, and that one is over. */
export function noteCalibrations(state: EngineState, labAt: number): readonly LabEvent[] {
  return [...state.calibrations].flatMap(([device, calibration]): LabEvent[] => {
    const { reference, expires, told, holdsWhenExpired: holds } = calibration;
    const standing = standingOf(calibration, labAt);
    if (expires === null || standing === "valid" || told === "expired" || told === standing) return [];
    const fact = { device, reference, expires };
    return standing === "due"
      ? [{ type: "calibration.due", ...fact }]
      : [{ type: "calibration.expired", ...fact, holds }];
  });
}

/** Returns the run that calibrates a device by its own operation, once its calibration is due; nothing while none is. */
export function queueCalibration(state: EngineState, recipe: Recipe, ids: Ids, labAt: number): readonly LabEvent[] {
  for (const [device, calibration] of state.calibrations) {
    const renewal = recipe.checked.renewals[device];
    if (renewal === undefined || !isWanted(state, device, calibration, labAt)) continue;
    const digest = digestOf(renewal.protocol.document);
    const plan = compilePlan(
      renewal.protocol,
      {},
      renewal.description,
      { protocol: digest },
      recipe.checked.safety.envelope,
    );
    // It was compiled when the campaign was checked.
    if (!plan.ok) throw new Error(`the calibration of ${device} does not compile: ${plan.faults[0]?.message}`);
    return [
      {
        type: "upkeep.queued",
        runId: ids.ulid(),
        sampleId: ids.ulid(),
        purpose: "calibration",
        parameters: {},
        bindings: { device },
        plan: plan.value,
        planDigest: digestOf(plan.value),
        reason: `the calibration ${calibration.reference} of ${device} is valid to ${calibration.expires}`,
      },
    ];
  }
  return [];
}

/** One is not begun on a device that is away or out of use: it would hold up what could still be done there. */
function isWanted(state: EngineState, device: string, calibration: CalibrationRecord, labAt: number): boolean {
  const known = state.devices.get(device);
  return calibration.renewal === null && known?.chart.value === "idle" && standingOf(calibration, labAt) !== "valid";
}

/** Returns the new calibration that a run has given, or null while it has given none. */
export function settleCalibration(state: EngineState, run: RunRecord, labAt: number): readonly LabEvent[] | null {
  if (run.purpose !== "calibration" || run.failing !== null || run.suspect !== null) return null;
  const [device, calibration] = [...state.calibrations].find(([, { renewal }]) => renewal === run.runId) ?? [];
  const commands = Object.values(run.steps);
  const outcome = commands.at(-1)?.outcome;
  if (device === undefined || calibration === undefined || outcome?.state !== "succeeded") return null;
  const named = outcome.result["reference"];
  const reference = typeof named === "string" && named !== "" ? named : run.runId;
  const days = calibration.renewsForDays ?? 0;
  const expires = new Date(labAt + days * 86_400_000).toISOString().slice(0, 10);
  const reason = `${commands.at(-1)?.op} on ${device}`;
  return [{ type: "device.calibrated", device, reference, expires, by: null, reason, runId: run.runId }];
}

/** Returns the run of the next control sample, when one is due and the lab has room to begin it. */
export function queueControl(state: EngineState, recipe: Recipe, ids: Ids): readonly LabEvent[] {
  const { control } = recipe.checked.campaign;
  const { queued, experimentsSince } = state.controls;
  if (control === undefined || (queued > 0 && experimentsSince < control.every)) return [];
  const { protocol, description, safety } = recipe.checked;
  const plan = compilePlan(protocol, control.parameters, description, recipe.digests, safety.envelope);
  // It was compiled when the campaign was checked.
  if (!plan.ok) throw new Error(`the control sample does not compile: ${plan.faults[0]?.message}`);
  return [
    {
      type: "upkeep.queued",
      runId: ids.ulid(),
      sampleId: ids.ulid(),
      purpose: "control",
      parameters: control.parameters,
      bindings: {},
      plan: plan.value,
      planDigest: digestOf(plan.value),
      reason: queued === 0 ? "before the first experiment" : `after ${experimentsSince} experiments`,
    },
  ];
}
