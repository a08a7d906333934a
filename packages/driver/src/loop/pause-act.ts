import type { CommandError } from "@labloop/contracts";
import type { OperationContext } from "../define-device.ts";
import type { DeviceStore } from "../store/device-store.ts";
import type { Act } from "./act.ts";
import { textOf } from "./text-of.ts";
import type { WireKeeper } from "./wire-keeper.ts";

/** Has started acts stand still, or go on; without a command id all of them. Resolves with why not, or null. */
export type PauseAct = (what: "pause" | "resume", commandId?: string) => Promise<CommandError | null>;

/** Returns what pauses and resumes acts (D12); neither is journaled, and neither ends an act. */
export function createPauseAct<Session>(options: {
  readonly acts: () => Iterable<Act<Session>>;
  /** Why nothing may move now. */
  readonly gate: () => CommandError | null;
  readonly store: DeviceStore;
  readonly wire: WireKeeper<Session>;
  readonly contextOf: (act: Act<Session>) => OperationContext;
  readonly shutdown: AbortSignal;
}): PauseAct {
  const { acts, gate, store, wire, contextOf, shutdown } = options;
  const no = (code: string, message: string): CommandError => ({ code, message, class: "crash" });

  const ask = async (what: "pause" | "resume", act: Act<Session>): Promise<CommandError | null> => {
    const { commandId, operation } = act;
    const hook = operation.pause === undefined || operation.resume === undefined ? undefined : operation[what];
    if (hook === undefined) return no("device.notPausable", `${act.order.op} cannot be paused`);
    await act.begun;
    const session = act.watchedOver;
    if (shutdown.aborted || session === null || session !== wire.session()) {
      return no(
        "device.noContact",
        `${commandId} is not being watched: nobody knows whether it can be told to ${what}`,
      );
    }
    // A pause is harmless at any time; going on is motion, and what stands against a start stands against it.
    const closed = what === "resume" ? gate() : null;
    if (closed !== null) return closed;
    if (act.stopping !== null || act.isHalted) return no("device.stopping", `${commandId} is being stopped`);
    try {
      await hook(session, contextOf(act));
      return null;
    } catch (error) {
      return no("device.pauseFailed", `the instrument did not ${what} ${commandId}: ${textOf(error)}`);
    }
  };

  return async (what, commandId) => {
    const asked = [...acts()].filter((act) => {
      const isMeant = commandId === undefined || act.commandId === commandId;
      return isMeant && store.find(act.commandId)?.state === "started";
    });
    if (asked.length === 0) {
      const notRunning = commandId === undefined ? "nothing is" : `${commandId} is not`;
      return no("device.notRunning", `${notRunning} being carried out here`);
    }
    const answers = asked.map((act) => {
      const answer = act.pausing.then(() => ask(what, act));
      act.pausing = answer.then(() => {});
      return answer;
    });
    return (await Promise.all(answers)).find((answer) => answer !== null) ?? null;
  };
}
