import { LabError } from "@labloop/contracts";
import type { Arm } from "./config.ts";
import { load, play, untilAtRest, type Waiting, whyNotReady } from "./programs.ts";
import type { DashboardSession } from "./session.ts";
import type { Presence } from "./verdict.ts";
import { decodeProgramState, decodeStop, isSameProgram, type ProgramState } from "./wire.ts";

/** Runs a place's sensing program, which moves nothing: it ends when the place is empty, and stays paused when not. */
export async function sense(arm: Arm, place: string, context: Waiting): Promise<Presence> {
  const program = arm.config.senses[place];
  if (program === undefined) return null;
  await load(arm.session, program);
  context.signal.throwIfAborted();
  await play(arm.session, program);
  const { state, program: ended } = await untilAtRest(arm, "sensing", program, context);
  if (!isSameProgram(ended, program)) throw new LabError("arm.unclear", `${ended} took the place of ${program}`);
  // A stop, too, ends or pauses a program: then its state says nothing of the switch.
  const obstacle = await whyNotReady(arm.session);
  if (obstacle !== null) throw new LabError("arm.notReady", `${program} was disturbed: ${obstacle}`);
  if (state === "STOPPED") return "empty";
  await dismiss(arm.session);
  return "occupied";
}

/** Returns what the controller does, after ending a sensing program that an earlier session left behind. */
export async function settle(arm: Arm, context: Waiting): Promise<ProgramState> {
  const found = await arm.session.ask("programState", decodeProgramState);
  const isSensing = Object.values(arm.config.senses).some((program) => isSameProgram(program, found.program));
  if (!isSensing || found.state === "STOPPED") return found;
  if (found.state === "PLAYING") await untilAtRest(arm, "sensing", found.program, context);
  await dismiss(arm.session);
  return arm.session.ask("programState", decodeProgramState);
}

/** Closes the popup on which a sensing program waits, and ends the program. */
async function dismiss(session: DashboardSession): Promise<void> {
  await session.tryAsk("close popup", (line) => line);
  const { state } = await session.ask("programState", decodeProgramState);
  // Closing may have let the program run to its end already; then there is nothing to stop.
  if (state !== "STOPPED") await session.ask("stop", decodeStop);
}
