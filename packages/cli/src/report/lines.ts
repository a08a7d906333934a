import type { BestPoint, Design, RecordedEvent } from "@labloop/contracts";
import { unitText } from "./unit-text.ts";

/** Returns the JSON line that a watching script gets for an event, or null for those that only the journal needs. */
export function jsonLine({ seq, labAt, event }: RecordedEvent): object | null {
  const head = { v: 1, seq, at: new Date(labAt).toISOString() };
  switch (event.type) {
    case "observation.made": {
      const { observation } = event;
      const { runId, purpose, requested, executed, values, partial, failure, replicate } = observation;
      const what = purpose === undefined ? {} : { purpose };
      return {
        ...head,
        type: "observation",
        runId,
        ...what,
        requested,
        executed: executed.value,
        values,
        ...(partial === undefined ? {} : { partial }),
        failure,
        replicate,
      };
    }
    case "proposal.made": {
      const { answer, proposalId } = event;
      const { parameters, predicted, predictions, why } = answer;
      const several = predictions === undefined ? {} : { predictions };
      return { ...head, type: "proposal", proposalId, parameters, predicted, ...several, why };
    }
    case "run.queued": {
      const { runId, proposalId, parameters } = event;
      return { ...head, type: "run.queued", runId, proposalId, parameters };
    }
    case "step.intended": {
      const { runId, stepKey, commandId, device, op } = event;
      return { ...head, type: "step.intended", runId, step: stepKey, commandId, device, op };
    }
    case "step.succeeded":
      // Curves are long; they are in the journal.
      return { ...head, type: event.type, commandId: event.commandId };
    case "campaign.finished":
    case "step.sent":
    case "step.accepted":
    case "proposal.asked":
    case "device.announced":
      return null;
    default:
      return { ...head, ...event };
  }
}

/** Returns the plain line that a person reads for an event, or null for those that are not worth one. */
export function plainLine({ event }: RecordedEvent, experiments: { done: number; budget: number }): string | null {
  switch (event.type) {
    case "campaign.created":
      return `campaign ${event.campaign}: ${event.experiments} experiments in the ${event.mode} lab ${event.lab}, seed ${event.seed}`;
    case "observation.made": {
      // How a control sample was judged has a line of its own.
      if (event.observation.purpose !== undefined) return null;
      const { values, partial, executed, requested, failure } = event.observation;
      const point = pointText(executed.value ?? requested);
      const measured = Object.entries(values ?? partial ?? {}).map(
        ([name, { value, unit }]) => `${name} ${rounded(value)}${unitText(unit)}`,
      );
      if (failure !== null) {
        const kept = measured.length === 0 ? "" : `; measured before: ${measured.join(", ")}`;
        const word = failure.class === "aborted" ? "aborted" : "failed";
        return `  ${word.padEnd(10)} ${point}: ${failure.message}${kept}`;
      }
      return `  ${String(experiments.done).padStart(3)}/${experiments.budget}    ${point}: ${measured.join(", ")}`;
    }
    case "step.doubted":
      return `  in doubt   ${event.commandId}: ${event.reason}; labloop doubt show ${event.commandId}`;
    case "step.resolved":
      return `  settled    ${event.commandId} as ${event.as}${event.by === null ? "" : ` by ${event.by.name}`}: ${event.reason}`;
    case "device.released":
      return `  released   ${event.device} by ${event.by.name}: ${event.reason}`;
    case "device.fenceAbove":
      return `  old epoch  ${event.device} knows epoch ${event.fence}, above this journal's: used from another folder, or this is a restored backup; labloop restore confirm`;
    case "device.quarantined":
      return `  out of use ${event.message}; labloop device release ${event.device}`;
    case "campaign.stopping":
      return `  stopping   ${event.reason}`;
    case "calibration.due":
      return `  due        the calibration ${event.reference} of ${event.device} is valid to ${event.expires}`;
    case "calibration.expired":
      return `  expired    the calibration ${event.reference} of ${event.device}; labloop device calibrated ${event.device}`;
    case "device.calibrated":
      return `  calibrated ${event.device}: ${event.reference}, valid to ${event.expires ?? "further notice"}`;
    case "driver.reloaded":
      return `  reloaded   the driver of ${event.device} by ${event.by.name}: ${event.from ?? "none"}, now ${event.to}`;
    case "maintenance.near":
      return `  near       ${event.name} of ${event.device}: ${event.message}`;
    case "maintenance.due":
      return `  due        ${event.name} of ${event.device}; labloop device maintained ${event.device} ${event.name}`;
    case "device.maintained":
      return `  maintained ${event.device}: ${event.name}`;
    case "control.judged":
      return `  control    ${event.isAccepted ? "accepted" : "NOT ACCEPTED"}: ${event.message}`;
    case "run.failing":
      return `  failing    ${event.message}`;
    default:
      return null;
  }
}

/** Returns a point as `n 8, theta 75`. */
export function pointText(point: Design): string {
  return Object.entries(point)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

/** Returns a measured point as it was carried out, and as what it was asked for where that is another. */
export function measuredPointText({ parameters, requested }: Pick<BestPoint, "parameters" | "requested">): string {
  return `${pointText(parameters)}${requested === undefined ? "" : ` (asked for as ${pointText(requested)})`}`;
}

/** Returns a value with four significant digits. */
export function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
}
