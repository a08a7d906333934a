import type { RecordedEvent } from "@labloop/contracts";
import type { Tables } from "./tables.ts";

/** Projects what a person should know of. */
export function projectAlarm(tables: Tables, { seq, labAt, event }: RecordedEvent): void {
  const raise = (code: string, message: string) =>
    tables.alarms.set(String(seq), { seq, at: labAt, code, message }, seq);
  switch (event.type) {
    case "step.doubted":
      return raise("step.inDoubt", `${event.commandId}: ${event.reason}`);
    case "step.overdue":
      return raise("step.overdue", `${event.commandId} has not been reported as started in time`);
    case "device.quarantined":
      return raise(event.code, event.message);
    case "device.lost":
      return event.reason === "unlinked" ? undefined : raise("device.lost", `${event.device} is not reachable`);
    case "run.failing":
      return raise(event.code, event.message);
    case "proposal.rejected":
      return raise("optimizer.failed", event.reason);
    case "campaign.stopping":
      return raise("campaign.stopping", event.reason);
    case "step.hanging": {
      const [lasted, expected] = [event.lastedMs, event.expectedMs].map((ms) => `${Math.round(ms / 1_000)} s`);
      return raise("step.hanging", `${event.commandId} has lasted ${lasted}; it usually takes ${expected}`);
    }
    case "envelope.violated":
      return raise("envelope.violated", event.message);
    case "interlock.tripped":
      return raise("interlock.tripped", event.message);
    case "calibration.due":
      return raise(event.type, `the calibration ${event.reference} of ${event.device} is valid to ${event.expires}`);
    case "calibration.expired": {
      const then = event.holds ? "nothing new is started on it" : "it is still used";
      return raise(event.type, `the calibration ${event.reference} of ${event.device} is over; ${then}`);
    }
    case "maintenance.near":
      return raise(event.type, `${event.name} of ${event.device} is due soon: ${event.message}`);
    case "maintenance.due": {
      const then = event.holds ? "nothing new is started on it" : "it is still used";
      return raise(event.type, `${event.name} of ${event.device} is due: ${event.message}; ${then}`);
    }
    case "control.judged":
      if (!event.isAccepted) return raise("control.outside", `the control sample: ${event.message}`);
      return event.readings.some(({ rules = [] }) => rules.length > 0)
        ? raise("control.warning", `the control sample: ${event.message}`)
        : undefined;
    case "device.unreadable": {
      const { device, code, count, message } = event;
      return raise("device.unreadable", `${device}: ${count} unreadable (${code}), the last: ${message}`);
    }
    case "step.contradicted": {
      const { device, commandId, state, settled } = event;
      return raise("step.contradicted", `${device} says ${state} of ${commandId}, which was settled as ${settled}`);
    }
    case "sample.suspected":
      return raise("sample.suspect", `sample ${event.sampleId} is suspect: ${event.reason}`);
    case "device.orphanFound":
      return raise(
        "device.orphanFound",
        `${event.device} carries ${event.commandId} (${event.state}), which this journal never ordered`,
      );
    case "device.fenceAbove":
      return raise(
        "engine.restored",
        `${event.device} has accepted epoch ${event.fence}, above this journal's: a campaign in another folder has used it, or this journal is a restored backup. Nothing is sent before a person says labloop restore confirm`,
      );
    case "estop.raised":
      return raise("estop.raised", `E-STOP by ${event.by.name}: ${event.reason}`);
    case "estop.unanswered":
      return raise("estop.unanswered", `${event.device} has not answered the E-STOP: it may still be moving`);
    default:
  }
}
