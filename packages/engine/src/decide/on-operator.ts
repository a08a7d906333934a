import type { Ids, LabEvent, OperatorCommand } from "@labloop/contracts";
import { type CommandRecord, type EngineState, openCommands } from "../state.ts";
import { onAnswer } from "./on-answer.ts";
import { onProbe, onRelease, onResolve } from "./on-doubt-answer.ts";

/** Why a campaign stops when it is aborted. */
const abortReason = "aborted by an operator";

/** Returns the facts that an operator's command to the campaign makes, or why it is refused. */
export function onOperator(
  state: EngineState,
  command: Exclude<OperatorCommand, { type: `estop.${string}` | "restore.confirm" }>,
  ids: Ids,
): { readonly events: readonly LabEvent[] } | { readonly refused: string } {
  const phase = state.campaign?.chart.value;
  // What a campaign has left is to be seen to by people after it is over, too: others in this lab wait for it.
  if (command.type === "device.release") return onRelease(state, command);
  // So is what people do to devices between campaigns: the next one counts from there.
  if (command.type === "device.maintained") return onMaintained(state, command);
  if (phase === undefined || phase === "finished" || phase === "aborted") {
    return { refused: "no campaign is running" };
  }
  if (command.type === "device.calibrated") return onCalibrated(state, command);
  // What a person has done is done, also while a stop stands.
  if (command.type === "step.answer") return onAnswer(state, command);
  // Answers move nothing by themselves, so they may be given while a stop stands.
  switch (command.type) {
    case "doubt.resolve":
      return onResolve(state, command);
    case "doubt.probe":
      return onProbe(state, command, ids);
    default:
  }
  if (state.estop?.isActive === true) {
    return { refused: "an E-STOP stands; clear it first, then say how the campaign goes on" };
  }
  switch (command.type) {
    case "campaign.pause":
      return phase === "running" || (phase === "paused" && (state.campaign?.pausedBy ?? []).length > 0)
        ? { events: [{ type: "campaign.paused", reason: command.reason, by: command.by }] }
        : { refused: `the campaign is ${phase}, so it cannot be paused` };
    case "campaign.resume":
      return phase === "paused"
        ? (whyTripped(state) ?? { events: resume(state, command.by) })
        : { refused: `the campaign is ${phase}, not paused` };
    case "campaign.stop":
      return phase === "stopping"
        ? { refused: "the campaign is stopping already" }
        : { events: [{ type: "campaign.stopping", reason: command.reason, by: command.by }] };
    case "campaign.abort":
      return state.campaign?.abortedBy == null
        ? { events: abort(state, command.by) }
        : { refused: "the campaign is being aborted already" };
  }
}

/** Refuses to go on while an interlock does not hold that has paused the campaign, or would have. */
function whyTripped({ campaign, interlocks }: EngineState): { readonly refused: string } | null {
  for (const [name, { isTripped, message }] of interlocks) {
    if (isTripped && campaign?.interlocks?.[name]?.pauses === true) return { refused: message };
  }
  return null;
}

/** A campaign that was stopping when an E-STOP paused it goes on stopping, by the word of whoever had stopped it. */
function resume({ campaign }: EngineState, by: OperatorCommand["by"]): LabEvent[] {
  const { endReason: reason = null, endedBy = null } = campaign ?? {};
  const resumed: LabEvent = { type: "campaign.resumed", by };
  if (reason === null || endedBy === null) return [resumed];
  return [resumed, { type: "campaign.stopping", reason, by: endedBy }];
}

function abort(state: EngineState, by: OperatorCommand["by"]): LabEvent[] {
  const failing = [...state.runs.values()].map(
    (run): LabEvent => ({
      type: "run.failing",
      runId: run.runId,
      stepKey: Object.keys(run.steps).at(-1) ?? run.plan.steps[0]?.key ?? "",
      code: "campaign.aborted",
      message: abortReason,
    }),
  );
  // What has not begun is not to begin: cleaning up is decided on anew, and nothing is sent again for ever.
  // What runs and can be stopped without harm is stopped (D8), but for a carrying: that would leave a part half-way.
  const cancelled = openCommands(state)
    .filter((command) => command.doubt === null && (command.started === null || isFairToStop(state, command)))
    .map(({ commandId }): LabEvent => ({ type: "step.cancelling", commandId, reason: abortReason }));
  return [{ type: "campaign.stopping", reason: abortReason, by, abort: true }, ...failing, ...cancelled];
}

function isFairToStop(state: EngineState, { device, op, stepKey, commandId, answer }: CommandRecord): boolean {
  // A person has done it, and said so: their word ends it as soon as the device has it.
  if (answer !== null) return false;
  const run = [...state.runs.values()].find(({ steps }) => steps[stepKey]?.commandId === commandId);
  const step = run?.plan.steps.find(({ key }) => key === stepKey);
  const isCarrying = step !== undefined && step.partFrom !== null && step.partFrom !== step.partTo;
  return !isCarrying && state.devices.get(device)?.caps?.operations[op]?.stoppable === true;
}

/** What a device's values rest on is a person's word; a wrong date could not be told from a right one. */
function onCalibrated(
  { devices, calibrations, campaign }: EngineState,
  { device, reference, expires, by, reason }: Extract<OperatorCommand, { type: "device.calibrated" }>,
): { readonly events: readonly LabEvent[] } | { readonly refused: string } {
  if (!devices.has(device) && !calibrations.has(device)) {
    return { refused: `the lab ${campaign?.lab ?? ""} has no device ${device}` };
  }
  if (calibrations.get(device)?.reference === reference) {
    return { refused: `${device} rests on ${reference} already; a new calibration has a reference of its own` };
  }
  return { events: [{ type: "device.calibrated", device, reference, expires, by, reason }] };
}

function onMaintained(
  state: EngineState,
  { device, maintenance: name, by, reason }: Extract<OperatorCommand, { type: "device.maintained" }>,
): { readonly events: readonly LabEvent[] } | { readonly refused: string } {
  const stated = state.maintenance.get(device)?.map(({ watch }) => watch.name) ?? [];
  if (stated.includes(name)) return { events: [{ type: "device.maintained", device, name, by, reason }] };
  const known = stated.length === 0 ? "states no maintenance of it" : `states ${stated.join(", ")}`;
  return {
    refused: `${device} has no maintenance ${name}: the lab file of ${state.campaign?.lab ?? "no lab"} ${known}`,
  };
}
