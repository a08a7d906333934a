import type { WaitingView } from "@labloop/contracts";
import { placeSteps } from "@labloop/scheduler";
import type { EngineState } from "../state.ts";
import { labView, runViews, type Surroundings } from "./lab-view.ts";

/** Returns why each run that could go on does not, in the scheduler's words. */
export function explainWaiting(state: EngineState, around: Surroundings): WaitingView[] {
  const phase = state.campaign?.chart.value;
  if (phase === undefined || phase === "finished" || phase === "aborted") return [];
  const runs = runViews(state, around);
  return placeSteps(labView(state, runs, around), runs, around.labAt).waiting.map(
    ({ runId, stepKey, why, message }) => ({
      runId,
      run: (state.runs.get(runId)?.order ?? 0) + 1,
      step: stepKey,
      why,
      message,
    }),
  );
}
