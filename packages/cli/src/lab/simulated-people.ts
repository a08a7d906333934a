import type { Clock, RecordedEvent } from "@labloop/contracts";
import { type Engine, openCommands } from "@labloop/engine";
import type { SimulatedWorld } from "./open-world.ts";

/** Who answers for the people of a simulated lab. */
const by = { kind: "operator", name: "a simulated person" } as const;

/**
 * Has the people of a simulated lab do what they are asked, as the world says and in lab time. Returns what is to be told of
 * every event; steps that were asked of them before this process began are taken up at once.
 */
export function employPeople(
  world: Pick<SimulatedWorld, "answer"> | null,
  engine: Engine,
  labClock: Clock,
): (record: Pick<RecordedEvent, "event">) => void {
  const answerOf = world?.answer;
  if (answerOf === undefined) return () => {};
  const asked = new Set<string>();

  function attend(): void {
    const state = engine.state();
    for (const { commandId, runId, device, op, params, started, answer, doubt } of openCommands(state)) {
      const isTheirs = state.devices.get(device)?.caps?.operations[op]?.asks !== undefined;
      if (!isTheirs || started === null || answer !== null || doubt !== null || asked.has(commandId)) continue;
      const parameters = state.runs.get(runId)?.parameters ?? {};
      const said = answerOf?.({ device, op, params, parameters, commandId });
      if (said == null) continue;
      asked.add(commandId);
      labClock.at(labClock.now() + said.afterMs, () => {
        engine.submit({ type: "step.answer", commandId, answer: said.answer, by });
      });
    }
  }

  attend();
  return ({ event }) => {
    // The engine folds what it has recorded before it goes on.
    if (event.type === "step.started") labClock.at(labClock.now(), attend);
  };
}
