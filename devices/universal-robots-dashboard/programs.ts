import { LabError, sleep } from "@labloop/contracts";
import type { OperationContext } from "@labloop/driver";
import type { Arm } from "./config.ts";
import type { DashboardSession } from "./session.ts";
import {
  decodeLoad,
  decodeLoadedProgram,
  decodePlay,
  decodeProgramState,
  decodeRemoteControl,
  decodeRobotMode,
  decodeSafety,
  encodeLoad,
  isSameProgram,
  type ProgramState,
} from "./wire.ts";

/** What a wait on the arm needs to know of its act. */
export type Waiting = Pick<OperationContext, "labClock" | "linkClock" | "signal">;

/** Real time that a sensing program is given at the least, for questions and answers on the wire. */
const wireMarginMs = 5_000;

/**
 * Waits until `program` has come to rest, and returns what is the case then, which may be another program.
 *
 * A sensing program rests stopped or paused, and soon. A transfer rests stopped only: paused by a protective stop or a
 * person it may go on later, and how long it may take is the engine's business. Rest counts when seen twice: the first
 * answer after `play` may be older than the program's first instruction.
 */
export async function untilAtRest(
  arm: Arm,
  kind: "transfer" | "sensing",
  program: string,
  context: Waiting,
): Promise<ProgramState> {
  const { labClock, linkClock, signal } = context;
  const { pollS, senseMaxS } = arm.config;
  const endsAt = labClock.now() + senseMaxS * 1000;
  // In a lab that runs faster than life, answers still take their time on the wire.
  const answeredBy = linkClock.now() + wireMarginMs;
  let before: ProgramState["state"] | null = null;
  for (;;) {
    const now = await arm.session.ask("programState", decodeProgramState);
    if (!isSameProgram(now.program, program)) return now;
    const isAtRest = now.state === "STOPPED" || (now.state === "PAUSED" && kind === "sensing");
    if (isAtRest && now.state === before) return now;
    if (kind === "sensing" && labClock.now() >= endsAt && linkClock.now() >= answeredBy) {
      throw new LabError("arm.senseTooLong", `${program} still runs after ${senseMaxS} s`, {
        hint: "a sensing program reads its switch, waits a second and ends, or stays at a blocking popup",
      });
    }
    before = now.state;
    await sleep(labClock, pollS * 1000, signal);
  }
}

/** Loads a program and makes sure that it is the one the controller has loaded; moves nothing. */
export async function load(session: DashboardSession, program: string): Promise<void> {
  const answer = await session.ask(encodeLoad(program), decodeLoad);
  if (answer.kind !== "loaded") {
    const why = answer.kind === "notFound" ? "does not exist on the controller" : "could not be loaded";
    throw new LabError("arm.noProgram", `${program} ${why}`, {
      hint: "check the name, and that its installation is confirmed",
    });
  }
  const loaded = await session.ask("get loaded program", decodeLoadedProgram);
  if (loaded === "none" || !isSameProgram(loaded.program, program)) {
    throw new LabError("arm.noProgram", `${program} was loaded, but the controller holds another program`);
  }
}

/** Starts the loaded program; `arm.refused` when the controller does not. */
export async function play(session: DashboardSession, program: string): Promise<void> {
  if (await session.ask("play", decodePlay)) return;
  throw new LabError("arm.refused", `the controller did not start ${program}`, {
    hint: "look at the pendant: a popup, a stop or local control keeps it from playing",
  });
}

/** Returns what keeps the arm from moving, or null. */
export async function whyNotReady(session: DashboardSession): Promise<string | null> {
  const mode = await session.ask("robotmode", decodeRobotMode);
  if (mode !== "RUNNING") return `robot mode ${mode}`;
  // Before 5.4 there is only the coarser safety mode.
  const safety =
    (await session.tryAsk("safetystatus", decodeSafety)) ?? (await session.ask("safetymode", decodeSafety));
  if (safety !== "NORMAL" && safety !== "REDUCED") return `safety status ${safety}`;
  // CB3 controllers know no remote control and do not understand the question.
  return (await session.tryAsk("is in remote control", decodeRemoteControl)) === false ? "in local control" : null;
}
