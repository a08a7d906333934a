import type { Ability } from "./rig.ts";
import type { Scene } from "./scene.ts";

/** What a check measured beside its verdict, by name with unit: `slowestStopMs`. */
export type Figures = Readonly<Record<string, number>>;

/** One promise of the contract that a driver is held to. Its id is permanent: badges, issues and scripts name it. */
export interface Check {
  readonly id: string;
  /** One sentence. */
  readonly promise: string;
  /** One sentence that mends most drivers that fail it. */
  readonly fix: string;
  /** What has to be possible here. */
  readonly needs?: readonly Ability[];
  /** Throws `Broken` when the promise does not hold, `NotApplicable` and `NotRun` as they say. */
  readonly run: (scene: Scene) => Promise<Figures | void>;
}

export const groups = {
  C1: "describes itself",
  C2: "accepts good, rejects bad",
  C3: "exactly one result",
  C4: "disturbed network",
  C5: "stops in time",
  C6: "heartbeat and will",
  C7: "truthful probe",
  C8: "determinism",
  C9: "recorded trace",
  C10: "soak",
} as const;
export type Group = keyof typeof groups;

/** Returns the group of a check's id. */
export function groupOf(id: string): Group {
  return id.split(".")[0] as Group;
}
