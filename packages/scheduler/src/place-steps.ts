import { assignDevices, type Bindings } from "./assign-devices.ts";
import type { Decision, Placement, Waiting } from "./decision.ts";
import {
  blockedObstacle,
  crowdedObstacle,
  heldObstacle,
  missingObstacle,
  type Obstacle,
  unsafeObstacle,
} from "./explain-wait.ts";
import { type Holder, holdersOf } from "./holders.ts";
import type { DeviceView, LabState, RunState } from "./lab-state.ts";
import { type Candidate, rankSteps } from "./rank-steps.ts";
import { boundDevice } from "./run-progress.ts";
import { stuckRuns } from "./safety.ts";

/**
 * The steps to start at `now`, and for every other run without an open step, why it waits. Depends on nothing else,
 * not even on the order of devices and runs.
 *
 * A step starts when all it claims is free or its run's own, in one grant or not at all, and when no run that could
 * finish before could not finish after (`isSafe`). Urgent steps choose first; what they can not use goes to the others.
 */
export function placeSteps(lab: LabState, runs: readonly RunState[], now: number): Decision {
  const placements: Placement[] = [];
  let current = runs;
  for (;;) {
    const pass = placeOnce(lab, current);
    placements.push(...pass.placements);
    // A grant can make another safe that was refused before it: the last pass changes nothing and names what waits.
    if (pass.placements.length === 0) return { at: now, placements, waiting: pass.waiting };
    current = pass.runs;
  }
}

interface Pass {
  readonly runs: readonly RunState[];
  readonly placements: readonly Placement[];
  readonly waiting: readonly Waiting[];
}

function placeOnce(lab: LabState, before: readonly RunState[]): Pass {
  let runs = before;
  let holders = holdersOf(lab, runs);
  const placements: Placement[] = [];
  const waiting = new Map<string, Waiting>();
  for (const candidate of rankSteps(lab, before)) {
    const { runId } = candidate.run;
    if (placements.some((placement) => placement.runId === runId)) continue;
    const answer = tryStep(lab, runs, holders, candidate);
    if ("why" in answer) {
      if (!waiting.has(runId)) waiting.set(runId, { runId, stepKey: candidate.step.key, ...answer });
      continue;
    }
    placements.push(answer);
    waiting.delete(runId);
    runs = granted(runs, candidate, answer.bindings);
    holders = holdersOf(lab, runs);
  }
  return { runs, placements, waiting: [...waiting.values()] };
}

function tryStep(
  lab: LabState,
  runs: readonly RunState[],
  holders: ReadonlyMap<string, Holder>,
  candidate: Candidate,
): Placement | Obstacle {
  const { run, step } = candidate;
  if (run.isHeld) return heldObstacle(run, step);
  const missing = missingObstacle(lab, run, step);
  if (missing !== null) return missing;
  const blocked = blockedObstacle(lab, run, step, holders);
  if (blocked !== null) return blocked;
  const ways = assignDevices(lab, runs, run, step, (device) => isFreeFor(device, run, holders));
  if (ways.length === 0) return crowdedObstacle(lab, run, step, holders);

  const stuckBefore = new Set(stuckRuns(lab, runs));
  const refused = new Set<string>();
  for (const bindings of ways) {
    const after = granted(runs, candidate, bindings);
    const stuck = stuckRuns(lab, after).filter((id) => id === run.runId || !stuckBefore.has(id));
    if (stuck.length === 0) {
      const device = boundDevice({ ...run, bindings: { ...run.bindings, ...bindings } }, step.role);
      return { runId: run.runId, stepKey: step.key, device, bindings };
    }
    for (const id of stuck) refused.add(id);
  }
  return unsafeObstacle(run, step, claimedDevices(run, candidate, ways[0] ?? {}), [...refused]);
}

function isFreeFor(device: DeviceView, run: RunState, holders: ReadonlyMap<string, Holder>): boolean {
  return device.isAvailable && (holders.get(device.id)?.runId ?? run.runId) === run.runId;
}

function granted(runs: readonly RunState[], { run, step }: Candidate, bindings: Bindings): RunState[] {
  return runs.map((other) => {
    if (other.runId !== run.runId) return other;
    return { ...other, open: step.key, bindings: { ...other.bindings, ...bindings } };
  });
}

function claimedDevices(run: RunState, { step }: Candidate, bindings: Bindings): string[] {
  const bound = { ...run, bindings: { ...run.bindings, ...bindings } };
  return step.claims.map((role) => boundDevice(bound, role)).toSorted();
}
