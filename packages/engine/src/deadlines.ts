import { type Cancel, type Clock, maintenanceDueAt, maintenanceNearAt } from "@labloop/contracts";
import { hardMarginMs } from "./fold/fold-step.ts";
import { expiresAt, noticeAt } from "./decide/calibration-standing.ts";
import { hangsAt } from "./decide/on-hanging.ts";
import { askAgainAt, retryAt } from "./decide/lab-view.ts";
import { abortLimit, probeUntil } from "./decide/settle-doubts.ts";
import type { CommandRecord, EngineState } from "./state.ts";

/**
 * What rings: a command's start or hard deadline, that it lasts too long, that what was settled by others is still not over
 * at its device, that something may be tried again, or that a stop was not answered.
 */
export type Ring =
  | { readonly commandId: string; readonly kind: "start" | "hang" | "hard" | "left" }
  | { readonly kind: "retry" }
  | { readonly kind: "stopAnswer"; readonly stopId: number };

/**
 * The link time for the way there and back, ms: allowed before an order is missed, and before an act is said to last too long, since
 * in a lab faster than life a late report looks like a slow instrument.
 */
const transitMs = 2_000;

/** The link time that a device has for its answer to an E-STOP, ms; chosen: ten times what it may take (S2). */
const stopAnswerMs = 1_000;

interface Alarm {
  readonly key: string;
  readonly at: number;
  readonly ring: Ring;
  /** Set when `at` is lab time. */
  readonly isLab?: true;
  /** The link time, ms, that must have passed besides after `at`, then lab time too. */
  readonly marginMs?: number;
}

/**
 * Keeps one timer for every deadline that stands in the state, and none for any other. Deadlines are data, so a restarted
 * engine arms the same ones; those that are over ring at once (E12). `scale` is how many times faster than the link clock the
 * lab clock runs.
 */
export function createDeadlines(labClock: Clock, linkClock: Clock, scale: number, onRing: (ring: Ring) => void) {
  const armed = new Map<string, Cancel>();

  function arm(alarm: Alarm): Cancel {
    if (alarm.isLab === true) return labClock.at(alarm.at, () => onRing(alarm.ring));
    const { marginMs } = alarm;
    if (marginMs === undefined) return linkClock.at(alarm.at, () => onRing(alarm.ring));
    // What an act may last is lab time; the margin after it is for the network, which is as slow as it is (section 10).
    let cancel = labClock.at(alarm.at, () => {
      // It counts from the run deadline itself: an engine that is started again and again must come to its end, too.
      const sinceMs = (labClock.now() - alarm.at) / scale;
      cancel = linkClock.at(linkClock.now() - sinceMs + marginMs, () => onRing(alarm.ring));
    });
    return () => cancel();
  }

  return {
    /** Brings the timers in line with a state. */
    follow(state: EngineState): void {
      const wanted = new Map(alarmsOf(state, linkClock.now()).map((alarm) => [alarm.key, alarm]));
      for (const [key, cancel] of armed) {
        if (wanted.has(key)) continue;
        cancel();
        armed.delete(key);
      }
      for (const [key, alarm] of wanted) if (!armed.has(key)) armed.set(key, arm(alarm));
    },
    stop(): void {
      for (const cancel of armed.values()) cancel();
      armed.clear();
    },
  };
}

function alarmsOf(state: EngineState, now: number): Alarm[] {
  const alarms: Alarm[] = [];
  const { estop } = state;
  if (estop?.isActive === true && Object.values(estop.devices).includes("asked")) {
    const { stopId, since } = estop;
    alarms.push({ key: `stop/${stopId}`, at: since.wallAt + stopAnswerMs, ring: { kind: "stopAnswer", stopId } });
  }
  const wake = (key: string, at: number) => {
    if (at > now) alarms.push({ key: `${key}/${at}`, at, ring: { kind: "retry" } });
  };
  const isAborting = state.campaign?.aborted != null && (state.runs.size > 0 || state.awaited.size > 0);
  if (isAborting) wake("abort", abortLimit(state));
  for (const run of state.runs.values()) {
    for (const command of Object.values(run.steps)) {
      if (command.outcome !== null) continue;
      if (command.doubt === null) {
        alarms.push(alarmOf(command));
        const at = hangsAt(run, command);
        const { commandId } = command;
        if (at !== null)
          alarms.push({ key: `${commandId}/hang/${at}`, at, ring: { commandId, kind: "hang" }, marginMs: transitMs });
        continue;
      }
      wake(`probe/${command.commandId}`, probeUntil(command));
      const { resolution } = command;
      if (isAborting && resolution !== null) wake(command.commandId, abortLimit(state, resolution.at.wallAt));
    }
    const room = run.refused?.until;
    if (room !== undefined) {
      alarms.push({ key: `room/${run.runId}/${room}`, at: room, ring: { kind: "retry" }, isLab: true });
    }
    wake(`retry/${run.runId}`, retryAt(run));
  }
  for (const { commandId, device, overAt: at } of state.residues.values()) {
    // One that is away is asked first when it is back, and may say then that it is over.
    const phase = state.devices.get(device)?.chart.value;
    if (phase !== "idle" && phase !== "busy") continue;
    alarms.push({ key: `${commandId}/left/${at}`, at, ring: { commandId, kind: "left" }, marginMs: hardMarginMs });
  }
  for (const [device, calibration] of state.calibrations) {
    const wakes = { due: noticeAt(calibration), expired: expiresAt(calibration) };
    const next = calibration.told === "nothing" ? wakes.due : calibration.told === "due" ? wakes.expired : null;
    if (next !== null)
      alarms.push({ key: `calibration/${device}/${next}`, at: next, ring: { kind: "retry" }, isLab: true });
  }
  for (const [device, records] of state.maintenance) {
    for (const { watch, since, told } of records) {
      const isNext = told === "near" || (told === "nothing" && watch.renew !== undefined);
      const at = isNext ? maintenanceDueAt(watch, since) : told === "nothing" ? maintenanceNearAt(watch, since) : null;
      const key = `maintenance/${device}/${watch.name}/${at}`;
      if (at !== null) alarms.push({ key, at, ring: { kind: "retry" }, isLab: true });
    }
  }
  for (const device of state.devices.values()) wake(`ask/${device.device}`, askAgainAt(device));
  return alarms;
}

function alarmOf(command: CommandRecord): Alarm {
  const { commandId, started, overdue } = command;
  if (started === null && overdue === null) {
    const at = (command.renewed ?? command.intended).wallAt + command.ttlMs + transitMs;
    return { key: `${commandId}/start/${at}`, at, ring: { commandId, kind: "start" } };
  }
  const from = started ?? overdue ?? command.intended;
  const at = from.labAt + command.maxDurationMs;
  return { key: `${commandId}/hard/${at}`, at, ring: { commandId, kind: "hard" }, marginMs: hardMarginMs };
}
