import { type EngineState, successes } from "@labloop/engine";

/** How a campaign ended before its budget was used. */
export interface StoppedEarly {
  readonly phase: "stopped" | "aborted";
  /** Experiments that gave a value. */
  readonly experiments: number;
  /** Experiments that failed or were aborted under way. */
  readonly failed: number;
  readonly reason: string;
}

/** Returns how a campaign that is over was stopped early; null when it was not, or is not over. */
export function stoppedEarly(state: EngineState): StoppedEarly | null {
  const { campaign, observations } = state;
  const phase = campaign?.chart.value;
  if (campaign === null || campaign.endReason === null || (phase !== "finished" && phase !== "aborted")) return null;
  const experiments = successes(state);
  const failed = observations.filter(({ purpose }) => purpose === undefined).length - experiments;
  return { phase: phase === "aborted" ? phase : "stopped", experiments, failed, reason: campaign.endReason };
}
