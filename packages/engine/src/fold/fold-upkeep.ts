import { type CalibrationWatch, LabError, type LabEventOf } from "@labloop/contracts";
import { lookBack } from "../decide/westgard.ts";
import { type CalibrationRecord, type EngineState, type Moment, openCommand, type RunRecord } from "../state.ts";
import { foldMaintenance, foldRenewing, withoutMaintaining } from "./fold-maintenance.ts";
import type { Folded } from "./folded.ts";
import { newRun } from "./new-run.ts";
import { replace } from "./step-state.ts";

type UpkeepEvent = LabEventOf<
  | "step.answered"
  | "calibration.due"
  | "calibration.expired"
  | "device.calibrated"
  | "maintenance.carried"
  | "maintenance.near"
  | "maintenance.due"
  | "device.maintained"
  | "upkeep.queued"
  | "control.judged"
>;

/** Returns a calibration that nobody was told anything of yet. */
export function watched({ reference, expires, noticeDays, whenExpired, renew }: CalibrationWatch): CalibrationRecord {
  return {
    reference,
    expires,
    noticeDays,
    holdsWhenExpired: whenExpired === "hold",
    renewsForDays: renew?.validDays ?? null,
    told: "nothing",
    renewal: null,
    before: [],
  };
}

/** Folds what keeps a lab in order: calibrations, maintenance, and runs that are no experiments. */
export function foldUpkeep(state: EngineState, event: UpkeepEvent, at: Moment): Folded {
  switch (event.type) {
    case "step.answered": {
      const { commandId, answer, by } = event;
      const command = openCommand(state, commandId);
      if (command === null) throw new LabError("journal.impossible", `${commandId} is answered and is not open`);
      return {
        state: replace(state, { ...command, answer: { answer, by, at } }),
        effects: [{ type: "sendAnswer", commandId }],
      };
    }
    case "calibration.due":
      return only(withCalibration(state, event.device, { told: "due" }));
    case "calibration.expired":
      return only(withCalibration(state, event.device, { told: "expired" }));
    case "device.calibrated": {
      const { device, reference, expires } = event;
      const known = state.calibrations.get(device);
      const last = known === undefined ? null : { reference: known.reference, expires: known.expires };
      const before = [...(known?.before ?? []), { calibration: last, until: at.labAt }];
      return only(withCalibration(state, device, { reference, expires, told: "nothing", renewal: null, before }));
    }
    case "maintenance.carried":
    case "maintenance.near":
    case "maintenance.due":
    case "device.maintained":
      return only(foldMaintenance(state, event, at));
    case "upkeep.queued":
      return only(queued(state, event));
    case "control.judged":
      return only({ ...state, controls: { ...state.controls, recent: recentAfter(state, event) } });
  }
}

/** What was rejected has been told of: rules count anew from there. */
function recentAfter({ controls: { recent } }: EngineState, { isAccepted, readings }: LabEventOf<"control.judged">) {
  if (!isAccepted) return {};
  const charted = readings.filter(({ sigma }) => sigma !== undefined);
  const added = charted.map(({ name, value }) => [name, [...(recent[name] ?? []), value].slice(-lookBack)] as const);
  return { ...recent, ...Object.fromEntries(added) };
}

function queued(state: EngineState, event: LabEventOf<"upkeep.queued">): EngineState {
  const { purpose, runId, bindings } = event;
  const isControl = purpose === "control";
  // What is done to a device is observed by nothing: it gives a calibration, or is done, or fails.
  const run = { ...newRun(event, state.runsQueued), purpose, proposalId: null, bindings, isObserved: !isControl };
  const next = { ...state, runs: new Map(state.runs).set(runId, run), runsQueued: state.runsQueued + 1 };
  if (isControl) {
    const controls = { ...state.controls, queued: state.controls.queued + 1, experimentsSince: 0 };
    return { ...next, controls };
  }
  if (purpose === "maintenance") return foldRenewing(next, event);
  return Object.values(bindings).reduce<EngineState>(
    (folded, device) => withCalibration(folded, device, { renewal: runId }),
    next,
  );
}

/** Returns the state after a run of upkeep has ended; one that gave no calibration, or did no maintenance, has failed. */
export function withoutRenewal(state: EngineState, run: RunRecord): EngineState {
  const { runId, purpose } = run;
  if (purpose === "maintenance") return withoutMaintaining(state, run);
  const [device] = [...state.calibrations].find(([, { renewal }]) => renewal === runId) ?? [];
  return device === undefined ? state : withCalibration(state, device, { renewal: "failed" });
}

const unstated: CalibrationRecord = watched({ reference: "", expires: null, noticeDays: 14, whenExpired: "hold" });

function withCalibration(state: EngineState, device: string, change: Partial<CalibrationRecord>): EngineState {
  const known = state.calibrations.get(device) ?? unstated;
  return { ...state, calibrations: new Map(state.calibrations).set(device, { ...known, ...change }) };
}

function only(state: EngineState): Folded {
  return { state, effects: [] };
}
