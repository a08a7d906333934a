import type { Cancel, Clock } from "@labloop/contracts";
import type { Effect } from "./effect.ts";
import { type EngineState, openCommands } from "./state.ts";

/** First and longest pause before an unanswered word is said again, ms of the link clock; chosen, as for reconcile. */
const firstPauseMs = 1_000;
const longestPauseMs = 15_000;

/**
 * Says again what a device that can be reached has not answered: a cancel until the command is over there, and a probe
 * until it has an answer. What is to be said stands in the state, so a restarted engine says it too.
 */
export function createRepeater(linkClock: Clock, say: (effect: Effect) => void) {
  const saying = new Map<string, Cancel>();

  function repeat(key: string, effect: Effect, pauseMs: number): void {
    const cancel = linkClock.at(linkClock.now() + pauseMs, () => {
      repeat(key, effect, Math.min(longestPauseMs, pauseMs * 2));
      say(effect);
    });
    saying.set(key, cancel);
  }

  return {
    /** Brings what is said again in line with a state. */
    follow(state: EngineState): void {
      const wanted = new Map(wordsOf(state));
      for (const [key, cancel] of saying) {
        if (wanted.has(key)) continue;
        cancel();
        saying.delete(key);
      }
      for (const [key, effect] of wanted) if (!saying.has(key)) repeat(key, effect, firstPauseMs);
    },
    stop(): void {
      for (const cancel of saying.values()) cancel();
      saying.clear();
    },
  };
}

function wordsOf(state: EngineState): [string, Effect][] {
  const words: [string, Effect][] = [];
  const isInReach = (device: string) => {
    const known = state.devices.get(device);
    const phase = known?.chart.value;
    // One that is out of use may be in the hands of staff besides (E16).
    return known?.local === null && (phase === "idle" || phase === "busy" || phase === "quarantined");
  };
  const cancel = (commandId: string, reason: string) =>
    words.push([`cancel/${commandId}`, { type: "cancelCommand", commandId, reason }]);
  for (const { commandId, device, cancelling, word, probe, resolution, answer } of openCommands(state)) {
    if (!isInReach(device)) continue;
    if (cancelling !== null && word === null) cancel(commandId, resolution?.reason ?? "it is not to run any more");
    // Until the device has said how the command ended: a driver that was started anew has to be told again, also where its
    // command has come to be in doubt meanwhile, unless somebody has said then what became of it.
    if (answer !== null && word === null && resolution === null)
      words.push([`answer/${commandId}`, { type: "sendAnswer", commandId }]);
    if (probe !== null && probe.answer === null && probe.bootId === state.devices.get(device)?.bootId) {
      words.push([`probe/${probe.rid}`, { type: "probeDevice", commandId }]);
    }
  }
  for (const { commandId, device, reason } of state.residues.values()) if (isInReach(device)) cancel(commandId, reason);
  return words;
}
