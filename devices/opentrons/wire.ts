import * as z from "zod";

/** The header without which the robot answers nothing, and the version of the API that this was written from. */
export const versionHeader = "Opentrons-Version";
export const apiVersion = "3";

/** Where a run stands (`EngineStatus`). */
export const RunStatus = z.enum([
  "idle",
  "running",
  "paused",
  "blocked-by-open-door",
  "stop-requested",
  "finishing",
  "awaiting-recovery",
  "awaiting-recovery-paused",
  "awaiting-recovery-blocked-by-open-door",
  "stopped",
  "failed",
  "succeeded",
]);
export type RunStatus = z.infer<typeof RunStatus>;

/** What a client may ask of a run (`RunActionType`). */
export type RunAction =
  | "play"
  | "pause"
  | "stop"
  | "resume-from-recovery"
  | "resume-from-recovery-assuming-false-positive";

/** One value of a protocol that is set per run; the robot calls it a run-time parameter. */
const RunTimeParameter = z.object({ variableName: z.string(), value: z.union([z.number(), z.boolean(), z.string()]) });

const ErrorOccurrence = z.object({ errorType: z.string(), detail: z.string(), errorCode: z.string().optional() });

export const Run = z.object({
  id: z.string(),
  /** False for a run whose end was never stored: the server went down while it was current. */
  ok: z.boolean().optional(),
  current: z.boolean(),
  status: RunStatus,
  protocolId: z.string().nullish(),
  /** Stored when accepted; they outlive the server. */
  actions: z.array(z.object({ actionType: z.string() })),
  errors: z.array(ErrorOccurrence).default([]),
  // Those of files have no value.
  runTimeParameters: z.array(z.unknown()).default([]),
});
export type Run = z.infer<typeof Run>;

/** Returns the run-time parameters of a run that are single values. */
export function parametersOf(run: Run): Readonly<Record<string, number | boolean | string>> {
  const known = run.runTimeParameters.flatMap((parameter) => RunTimeParameter.safeParse(parameter).data ?? []);
  return Object.fromEntries(known.map(({ variableName, value }) => [variableName, value]));
}

export const RunBody = z.object({ data: Run });
export const RunsBody = z.object({ links: z.object({ current: z.object({ href: z.string() }).nullish() }).nullish() });

const AnalysisSummary = z.object({ id: z.string(), status: z.enum(["pending", "completed"]) });
export const ProtocolBody = z.object({
  data: z.object({ id: z.string(), analysisSummaries: z.array(AnalysisSummary) }),
});
export const AnalysesBody = z.object({ data: z.array(AnalysisSummary) });
export const AnalysisBody = z.object({
  data: z.object({
    id: z.string(),
    status: z.enum(["pending", "completed"]),
    result: z.enum(["ok", "not-ok"]).optional(),
    errors: z.array(ErrorOccurrence).default([]),
    commands: z.array(z.unknown()).default([]),
  }),
});

export const Command = z.object({
  id: z.string(),
  commandType: z.string(),
  status: z.enum(["queued", "running", "succeeded", "failed"]),
  params: z.record(z.string(), z.unknown()).default({}),
  result: z.record(z.string(), z.unknown()).nullish(),
});
export type Command = z.infer<typeof Command>;
export const CommandsBody = z.object({ data: z.array(Command), meta: z.object({ totalLength: z.number().int() }) });
export const CommandBody = z.object({ data: Command });

export const Health = z.object({
  name: z.string(),
  robot_model: z.string(),
  api_version: z.string(),
  robot_serial: z.string().nullish(),
});
export const DoorBody = z.object({
  data: z.object({ status: z.enum(["open", "closed"]), doorRequiredClosedForProtocol: z.boolean() }),
});
export const EstopBody = z.object({ data: z.object({ status: z.string() }) });

/** What the robot says when it refuses. */
export const Refusal = z.object({
  errors: z.array(
    z.object({ id: z.string().default("unknown"), title: z.string().default(""), detail: z.string().default("") }),
  ),
});

/** Returns whether a run is over for good. */
export function isOver(status: RunStatus): boolean {
  return status === "succeeded" || status === "failed" || status === "stopped";
}
