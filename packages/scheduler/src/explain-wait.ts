import type { PlanStep } from "@labloop/contracts";
import { unboundRoles } from "./assign-devices.ts";
import type { WaitReason, Waiting } from "./decision.ts";
import { canFinishWith, eligibleDevices, neededRoles } from "./device-pools.ts";
import type { Holder } from "./holders.ts";
import type { DeviceView, LabState, RunState } from "./lab-state.ts";
import { bindingOf, boundDevice } from "./run-progress.ts";

/** What keeps a step from starting. */
export type Obstacle = Omit<Waiting, "runId" | "stepKey">;

/** A run that starts nothing until it is released. */
export function heldObstacle(run: RunState, step: PlanStep): Obstacle {
  const why = run.heldBecause ?? `run ${run.runId} is held; release it or end it`;
  const message = `${step.key} waits: ${why}`;
  return { why: "held", message, devices: [], runs: [] };
}

/** Roles that no device of the lab can play for this run, however long it waits; null when all can be played. */
export function missingObstacle(lab: LabState, run: RunState, step: PlanStep): Obstacle | null {
  if (canFinishWith(lab, run, () => true)) return null;
  const wants = neededRoles(run).map((role) => {
    const pool = eligibleDevices(lab, run, role)
      .map(({ id }) => id)
      .toSorted();
    return `${role} (${bindingOf(run, role) ?? run.plan.roles[role]}): ${pool.join(", ") || "no device"}`;
  });
  const message = `${step.key} waits for a device that the lab does not have. Each role needs one of its own; ${wants.join("; ")}`;
  return { why: "noDevice", message, devices: [], runs: [] };
}

/** Claimed devices that others have or that can not be used now; null when everything claimed can be had. */
export function blockedObstacle(
  lab: LabState,
  run: RunState,
  step: PlanStep,
  holders: ReadonlyMap<string, Holder>,
): Obstacle | null {
  const unbound = unboundRoles(run, step);
  const obstacles = step.claims.toSorted().flatMap((role) => {
    if (unbound.includes(role)) return [];
    const device = boundDevice(run, role);
    const view = lab.devices.find(({ id }) => id === device);
    const block = view === undefined ? null : blockOf(view, run, holders);
    return block === null ? [] : [obstacleOf(step, device, [block])];
  });
  return obstacles.length === 0 ? null : merge(obstacles);
}

/** Why no free device is there for a role that is still to be bound. */
export function crowdedObstacle(
  lab: LabState,
  run: RunState,
  step: PlanStep,
  holders: ReadonlyMap<string, Holder>,
): Obstacle {
  const bound = new Set(Object.values(run.bindings));
  const obstacles = unboundRoles(run, step).flatMap((role) => {
    const blocks = eligibleDevices(lab, run, role)
      .filter(({ id }) => !bound.has(id))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .flatMap((device) => blockOf(device, run, holders) ?? []);
    return blocks.length === 0 ? [] : [obstacleOf(step, `a free ${run.plan.roles[role]}`, blocks)];
  });
  return merge(obstacles);
}

/** A grant after which some runs could wait for each other for ever. */
export function unsafeObstacle(
  run: RunState,
  step: PlanStep,
  devices: readonly string[],
  stuck: readonly string[],
): Obstacle {
  const runs = stuck.filter((id) => id !== run.runId).toSorted();
  const others = runs.length === 0 ? "it" : `it and ${runs.map((id) => `run ${id}`).join(", ")}`;
  const message = `${step.key} waits: if run ${run.runId} took ${devices.join(", ")} now, ${others} could wait for each other for ever`;
  return { why: "unsafe", message, devices, runs };
}

interface Block {
  readonly why: WaitReason;
  readonly device: string;
  readonly runId: string | null;
  readonly message: string;
}

function blockOf(device: DeviceView, run: RunState, holders: ReadonlyMap<string, Holder>): Block | null {
  const holder = holders.get(device.id);
  if (holder !== undefined && holder.runId !== run.runId)
    return { why: "occupied", device: device.id, runId: holder.runId, message: holder.message };
  if (device.isAvailable) return null;
  const message = device.unavailableBecause ?? "it is not ready for commands";
  return { why: "unavailable", device: device.id, runId: null, message };
}

function obstacleOf(step: PlanStep, subject: string, blocks: readonly Block[]): Obstacle {
  const isOne = blocks.length === 1 && blocks[0]?.device === subject;
  const parts = blocks.map(({ device, message }) => (isOne ? message : `${device}: ${message}`));
  return {
    why: blocks.some(({ why }) => why === "occupied") ? "occupied" : "unavailable",
    message: `${step.key} waits for ${subject}: ${parts.join("; ")}`,
    devices: blocks.map(({ device }) => device),
    runs: [...new Set(blocks.flatMap(({ runId }) => runId ?? []))],
  };
}

function merge(obstacles: readonly Obstacle[]): Obstacle {
  return {
    why: obstacles.some(({ why }) => why === "occupied") ? "occupied" : "unavailable",
    message: obstacles.map(({ message }) => message).join("; "),
    devices: [...new Set(obstacles.flatMap(({ devices }) => devices))],
    runs: [...new Set(obstacles.flatMap(({ runs }) => runs))],
  };
}
