import type { Plan } from "@labloop/contracts";

/** A device as the scheduler sees it at one instant. */
export interface DeviceView {
  readonly id: string;
  /** The role it can play, matched against the capability that a plan asks of a role. */
  readonly capability: string;
  readonly operations: readonly string[];
  /** Idle and reconciled, so that a command may be sent to it (E8). */
  readonly isAvailable: boolean;
  /** Why it is not, for people, where it is more than being away or busy. */
  readonly unavailableBecause?: string;
  /** The run whose part stands on it or whose step claims it, also a run that is over and was never cleared away. */
  readonly holder: string | null;
  /** Lab time at which a step last ended on it; null when it has not worked yet. Only ranks equal choices. */
  readonly lastUsedAt: number | null;
}

/** The devices of a lab; places on them are not counted. */
export interface LabState {
  readonly devices: readonly DeviceView[];
}

/** One run that is not over. */
export interface RunState {
  readonly runId: string;
  /** Lab time; older runs go first. */
  readonly queuedAt: number;
  readonly plan: Plan;
  /** Role to device, for every role bound so far; a role is one device for the whole run. */
  readonly bindings: Readonly<Record<string, string>>;
  /** Keys of the steps that succeeded. */
  readonly done: readonly string[];
  /** The step that is dispatched, running or in doubt. */
  readonly open: string | null;
  /** The role that the part stands on now; during an open step, the one it stood on before. */
  readonly partRole: string | null;
  /** A held run starts nothing more and keeps what it has. */
  readonly isHeld: boolean;
  /** Why it is held, for people; absent when only a person releases it. */
  readonly heldBecause?: string;
}
