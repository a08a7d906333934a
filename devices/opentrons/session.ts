import type { Robot } from "./robot.ts";

/** One connection to a robot, and what is known of it. */
export interface Session {
  readonly robot: Robot;
  readonly model: string;
  readonly serial: string | null;
  readonly software: string;
  readonly pollMs: number;
  readonly analysisMs: number;
  /** By command: the runs that may be moving. */
  readonly runs: Map<string, string>;
}
