import type { PastAct } from "@labloop/protocol";
import { type DeviceView, type LabState, reservationsOf, type RunState } from "@labloop/scheduler";
import type { CommandRecord, DeviceRecord, EngineState, RunRecord } from "../state.ts";
import { whyUncalibrated } from "./calibration-standing.ts";
import { whyUnmaintained } from "./plan-maintenance.ts";
import { ownInterlock } from "./on-interlock.ts";
import { strandedStep } from "./lost-step.ts";

/** What the planner knows besides the state: what is volatile and journaled nowhere. */
export interface Surroundings {
  readonly labAt: number;
  readonly wallAt: number;
  readonly isLinkUp: boolean;
  /** Devices whose last heartbeat said that they cannot work now. */
  readonly degraded: ReadonlySet<string>;
  /** Why nothing new is started on each device that an interlock holds. */
  readonly suspended: ReadonlyMap<string, string>;
  /** What other campaigns have done in this lab, for totals of its envelope. */
  readonly actsBefore: readonly PastAct[];
}

/** Returns the lab as the scheduler sees it now. */
export function labView(state: EngineState, runs: readonly RunState[], around: Surroundings): LabState {
  const reservations = reservationsOf(runs);
  const devices = [...state.devices.values()].flatMap((device): DeviceView[] => {
    if (device.caps === null) return [];
    const renewal = renewalOf(state, device.device);
    const why = whyKept(state, device, around) ?? (renewal === null ? whyOver(state, device.device, around) : null);
    const isWell = why === null && device.quarantine === null && !around.degraded.has(device.device) && around.isLinkUp;
    return [
      {
        id: device.device,
        capability: device.caps.capability,
        operations: Object.keys(device.caps.operations),
        isAvailable: isWell && device.chart.value === "idle" && askAgainAt(device) <= around.wallAt,
        // One that is to be calibrated or maintained is kept for that once it is free.
        holder: reservations[device.device]?.runId ?? renewal,
        lastUsedAt: device.lastUsed === 0 ? null : device.lastUsed,
        ...(why === null ? {} : { unavailableBecause: why }),
      },
    ];
  });
  return { devices };
}

function renewalOf(state: EngineState, device: string): string | null {
  const maintaining = state.maintenance.get(device)?.map(({ renewal }) => renewal) ?? [];
  const renewals = [state.calibrations.get(device)?.renewal ?? null, ...maintaining];
  return renewals.find((renewal) => renewal !== null && state.runs.has(renewal)) ?? null;
}

function whyOver(state: EngineState, device: string, { labAt }: Surroundings): string | null {
  return whyUncalibrated(device, state.calibrations.get(device), labAt) ?? whyUnmaintained(state, device, labAt);
}

/** Returns why a device is kept from work by people or interlocks, in words; null when neither is in the way. */
function whyKept(state: EngineState, { device, local, quarantine }: DeviceRecord, around: Surroundings): string | null {
  if (quarantine !== null) return quarantine.message;
  if (local !== null) return `${local.by} has taken it at the instrument, since ${local.since}`;
  return around.suspended.get(device) ?? ownInterlock(state, device);
}

/** Returns the runs as the scheduler sees them. */
export function runViews(state: EngineState, { wallAt, labAt }: Pick<Surroundings, "wallAt" | "labAt">): RunState[] {
  return [...state.runs.values()].map((run) => {
    const stranded = strandedStep(run);
    const refused = run.refused !== null && run.refused.until > labAt ? run.refused : null;
    const open = Object.values(run.steps).find((command) => command.outcome === null) ?? stranded;
    return {
      runId: run.runId,
      queuedAt: run.order,
      plan: run.plan,
      bindings: run.bindings,
      done: doneSteps(run),
      open: open?.stepKey ?? null,
      partRole: run.partRole,
      isHeld: run.chart.value === "held" || stranded !== null || retryAt(run) > wallAt || refused !== null,
      ...(refused === null ? {} : { heldBecause: refused.message }),
    };
  });
}

/**
 * Returns the steps of a run that are not to be done any more. In a failing run those are all but the ones that carry the
 * part away, so that no device stays blocked by it; what is given up is passed over in its turn, so that the part still
 * goes its way in order.
 */
export function doneSteps(run: RunRecord): string[] {
  const done = new Set<string>();
  // A step comes after earlier ones only.
  for (const step of run.plan.steps) {
    const hasSucceeded = run.steps[step.key]?.outcome?.state === "succeeded";
    const isCarrying = run.partRole !== null && step.partFrom !== null && step.partFrom !== step.partTo;
    const isPassedOver = run.failing !== null && !isCarrying && step.after.every((key) => done.has(key));
    if (hasSucceeded || isPassedOver) done.add(step.key);
  }
  return [...done];
}

/** First pause before a step is tried again, ms of the link clock; doubled at every further attempt, up to a minute. */
const firstPauseMs = 1_000;

/** Returns when a run's last refused step may be tried again, on the wall clock; 0 when nothing has to wait. */
export function retryAt(run: RunRecord): number {
  return Math.max(0, ...Object.values(run.steps).map(retryOf));
}

/**
 * Returns when a device that declined its last commands may be asked again, on the wall clock; 0 when it declined none.
 * A printer that a person is using must not be offered every new proposal in turn.
 */
export function askAgainAt({ declined }: DeviceRecord): number {
  return declined.count === 0 ? 0 : declined.wallAt + pauseMs(declined.count);
}

function pauseMs(times: number): number {
  return Math.min(60_000, firstPauseMs * 2 ** (times - 1));
}

function retryOf(command: CommandRecord): number {
  if (command.ended === null || command.outcome === null || command.outcome.state === "succeeded") return 0;
  return command.ended.wallAt + pauseMs(Math.max(1, command.attempt - command.uncounted));
}
