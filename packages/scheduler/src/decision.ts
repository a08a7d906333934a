/** A step to start now. */
export interface Placement {
  readonly runId: string;
  readonly stepKey: string;
  /** The device that carries the step out. */
  readonly device: string;
  /** The roles that this step binds for the rest of the run; roles bound before are not repeated. */
  readonly bindings: Readonly<Record<string, string>>;
}

/**
 * Why a step does not start: its run is held; no device of the lab can play a role; the devices that can are away or
 * being reconciled; another run has them; or granting them could leave runs waiting for each other for ever.
 */
export type WaitReason = "held" | "noDevice" | "unavailable" | "occupied" | "unsafe";

/** The first step of a run that could start but for what is named. */
export interface Waiting {
  readonly runId: string;
  readonly stepKey: string;
  readonly why: WaitReason;
  /** For people: what is waited for, and what is in the way. */
  readonly message: string;
  /** The devices that are in the way. */
  readonly devices: readonly string[];
  /** The other runs that are in the way. */
  readonly runs: readonly string[];
}

/** What to start at an instant, and why nothing else starts. */
export interface Decision {
  /** Lab time that the decision is for. */
  readonly at: number;
  readonly placements: readonly Placement[];
  readonly waiting: readonly Waiting[];
}
