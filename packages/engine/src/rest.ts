import type { Cancel, Clock } from "@labloop/contracts";
import { whyStopped } from "./decide/on-estop.ts";
import { probeUntil } from "./decide/settle-doubts.ts";
import { whyStuck } from "./decide/why-stuck.ts";
import type { Recipe } from "./recipe.ts";
import { type EngineState, openCommands } from "./state.ts";

/** How long a campaign that can do nothing else waits for devices to say how what is in doubt ended, ms; chosen. */
const patienceMs = 300_000;

/** How an engine came to rest. */
export type EngineRest =
  | { readonly kind: "ended"; readonly state: EngineState }
  /**
   * Nothing more can be done until a person has settled what is in doubt or taken out of use. The engine still listens:
   * a late fact may come.
   */
  | { readonly kind: "stuck"; readonly state: EngineState; readonly reasons: readonly string[] };

/** Returns who notices, after each turn, that nothing more will happen by itself. */
export function createRest(options: {
  readonly recipe: Recipe;
  readonly linkClock: Clock;
  readonly state: () => EngineState;
  readonly isAsking: (device: string) => boolean;
  /** Whether people are there to settle what nobody else can: then it never counts as stuck. */
  readonly waitsForPeople: () => boolean;
  /** Whether everybody was asked to leave: then it is not gone on with under an E-STOP either. */
  readonly isLeft: () => boolean;
  readonly settle: (rest: EngineRest) => void;
}) {
  const { recipe, linkClock, state, isAsking, waitsForPeople, isLeft, settle } = options;
  let cancelPatience: Cancel | null = null;

  function stop(): void {
    cancelPatience?.();
    cancelPatience = null;
  }

  function settleStuck(): void {
    settle({ kind: "stuck", state: state(), reasons: whyStuck(state(), recipe) });
  }

  return {
    look(now: EngineState): void {
      const phase = now.campaign?.chart.value;
      if (phase === "finished" || phase === "aborted") settle({ kind: "ended", state: now });
      if (waitsForPeople()) return;
      const stopped = isLeft() ? whyStopped(now) : null;
      if (stopped !== null) settle({ kind: "stuck", state: now, reasons: [stopped] });
      if (whyStuck(now, recipe).length === 0) stop();
      else if (isWordAwaited(now, isAsking, linkClock.now()))
        cancelPatience ??= linkClock.at(linkClock.now() + patienceMs, settleStuck);
      else settleStuck();
    },
    stop,
  };
}

/** Whether a device could still say how something in doubt ended: one that is away, was asked, or was told to cancel. */
function isWordAwaited(state: EngineState, isAsking: (device: string) => boolean, now: number): boolean {
  return openCommands(state).some((command) => {
    const { doubt, device, cancelling, word } = command;
    const phase = state.devices.get(device)?.chart.value;
    if (doubt === null || phase === "quarantined") return false;
    const isToEnd = cancelling !== null && word === null;
    return isToEnd || probeUntil(command) > now || isAsking(device) || (phase !== "idle" && phase !== "busy");
  });
}
