import { LabError, sleep } from "@labloop/contracts";
import { sha256 } from "@labloop/contracts/digest";
import type { Evidence, OperationContext } from "@labloop/driver";
import { RobotRefusal } from "./robot.ts";
import type { Session } from "./session.ts";
import { AnalysesBody, AnalysisBody, DoorBody, EstopBody, isOver, ProtocolBody, RunBody, RunsBody } from "./wire.ts";

export interface ProtocolFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Makes a run that only needs to be played, and returns what tells of it later; moves nothing.
 *
 * Rejects when the door is open, an emergency stop is pressed, another run is going on, or the robot's own analysis of the
 * protocol with these values does not pass.
 */
export async function prepareRun(
  session: Session,
  files: readonly ProtocolFile[],
  runTimeParameterValues: Readonly<Record<string, number | boolean | string>>,
  context: OperationContext,
): Promise<Evidence> {
  const { robot } = session;
  await refuseUnsafe(session);
  await refuseWhileRunning(session);
  const { data: protocol } = await robot.upload("/protocols", files, ProtocolBody);
  const { id: protocolId } = protocol;
  let analysisId = protocol.analysisSummaries.at(-1)?.id;
  if (analysisId !== undefined) await analysed(session, protocolId, analysisId, context);
  if (Object.keys(runTimeParameterValues).length > 0) {
    const given = { runTimeParameterValues, forceReAnalyze: false };
    analysisId = (await robot.post(`/protocols/${protocolId}/analyses`, given, AnalysesBody)).data.at(-1)?.id;
  }
  if (analysisId === undefined) throw new LabError("opentrons.noAnalysis", "the robot does not analyse the protocol");
  const analysis = await analysed(session, protocolId, analysisId, context);
  if (analysis.result !== "ok") {
    const why = analysis.errors.map(({ errorType, detail }) => `${errorType}: ${detail}`).join("; ");
    throw new LabError("opentrons.analysisFailed", `the robot's analysis of the protocol does not pass: ${why}`);
  }
  const { data: run } = await robot.post("/runs", { protocolId, runTimeParameterValues }, RunBody);
  return {
    runId: run.id,
    protocolId,
    analysisId,
    protocolSha256: files.map(({ bytes }) => sha256(bytes)),
    robot: session.model,
    software: session.software,
  };
}

async function refuseUnsafe({ robot, model }: Session): Promise<void> {
  const { data: door } = await robot.get("/robot/door/status", DoorBody);
  if (door.status === "open" && door.doorRequiredClosedForProtocol) {
    throw new LabError("opentrons.doorOpen", "the robot's door is open", { hint: "close door and window" });
  }
  // An OT-2 has no such button, and says so.
  if (/^OT-2/i.test(model)) return;
  const { data: estop } = await robot.get("/robot/control/estopStatus", EstopBody);
  if (estop.status === "disengaged") return;
  throw new LabError("opentrons.estop", `the robot's emergency stop is ${estop.status}`, {
    hint: "release the button and acknowledge it at the robot",
  });
}

async function refuseWhileRunning({ robot }: Session): Promise<void> {
  const { links } = await robot.get("/runs?pageLength=1", RunsBody);
  const href = links?.current?.href;
  if (href === undefined) return;
  try {
    const { data: run } = await robot.get(href, RunBody);
    if (run.status === "idle" || isOver(run.status)) return;
    throw new LabError("opentrons.busy", `run ${run.id} has the robot, and is ${run.status}`);
  } catch (error) {
    // Deleted since the list was made.
    if (!(error instanceof RobotRefusal) || error.status !== 404) throw error;
  }
}

async function analysed(
  session: Session,
  protocolId: string,
  analysisId: string,
  { linkClock, signal }: OperationContext,
) {
  const giveUpAt = linkClock.now() + session.analysisMs;
  for (;;) {
    const { data } = await session.robot.get(`/protocols/${protocolId}/analyses/${analysisId}`, AnalysisBody);
    if (data.status === "completed") return data;
    if (linkClock.now() >= giveUpAt) {
      throw new LabError("opentrons.analysisSlow", `the robot's analysis is not done after ${session.analysisMs} ms`);
    }
    await sleep(linkClock, session.pollMs, signal);
  }
}
