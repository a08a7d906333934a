import type { WaitingView } from "@labloop/contracts";
import { placeSteps } from "@labloop/scheduler";
import type { Recipe } from "../recipe.ts";
import type { EngineState } from "../state.ts";
import { labView, runViews, type Surroundings } from "./lab-view.ts";

/**
 * Returns why each run that could go on does not, in the scheduler's words, or since nothing at all is started, and, while none is under
 * way, which devices the next one waits for.
 */
export function explainWaiting(state: EngineState, around: Surroundings, recipe: Recipe): WaitingView[] {
  const phase = state.campaign?.chart.value;
  if (phase === undefined || phase === "finished" || phase === "aborted") return [];
  const runs = runViews(state, around);
  if (runs.length === 0 && phase === "running") return unheard(state, around, recipe);
  const { placements, waiting } = placeSteps(labView(state, runs, around), runs, around.labAt);
  const halt = haltOf(state);
  // What the scheduler would start now is not started, and would be missing from what waits.
  const halted = halt === null ? [] : placements.map(({ runId, stepKey }) => ({ runId, stepKey, ...halt(stepKey) }));
  return [...halted, ...waiting].map(({ runId, stepKey, why, message }) => ({
    runId,
    run: (state.runs.get(runId)?.order ?? 0) + 1,
    step: stepKey,
    why,
    message,
  }));
}

/** What a step says that is not started since nothing is; null where steps are started. */
function haltOf({ estop, fencesAbove, campaign }: EngineState): ((step: string) => Halt) | null {
  if (estop?.isActive === true) {
    return (step) => ({
      why: "estop",
      message: `${step} waits until the E-STOP is cleared and the campaign is resumed`,
    });
  }
  if (fencesAbove.size > 0) {
    return (step) => ({ why: "restore", message: `${step} waits until a person has confirmed this older journal` });
  }
  if (campaign?.chart.value !== "paused") return null;
  return (step) => ({ why: "paused", message: `${step} waits until the campaign is resumed` });
}

type Halt = Pick<WaitingView, "why" | "message">;

/** The roles of a protocol for which no device is there: nothing is proposed before one is. */
function unheard(state: EngineState, around: Surroundings, { checked }: Recipe): WaitingView[] {
  const { roles, steps } = checked.protocol.document;
  const described = Object.entries(checked.description.devices);
  const present = labView(state, [], around).devices;
  const missing = [...new Set(Object.values(roles))].flatMap((capability) => {
    if (present.some((device) => device.capability === capability && device.isAvailable)) return [];
    const eligible = described.filter(([, device]) => device.capability === capability).map(([id]) => id);
    return eligible.map((id) => {
      const known = present.find((device) => device.id === id);
      if (known === undefined) return `${id} has not been heard on the broker: is its driver running?`;
      return `${id}: ${known.unavailableBecause ?? "it is not ready for commands"}`;
    });
  });
  if (missing.length === 0) return [];
  return [
    {
      runId: "",
      run: state.proposals.size + 1,
      step: steps[0]?.step ?? "",
      why: "unavailable",
      message: `the next experiment waits: ${missing.join("; ")}`,
    },
  ];
}
