import type { PlanStep } from "@labloop/contracts";
import type { Decision, LabState, RunState } from "@labloop/scheduler";

/** One step as it was carried out. */
export interface Carried {
  readonly runId: string;
  readonly step: PlanStep;
  readonly startAt: number;
  readonly endAt: number;
  /** Role to device, for every role the step claims. */
  readonly devices: Readonly<Record<string, string>>;
}

/** What came of a simulation: what was carried out, and which runs were left when nothing could start any more. */
export interface History {
  readonly carried: readonly Carried[];
  readonly left: readonly RunState[];
}

type Policy = (lab: LabState, runs: readonly RunState[], now: number) => Decision;

/** Carries out whatever the policy places, asking it again at every end of a step, until nothing more happens. */
export function simulateLab(
  lab: LabState,
  queue: readonly RunState[],
  policy: Policy,
  durationOf: (run: RunState, step: PlanStep) => number,
): History {
  const runs = new Map(queue.map((run) => [run.runId, run]));
  const lastUsedAt = new Map<string, number>();
  const carried: Carried[] = [];
  let underway: Carried[] = [];
  let now = 0;
  for (;;) {
    const busy = new Set(underway.map(({ step, devices }) => devices[step.role]));
    const devices = lab.devices.map((device) => ({
      ...device,
      isAvailable: device.isAvailable && !busy.has(device.id),
      lastUsedAt: lastUsedAt.get(device.id) ?? null,
    }));
    for (const placement of policy({ devices }, [...runs.values()], now).placements) {
      const run = runs.get(placement.runId)!;
      const step = run.plan.steps.find(({ key }) => key === placement.stepKey)!;
      const bindings = { ...run.bindings, ...placement.bindings };
      const claimed = Object.fromEntries(step.claims.map((role) => [role, bindings[role]!]));
      const endAt = now + durationOf(run, step);
      underway.push({ runId: run.runId, step, startAt: now, endAt, devices: claimed });
      runs.set(run.runId, { ...run, bindings, open: step.key });
    }
    if (underway.length === 0) return { carried, left: [...runs.values()] };
    now = Math.min(...underway.map(({ endAt }) => endAt));
    for (const ended of underway.filter(({ endAt }) => endAt === now)) {
      const run = runs.get(ended.runId)!;
      const done = [...run.done, ended.step.key];
      const partRole = isMove(ended.step) ? ended.step.partTo : run.partRole;
      if (done.length === run.plan.steps.length) runs.delete(run.runId);
      else runs.set(run.runId, { ...run, done, open: null, partRole });
      for (const id of Object.values(ended.devices)) lastUsedAt.set(id, now);
      carried.push(ended);
    }
    underway = underway.filter(({ endAt }) => endAt > now);
  }
}

/**
 * Every pair of runs that had one device at one time, by the history alone: a run has a device while a step of it
 * claims it, and from the step that put its part there until the step that took it off.
 */
export function doubleBookings({ carried }: History): string[] {
  const spans = carried.flatMap((one) => {
    const { runId, step, startAt, endAt } = one;
    const claims = Object.values(one.devices).map((device) => ({ runId, device, from: startAt, to: endAt }));
    if (step.partTo === null || !isMove(step)) return claims;
    const device = one.devices[step.partTo] ?? "";
    const taken = carried.find(
      (later) =>
        later.runId === runId && later.startAt >= endAt && isMove(later.step) && later.step.partFrom === step.partTo,
    );
    return [...claims, { runId, device, from: startAt, to: taken?.endAt ?? Number.POSITIVE_INFINITY }];
  });
  return spans.flatMap((a) =>
    spans
      .filter((b) => a.device === b.device && a.runId < b.runId && a.from < b.to && b.from < a.to)
      .map((b) => `${a.device}: ${a.runId} and ${b.runId}`),
  );
}

function isMove(step: PlanStep): boolean {
  return step.partFrom !== step.partTo;
}
