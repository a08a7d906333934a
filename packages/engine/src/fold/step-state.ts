import type { Effect } from "../effect.ts";
import type { CommandRecord, EngineState } from "../state.ts";

/** Returns the state in which the device's journal is known to have reached `jseq`: a shorter one later is lost memory (E9). */
export function hearFrom(state: EngineState, name: string, jseq: number): EngineState {
  const device = state.devices.get(name);
  if (device === undefined || jseq <= device.jseq) return state;
  return { ...state, devices: new Map(state.devices).set(name, { ...device, jseq }) };
}

/** Returns the state with a command of an unfinished run replaced. */
export function replace(state: EngineState, command: CommandRecord): EngineState {
  const run = state.runs.get(command.runId);
  if (run === undefined) return state;
  const steps = { ...run.steps, [command.stepKey]: command };
  return { ...state, runs: new Map(state.runs).set(run.runId, { ...run, steps }) };
}

/** Returns the acknowledgement that a chart asks for, if it does. */
export function acknowledgements(command: CommandRecord, effects: readonly { readonly type: string }[]): Effect[] {
  return effects
    .filter((effect) => effect.type === "acknowledge")
    .map(() => ({ type: "acknowledge", device: command.device, commandId: command.commandId }));
}

/** Returns whether the device has said that it knows the command. */
export function wasReported({ chart, started, word }: CommandRecord): boolean {
  return started !== null || word !== null || chart.value === "accepted";
}
