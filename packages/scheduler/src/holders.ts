import { LabError } from "@labloop/contracts";
import type { LabState, RunState } from "./lab-state.ts";
import { reservationsOf } from "./reservations.ts";

/** Who keeps a device from other runs, and why, for people. */
export interface Holder {
  readonly runId: string;
  readonly message: string;
}

/** Device to holder: what the runs have, and what the lab says is held by a run that may be over. */
export function holdersOf(lab: LabState, runs: readonly RunState[]): ReadonlyMap<string, Holder> {
  const holders = new Map<string, Holder>(Object.entries(reservationsOf(runs)));
  for (const { id, holder } of lab.devices) {
    if (holder === null) continue;
    const known = holders.get(id);
    if (known !== undefined && known.runId !== holder)
      throw new LabError("scheduler.doubleReservation", `run ${known.runId} has ${id}, which is held by run ${holder}`);
    if (known === undefined) holders.set(id, { runId: holder, message: `it is held by run ${holder}` });
  }
  return holders;
}
