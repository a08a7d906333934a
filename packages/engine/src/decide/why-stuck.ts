import { type LabState, placeSteps, reservationsOf, type RunState } from "@labloop/scheduler";
import type { Recipe } from "../recipe.ts";
import type { CalibrationRecord, EngineState } from "../state.ts";
import { hasRoomToAsk } from "./ask-next.ts";
import { canFetchFrom } from "./can-fetch-from.ts";
import { isForPerson } from "./plan-maintenance.ts";
import { runViews } from "./lab-view.ts";

/**
 * Returns why a campaign cannot go on without a person, or nothing while it can: everything that is left waits for what is
 * in doubt, or for a device that was taken out of use, such as one on which a part was left.
 */
export function whyStuck(state: EngineState, recipe: Recipe): string[] {
  const phase = state.campaign?.chart.value;
  const held = state.campaign?.heldBecause ?? null;
  if (phase === "paused") {
    // Its clearing comes first, and devices may still have to answer it.
    if (state.estop?.isActive === true) return [];
    const waits = held ?? interlockForPerson(state, recipe);
    return waits === null || isMoving(state) ? [] : [`${waits}: labloop resume`];
  }
  if (phase !== "running" && phase !== "stopping") return [];
  const above = [...state.fencesAbove].map(
    ([device, fence]) =>
      `${device} has accepted epoch ${fence}, above this journal's ${state.epoch}: a campaign in another folder has used it, or this journal is a restored backup. If nothing of either is left on it: labloop restore confirm`,
  );
  if (above.length > 0) return above;
  const reasons = whatNeedsAPerson(state);
  if (reasons.length === 0) return [];

  const isAsked = [...state.proposals.values()].some(({ chart }) => chart.value === "asked");
  if (isMoving(state) || (phase === "running" && isAsked)) return [];
  // What is fetched comes, or is given up by name.
  if ([...state.awaited.values()].some(({ device }) => canFetchFrom(state, device))) return [];

  // Back-off passes by itself, and devices that are away may come back by themselves.
  const runs = runViews(state, { wallAt: Number.POSITIVE_INFINITY, labAt: Number.POSITIVE_INFINITY });
  const lab = healthyLab(state, recipe, runs);
  if (placeSteps(lab, runs, 0).placements.length > 0) return [];
  return phase === "running" && hasRoomToAsk(state, recipe, lab, runs) ? [] : reasons;
}

/** Returns which interlock has paused the campaign until a person lets it go on; null while one does not hold, which may pass. */
function interlockForPerson({ campaign, interlocks }: EngineState, { checked }: Recipe): string | null {
  const pausedBy = campaign?.pausedBy ?? [];
  if (pausedBy.some((name) => interlocks.get(name)?.isTripped === true)) return null;
  const waiting = checked.safety.interlocks.find(({ name, resumes }) => !resumes && pausedBy.includes(name));
  return waiting === undefined ? null : `interlock ${waiting.name} has paused the campaign, and holds again`;
}

function isMoving(state: EngineState): boolean {
  const commands = [...state.runs.values()].flatMap((run) => Object.values(run.steps));
  return commands.some((command) => command.outcome === null && command.doubt === null);
}

function whatNeedsAPerson(state: EngineState): string[] {
  const runs = [...state.runs.values()];
  const doubts = runs
    .flatMap((run) => Object.values(run.steps))
    .flatMap(({ commandId, doubt }) => (doubt === null ? [] : [`${commandId}: ${doubt}`]));
  const devices = [...state.devices.values()].flatMap(({ quarantine }) => quarantine?.message ?? []);
  const expired = [...state.calibrations].flatMap(([device, calibration]) =>
    isUncalibrated(calibration)
      ? [
          `the calibration ${calibration.reference} of ${device} was valid to ${calibration.expires}: labloop device calibrated ${device}`,
        ]
      : [],
  );
  const unmaintained = [...state.maintenance].flatMap(([device, records]) =>
    records
      .filter(isForPerson)
      .map(({ watch }) => `${watch.name} of ${device} is due: labloop device maintained ${device} ${watch.name}`),
  );
  return [...doubts, ...devices, ...expired, ...unmaintained];
}

/** One that its own operation can renew is not for a person, until that has failed. */
function isUncalibrated({ told, holdsWhenExpired, renewsForDays, renewal }: CalibrationRecord): boolean {
  return told === "expired" && holdsWhenExpired && (renewsForDays === null || renewal === "failed");
}

/** The lab with every device at its best that no person has to look at. */
function healthyLab(state: EngineState, recipe: Recipe, runs: readonly RunState[]): LabState {
  const reservations = reservationsOf(runs);
  const described = Object.entries(recipe.checked.description.devices);
  const usable = described.filter(([id]) => {
    const calibration = state.calibrations.get(id);
    const isUnmaintained = state.maintenance.get(id)?.some(isForPerson) ?? false;
    const isOver = isUnmaintained || (calibration !== undefined && isUncalibrated(calibration));
    return state.devices.get(id)?.quarantine == null && !isOver;
  });
  return {
    devices: usable.map(([id, { capability, operations }]) => ({
      id,
      capability,
      operations: Object.keys(operations),
      isAvailable: true,
      holder: reservations[id]?.runId ?? null,
      lastUsedAt: null,
    })),
  };
}
