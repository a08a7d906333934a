import type {
  Actor,
  Calibration,
  CommandError,
  CommandState,
  Design,
  DeviceCaps,
  LabEventOf,
  MaintenanceCount,
  MaintenanceWatch,
  Observation,
  Physical,
  Plan,
  ProbeOutcome,
  ProposeAnswer,
  Resolution,
  RetryClass,
  StepAnswer,
  Values,
} from "@labloop/contracts";
import type {
  campaignMachine,
  deviceMachine,
  Persisted,
  proposalMachine,
  runMachine,
  stepMachine,
} from "@labloop/machines";
import type { PastAct } from "@labloop/protocol";

/** When something happened, on both clocks, in ms since 1970. */
export interface Moment {
  readonly labAt: number;
  readonly wallAt: number;
}

/** One proposal and what became of it. */
export interface ProposalRecord {
  readonly proposalId: string;
  readonly chart: Persisted<typeof proposalMachine>;
  readonly seed: number;
  /** Measurements known when it was asked, and the points pending then: with the seed, all it depends on. */
  readonly measurements: number;
  /** Observations known then, failures too; undefined in records of lists that older versions wrote. */
  readonly observations: number | undefined;
  readonly pending: readonly Design[];
  readonly remaining: number;
  readonly answer: ProposeAnswer | null;
  /** Why there will be no answer. */
  readonly rejection: string | null;
}

/** How a command ended. */
export type CommandOutcome =
  | {
      readonly state: "succeeded";
      readonly result: Values;
      readonly executed: Values;
      readonly isAwaited?: true;
      /** Why its large result is not to be had. */
      readonly problem?: string;
    }
  | { readonly state: "failed"; readonly physical: Physical; readonly error: CommandError }
  | { readonly state: "notExecuted"; readonly error: CommandError }
  /** It was given up: nobody knows whether matter moved. */
  | { readonly state: "discarded"; readonly error: CommandError };

/** A device's being asked to look for evidence of one command; under another boot its answer is worth nothing. */
interface ProbeRecord {
  readonly rid: string;
  readonly bootId: string | null;
  readonly asked: Moment;
  /** Null while the answer is awaited. */
  readonly answer: { readonly outcome: ProbeOutcome; readonly isDecisive: boolean } | null;
}

/** How a command in doubt was settled, by whom and why; `by` is null for decisive evidence and for a policy. */
export interface ResolutionRecord {
  readonly as: Resolution;
  readonly by: Actor | null;
  readonly confirmedBy: Actor | null;
  readonly reason: string;
  readonly at: Moment;
}

/** One attempt at a step, from intent to its settled end. */
export interface CommandRecord {
  readonly commandId: string;
  readonly runId: string;
  readonly stepId: string;
  readonly stepKey: string;
  readonly attempt: number;
  readonly device: string;
  readonly dseq: number;
  readonly op: string;
  readonly params: Values;
  readonly paramsHash: string;
  readonly retryClass: RetryClass;
  readonly ttlMs: number;
  readonly maxDurationMs: number;
  /** What its device had announced of itself when it started; until then, when it was ordered. */
  readonly caps: DeviceCaps | null;
  /** The roles that this command bound to devices. */
  readonly bindings: Readonly<Record<string, string>>;
  readonly chart: Persisted<typeof stepMachine>;
  readonly intended: Moment;
  /** When its time to live last began anew, since the device had never seen it. */
  readonly renewed: Moment | null;
  readonly sent: Moment | null;
  readonly started: (Moment & { readonly deviceWall: string }) | null;
  readonly overdue: Moment | null;
  /** When the device was told never to run it. */
  readonly cancelling: Moment | null;
  readonly ended: (Moment & { readonly deviceWall: string }) | null;
  readonly outcome: CommandOutcome | null;
  /** Why nobody knows how it ended, until it is settled. */
  readonly doubt: string | null;
  /** When it had lasted so long that people were told; null while it has not. */
  readonly hanging: Moment | null;
  /** The newest part of a result that is still growing (D20); null before the first, and once it has ended. */
  readonly provisional: { readonly seq: number; readonly values: Values } | null;
  readonly doubted: Moment | null;
  /** The device's last word, after which nothing more happens there; one that did not settle it (contract section 11). */
  readonly word: CommandState | null;
  /** What a person has said of a step that they were asked to do. */
  readonly answer: { readonly answer: StepAnswer; readonly by: Actor; readonly at: Moment } | null;
  /** The newest question for evidence. */
  readonly probe: ProbeRecord | null;
  /** In an open command the answer that it did not happen, which waits for the device's last word. */
  readonly resolution: ResolutionRecord | null;
  /** Attempts at this step that the policy of its retry class has made. */
  readonly retries: number;
  /** Attempts at this step, up to this one, that were rejected for nothing that lies in the order. */
  readonly uncounted: number;
  /** Whether its device has lost its journal since it was ordered: then a tombstone of it says nothing of before (E9). */
  readonly wasForgotten: boolean;
}

/** A command that a word other than the device's has settled, and that is not known to be over at the device. */
interface Residue {
  readonly commandId: string;
  readonly device: string;
  readonly dseq: number;
  readonly paramsHash: string;
  readonly reason: string;
  /** Whether the device had said that it knows it. */
  readonly wasReported: boolean;
  /** Whether the device has lost its journal since it was ordered: then a tombstone of it says nothing of before (E9). */
  readonly wasForgotten: boolean;
  /** Lab time, ms, by which it should be over there: its run deadline, or later when people have let the device go on since. */
  readonly overAt: number;
}

/** A settled command, for answering late and repeated reports. */
export interface ClosedCommand {
  readonly state: CommandOutcome["state"];
  readonly device: string;
  readonly runId: string;
  /** Whose word it is: then every fact that still comes is conflicting evidence (E10); null when no person's. */
  readonly by: Actor | null;
  /** What the device has said since. */
  readonly word: CommandState | null;
}

/** A large result that a device holds. */
export interface AwaitedResult {
  readonly commandId: string;
  readonly device: string;
  /** The step whose outcome it is; null when it is only kept beside a person's word (E10). */
  readonly fills: { readonly runId: string; readonly stepKey: string } | null;
  readonly sha256: string;
  readonly size: number;
}

/** An act that was intended and may have been carried out: what totals of the envelope count. */
export interface ActRecord extends PastAct {
  readonly commandId: string;
}

/** One run: a plan being carried out on one sample. */
export interface RunRecord {
  readonly runId: string;
  readonly purpose: "experiment" | "calibration" | "maintenance" | "control";
  /** Null for a run that nobody proposed. */
  readonly proposalId: string | null;
  readonly sampleId: string;
  /** Rising with the order of queueing. */
  readonly order: number;
  readonly parameters: Design;
  readonly plan: Plan;
  readonly planDigest: string;
  readonly chart: Persisted<typeof runMachine>;
  readonly bindings: Readonly<Record<string, string>>;
  /** The role whose device the part stands on; null when it stands nowhere, or left. */
  readonly partRole: string | null;
  /** The newest attempt at each step, by step key. */
  readonly steps: Readonly<Record<string, CommandRecord>>;
  /** Why only the steps that carry the part away are still to be done; null in a run that goes well. */
  readonly failing: { readonly code: string; readonly message: string; readonly stepKey: string } | null;
  /** Why nobody can vouch for its sample any more. */
  readonly suspect: string | null;
  readonly isObserved: boolean;
  /** Until when, in lab time, a total of the envelope has no room for its next step; null when nothing was in the way since. */
  readonly refused: { readonly until: number; readonly message: string } | null;
}

/** What the engine knows of one device. */
export interface DeviceRecord {
  readonly device: string;
  readonly chart: Persisted<typeof deviceMachine>;
  readonly caps: DeviceCaps | null;
  readonly capsHash: string | null;
  readonly bootId: string | null;
  /** The boot that was last reconciled: only what it buries is believed (E9). */
  readonly reconciledBootId: string | null;
  /** The journal with which it was last reconciled, and the one that its last birth has announced. */
  readonly journalId: string | null;
  readonly announcedJournalId: string | null;
  /** The epoch in which it last showed another journal than before; 0 when it never did. */
  readonly staleEpoch: number;
  readonly bdSeq: number;
  /** The highest device journal record seen. */
  readonly jseq: number;
  /** The highest command number given out, lifted above what the device reports. */
  readonly dseq: number;
  readonly lastUsed: number;
  /** Commands in a row that it ended without moving anything, and when the last one did, on the wall clock. */
  readonly declined: { readonly count: number; readonly wallAt: number };
  readonly quarantine: { readonly code: string; readonly message: string } | null;
  /** Who has taken the instrument, and since when (D19); null while nobody has. */
  readonly local: { readonly by: string; readonly since: string } | null;
}

/** A device's calibration as it stands, and what people were told of it. */
export interface CalibrationRecord extends Calibration {
  readonly noticeDays: number;
  readonly holdsWhenExpired: boolean;
  /** For how many days the device's own operation calibrates it; null where it has none. */
  readonly renewsForDays: number | null;
  readonly told: "nothing" | "due" | "expired";
  /** The run that calibrates it now, or "failed" when the last one did: then only a person says how it goes on. */
  readonly renewal: string | null;
  /** The calibrations before, oldest first, and until when values rested on each, in lab time; null where none was stated. */
  readonly before: readonly { readonly calibration: Calibration | null; readonly until: number }[];
}

/** A maintenance of a device, as it stands in this lab, and what people were told of it. */
export interface MaintenanceRecord extends MaintenanceCount {
  readonly watch: MaintenanceWatch;
  /** When it was last counted or done, on the wall clock, ms: of several journals the newest knows. */
  readonly countedAt: number;
  readonly told: "nothing" | "near" | "due";
  /** The run that does it now, or "failed" when the last one did: then only a person says how it goes on. */
  readonly renewal: string | null;
}

/** The control samples of the campaign. */
interface ControlsRecord {
  readonly queued: number;
  /** Experiments since the last of them. */
  readonly experimentsSince: number;
  /** The last readings, by name, oldest first, as many as rules of control charts look back at; none from before one was rejected. */
  readonly recent: Readonly<Record<string, readonly number[]>>;
}

/** The last E-STOP, and what each device made of it (contract section 12). */
export interface EstopRecord {
  readonly stopId: number;
  readonly isActive: boolean;
  readonly reason: string;
  readonly by: Actor;
  /** When it was raised, or cleared. */
  readonly since: Moment;
  readonly devices: Readonly<Record<string, "asked" | "stopped" | "no-answer">>;
}

/** The campaign as it was created, and where it stands. */
type CampaignRecord = LabEventOf<"campaign.created"> & {
  readonly chart: Persisted<typeof campaignMachine>;
  /** Why it stops, from the moment it does. */
  readonly endReason: string | null;
  /** Who said so. */
  readonly endedBy: Actor | null;
  /** The interlocks that have paused it; none when somebody else has, or nobody. */
  readonly pausedBy: readonly string[];
  /** Why the engine itself has paused it, until a person lets it go on; null when it has not. */
  readonly heldBecause: string | null;
  /** Who aborted it; null when nobody did. */
  readonly abortedBy: Actor | null;
  readonly aborted: Moment | null;
};

/** The whole of one campaign's engine: what folding its journal gives. */
export interface EngineState {
  readonly campaign: CampaignRecord | null;
  readonly epoch: number;
  readonly engineId: string;
  readonly proposals: ReadonlyMap<string, ProposalRecord>;
  /** Runs that have not finished. */
  readonly runs: ReadonlyMap<string, RunRecord>;
  readonly runsQueued: number;
  readonly devices: ReadonlyMap<string, DeviceRecord>;
  /** Which run each open or in-doubt command belongs to. */
  readonly openCommands: ReadonlyMap<string, string>;
  readonly closedCommands: ReadonlyMap<string, ClosedCommand>;
  readonly residues: ReadonlyMap<string, Residue>;
  /** What devices carry that this journal never ordered, by device and command. */
  readonly orphans: ReadonlyMap<string, CommandState>;
  /** Attempts by policy of the retry class `retry-safe`, in the whole campaign. */
  readonly retries: number;
  /** When a command was settled last, on the wall clock; 0 before the first. */
  readonly settledAt: number;
  /** Device to a fence above every epoch that this journal had: it is an old backup until a person confirms that. */
  readonly fencesAbove: ReadonlyMap<string, number>;
  readonly observations: readonly Observation[];
  readonly finished: LabEventOf<"campaign.finished"> | null;
  /** Null before the first. */
  readonly estop: EstopRecord | null;
  /** Large results that are announced and not here yet, by command, oldest first (contract section 13). */
  readonly awaited: ReadonlyMap<string, AwaitedResult>;
  /** Interlocks that have ever tripped, by name; a device's own as `device/name`. */
  readonly interlocks: ReadonlyMap<string, { readonly isTripped: boolean; readonly message: string }>;
  /** Oldest first, as far back as totals of the envelope count; none when it has none. */
  readonly acts: readonly ActRecord[];
  /** By device, as far as the lab file stated any. */
  readonly calibrations: ReadonlyMap<string, CalibrationRecord>;
  /** By device, as far as the lab file states any. */
  readonly maintenance: ReadonlyMap<string, readonly MaintenanceRecord[]>;
  readonly controls: ControlsRecord;
}

export const emptyState: EngineState = {
  campaign: null,
  epoch: 0,
  engineId: "",
  proposals: new Map(),
  runs: new Map(),
  runsQueued: 0,
  devices: new Map(),
  openCommands: new Map(),
  closedCommands: new Map(),
  residues: new Map(),
  orphans: new Map(),
  retries: 0,
  settledAt: 0,
  fencesAbove: new Map(),
  observations: [],
  finished: null,
  estop: null,
  awaited: new Map(),
  interlocks: new Map(),
  acts: [],
  calibrations: new Map(),
  maintenance: new Map(),
  controls: { queued: 0, experimentsSince: 0, recent: {} },
};

/** Returns an open command by id, or null. */
export function openCommand(state: EngineState, commandId: string): CommandRecord | null {
  const runId = state.openCommands.get(commandId);
  const run = runId === undefined ? undefined : state.runs.get(runId);
  return Object.values(run?.steps ?? {}).find((command) => command.commandId === commandId) ?? null;
}

/** Returns the commands that are open or in doubt, of every run. */
export function openCommands(state: EngineState): CommandRecord[] {
  return [...state.runs.values()].flatMap((run) => Object.values(run.steps)).filter(({ outcome }) => outcome === null);
}

/** Returns under which key a device's orphan is kept. */
export function orphanKey(device: string, commandId: string): string {
  return `${device}/${commandId}`;
}
