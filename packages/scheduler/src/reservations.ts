import { LabError } from "@labloop/contracts";
import type { RunState } from "./lab-state.ts";
import { boundDevice, openStep } from "./run-progress.ts";

/** Who has a device, and in which role of that run. */
export interface Reservation {
  readonly runId: string;
  readonly role: string;
  /** A step of the run claims it, or only its part stands there. */
  readonly why: "step" | "part";
  /** For people. */
  readonly message: string;
}

/**
 * Device to the run that has it: what an open step claims, and where a part stands. A device that printed a part is
 * thus reserved until the part is off it. Throws `scheduler.doubleReservation` when two runs have one device.
 */
export function reservationsOf(runs: readonly RunState[]): Readonly<Record<string, Reservation>> {
  const reservations = new Map<string, Reservation>();
  for (const run of runs) {
    for (const reservation of reservationsOfRun(run)) {
      const device = boundDevice(run, reservation.role);
      const other = reservations.get(device);
      if (other !== undefined && other.runId !== run.runId)
        throw new LabError("scheduler.doubleReservation", `runs ${other.runId} and ${run.runId} both have ${device}`);
      if (other === undefined) reservations.set(device, reservation);
    }
  }
  return Object.fromEntries(reservations);
}

function reservationsOfRun(run: RunState): Reservation[] {
  const { runId, partRole } = run;
  const step = openStep(run);
  const claimed: Reservation[] = (step?.claims ?? []).map((role) => {
    return { runId, role, why: "step", message: `run ${runId} uses it for ${step?.key}` };
  });
  if (partRole === null) return claimed;
  return [...claimed, { runId, role: partRole, why: "part", message: `the part of run ${runId} stands on it` }];
}
