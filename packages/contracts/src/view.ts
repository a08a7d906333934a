import * as z from "zod";
import { Actor } from "./actor.ts";
import { AccessLabel, OutcomeBounds } from "./campaign.ts";
import { Asks, RetryClass } from "./capability.ts";
import { ClockAnchor } from "./clock-anchor.ts";
import { Fault } from "./fault.ts";
import { Json } from "./json.ts";
import { ProbeOutcome } from "./message/from-device.ts";
import { Health } from "./message/presence.ts";
import { PhotoReference, Values, ValueSpecs } from "./quantity.ts";
import { ExplanationAspect } from "./explanation.ts";
import {
  BestPoint,
  DoubtedPoint,
  FrontPoint,
  JointObjective,
  Objective,
  Prediction,
  SearchSpace,
} from "./optimization.ts";
import { Design } from "./study.ts";

const count = z.number().int().min(0);
const instant = z.number();

/** Everything a watcher is shown of the campaign as a whole. Instants are lab time, ms since 1970. */
export const CampaignView = z.object({
  campaignId: z.string(),
  campaign: z.string(),
  lab: z.string(),
  mode: z.enum(["real", "simulated"]),
  seed: z.number(),
  clock: ClockAnchor,
  space: SearchSpace,
  /** What tells how good a design is; null of a front, where no single quantity does. */
  objective: Objective.nullable(),
  /** Where several quantities are improved together: all of them. */
  objectives: z.array(JointObjective).optional(),
  /** By observed quantity: what an experiment must keep to be of use; absent where there is none. */
  outcomeConstraints: z.record(z.string(), OutcomeBounds).optional(),
  access: AccessLabel,
  phase: z.enum(["draft", "ready", "running", "paused", "stopping", "finished", "aborted"]),
  /** Why it is paused or stopping; null otherwise. */
  reason: z.string().nullable(),
  budget: count,
  /** Experiments that gave a value, those that failed, and runs that may still give one. */
  done: count,
  failed: count,
  inFlight: count,
  best: BestPoint.nullable(),
  bestMeasured: z.object({ parameters: Design, value: z.number() }).nullable(),
  /** Of a front, which has no single best: the measured designs on it; absent before the first model. */
  front: z.array(FrontPoint).optional(),
  /** Those whose readings keep the bounds though they are likelier to break them, and so are not on it; absent with the front. */
  doubted: z.array(DoubtedPoint).optional(),
  /** Of how many experiments that gave values the best, or the front, was known. */
  judged: count.optional(),
  /** The newest proposal, and what it expects; null before the first. */
  next: z
    .object({
      proposalId: z.string(),
      parameters: Design,
      predicted: Prediction.nullable(),
      /** Of several objectives, what is expected of each. */
      predictions: z.record(z.string(), Prediction).optional(),
      why: z.string(),
      /** What else speaks for it, absent where the optimizer says no more than why. */
      explanation: z.array(ExplanationAspect).optional(),
      /** The run that tries it; absent before there is one. */
      runId: z.string().optional(),
    })
    .nullable(),
  startedAt: instant,
  endedAt: instant.nullable(),
  journal: z.object({ events: count, head: z.string() }),
  /** The last E-STOP, absent before the first; who raised it and why, or, once it is cleared, who cleared it and why. */
  estop: z
    .object({
      active: z.boolean(),
      stopId: count,
      reason: z.string(),
      by: Actor,
      /** What each device made of it; one without an answer may still be moving. */
      devices: z.record(z.string(), z.enum(["asked", "stopped", "no-answer"])),
    })
    .optional(),
  /** How the last control sample was judged, and how many were; absent before the first. */
  control: z.object({ count, isAccepted: z.boolean(), message: z.string(), at: instant }).optional(),
  /** Devices that have followed a higher epoch than this journal ever had, until a person confirms that it is an old backup. */
  fencesAbove: z.record(z.string(), count).optional(),
});
export type CampaignView = z.infer<typeof CampaignView>;

/** One observation, as a row of the table of experiments. */
export const ExperimentView = z.object({
  /** From 1, in the order in which they were observed, failures included. */
  number: count,
  runId: z.string(),
  parameters: Design,
  /** Set where it gave values, but nobody knows how it was carried out: no model learns from it. */
  asRequested: z.literal(true).optional(),
  values: z.record(z.string(), z.object({ value: z.number(), unit: z.string() })).nullable(),
  /** What a failed run had measured before it failed; absent where that is nothing. */
  partial: z.record(z.string(), z.object({ value: z.number(), unit: z.string() })).optional(),
  failure: z.object({ class: z.string(), code: z.string().optional(), message: z.string() }).nullable(),
  /** The observed quantities that lie outside their bounds; absent where none does. */
  outOfBounds: z.array(z.string()).optional(),
  replicate: count,
  /** What was expected before it was tried. */
  predicted: Prediction.nullable(),
  predictions: z.record(z.string(), Prediction).optional(),
  /** The best design's posterior mean and interval as known when the proposal after this one was made; null before. */
  bestThen: z.object({ value: z.number(), interval90: z.tuple([z.number(), z.number()]) }).nullable(),
  observedAt: instant,
});
export type ExperimentView = z.infer<typeof ExperimentView>;

/** One attempt at a step of a run. */
export const StepView = z.object({
  key: z.string(),
  commandId: z.string(),
  attempt: count,
  device: z.string(),
  op: z.string(),
  phase: z.enum(["intended", "sent", "accepted", "started", "succeeded", "failed", "notExecuted", "inDoubt"]),
  isOverdue: z.boolean(),
  intendedAt: instant,
  sentAt: instant.nullable(),
  acceptedAt: instant.nullable(),
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  typicalMs: count,
  /** The newest part of a result that is still growing; absent before the first, and once it has ended. */
  provisional: z.object({ seq: count, values: Values }).optional(),
  /** Photos of its result, by name; absent where it has none. */
  photos: z.record(z.string(), PhotoReference).optional(),
  /** Why it failed, was not executed, or is in doubt. */
  message: z.string().nullable(),
  /** The code of what the device said, where the message is its. */
  code: z.string().optional(),
});
export type StepView = z.infer<typeof StepView>;

/** A run's past, now and next. */
export const RunView = z.object({
  runId: z.string(),
  /** From 1, in the order of queueing. */
  number: count,
  /** Set for what is no experiment. */
  purpose: z.enum(["calibration", "maintenance", "control"]).optional(),
  parameters: Design,
  phase: z.enum(["queued", "running", "held", "done", "failed", "aborted", "suspect"]),
  reason: z.string().nullable(),
  queuedAt: instant,
  endedAt: instant.nullable(),
  bindings: z.record(z.string(), z.string()),
  /** The plan's steps in order, with how long each usually takes. */
  plan: z.array(z.object({ key: z.string(), op: z.string(), role: z.string(), typicalMs: count })),
  /** Every attempt so far, in order. */
  steps: z.array(StepView),
  experiment: count.nullable(),
});
export type RunView = z.infer<typeof RunView>;

/** A device and what it does. */
export const DeviceView = z.object({
  device: z.string(),
  kind: z.string(),
  capability: z.string(),
  serial: z.string().nullable(),
  phase: z.enum(["offline", "reconciling", "idle", "busy", "suspect", "local", "quarantined"]),
  since: instant,
  /** The command it carries out now. */
  doing: z
    .object({
      runId: z.string(),
      run: count,
      step: z.string(),
      commandId: z.string(),
      startedAt: instant.nullable(),
      typicalMs: count,
    })
    .nullable(),
  message: z.string().nullable(),
  /** What its values rest on, and how long that is valid; absent where the lab file states none. */
  calibration: z
    .object({ reference: z.string(), expires: z.string().nullable(), standing: z.enum(["valid", "due", "expired"]) })
    .optional(),
  /** What it needs now and then, with what was counted since; absent where the lab file states nothing. */
  maintenance: z
    .array(
      z.object({
        name: z.string(),
        acts: count,
        /** After how many acts it is due, and when; null where the other alone counts. */
        afterActs: count.nullable(),
        since: instant,
        dueAt: instant.nullable(),
        standing: z.enum(["kept", "near", "due"]),
      }),
    )
    .optional(),
  /** When its driver was loaded anew, the last one first, five at most; absent where it never was. */
  reloads: z
    .array(z.object({ at: instant, by: Actor, from: z.string().nullable(), to: z.string() }))
    .max(5)
    .optional(),
});
export type DeviceView = z.infer<typeof DeviceView>;

/** How a driver does that runs in a process of its own: true only now, and recorded nowhere. */
export const DriverStanding = z.object({
  /** `failed` until it is started again at `retryAt`. */
  state: z.enum(["starting", "running", "failed"]),
  since: instant,
  /** How often it was started again after it had failed. */
  restarts: count,
  driverVersion: z.string().nullable(),
  /** What last went wrong, with the way out; it stays here when the driver runs again. */
  fault: Fault.extend({ at: instant }).nullable(),
  retryAt: instant.nullable(),
  /** What it knows of its instrument, when it says so and has contact with it. */
  health: Health.optional(),
});
export type DriverStanding = z.infer<typeof DriverStanding>;

/** Something a person should know of, with the event that says so. */
export const AlarmView = z.object({
  seq: count,
  at: instant,
  code: z.string(),
  message: z.string(),
});
export type AlarmView = z.infer<typeof AlarmView>;

/**
 * A command in doubt, with everything that is known of it: what a person needs to say what happened. It leaves the list
 * when it is settled, by evidence, policy or a person.
 */
export const DoubtView = z.object({
  commandId: z.string(),
  runId: z.string(),
  run: count,
  sampleId: z.string(),
  step: z.string(),
  device: z.string(),
  op: z.string(),
  params: Values,
  attempt: count,
  retryClass: RetryClass,
  /** Why nobody knows. */
  reason: z.string(),
  since: instant,
  /** The trail: when each was last known, null where nothing was heard. */
  intendedAt: instant,
  sentAt: instant.nullable(),
  acceptedAt: instant.nullable(),
  startedAt: instant.nullable(),
  /** How far it had got when something was last heard, 0 to 1, and the device's last heartbeat. */
  progress: z.object({ fraction: z.number(), at: instant }).nullable(),
  /** What came with the doubt. */
  evidence: z.record(z.string(), Json),
  /** Every answer of the device since, newest last. */
  probes: z.array(
    z.object({
      at: instant,
      /** Null while the answer is awaited. */
      outcome: ProbeOutcome.nullable(),
      decisive: z.boolean(),
      evidence: z.record(z.string(), Json),
    }),
  ),
  /** What its result must look like, for entering one by hand. */
  result: ValueSpecs,
  /** What waits for it: later steps of the run, and devices that it holds. */
  holds: z.object({ steps: z.array(z.string()), devices: z.array(z.string()) }),
  /** Set when it was answered as not executed and the device has still to confirm that the old id will never run. */
  isClosing: z.boolean(),
});
export type DoubtView = z.infer<typeof DoubtView>;

/** A step that a person was asked to do and has not answered. */
export const AskView = z.object({
  commandId: z.string(),
  runId: z.string(),
  run: count,
  sampleId: z.string(),
  step: z.string(),
  device: z.string(),
  op: z.string(),
  title: z.string(),
  asks: Asks,
  /** What was ordered, and what each parameter may be, for saying what was done instead. */
  params: Values,
  paramSpecs: ValueSpecs,
  result: ValueSpecs,
  since: instant,
});
export type AskView = z.infer<typeof AskView>;

/** An interlock of the lab file and how it stands. */
export const InterlockView = z.object({
  interlock: z.string(),
  device: z.string(),
  channel: z.string(),
  isTripped: z.boolean(),
  message: z.string().nullable(),
  since: instant,
});
export type InterlockView = z.infer<typeof InterlockView>;

/** The control chart of one reading of a campaign's control sample. */
export const ControlView = z.object({
  name: z.string(),
  unit: z.string(),
  /** Limits of the newest; null where the campaign file states none. */
  target: z.number().nullable(),
  sigma: z.number().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  /** The newest, oldest first; `number` counts all control samples of the campaign from 1. */
  points: z.array(
    z.object({
      number: count,
      at: instant,
      value: z.number(),
      isAccepted: z.boolean(),
      /** The rules of control charts that it breaks, by their names. */
      rules: z.array(z.string()),
    }),
  ),
});
export type ControlView = z.infer<typeof ControlView>;

/** Why something that could go on does not, in words, from the scheduler's last decision. */
export const WaitingView = z.object({
  /** Empty of a run that is not there yet, since a device is missing for it. */
  runId: z.string(),
  run: count,
  step: z.string(),
  why: z.string(),
  message: z.string(),
});
export type WaitingView = z.infer<typeof WaitingView>;

/** All of it, as of one event. */
export const LabView = z.object({
  seq: count,
  campaign: CampaignView.nullable(),
  experiments: z.array(ExperimentView),
  runs: z.array(RunView),
  devices: z.array(DeviceView),
  alarms: z.array(AlarmView),
  /** Commands in doubt, oldest first. */
  doubts: z.array(DoubtView),
  /** What people were asked to do, oldest first. */
  asks: z.array(AskView),
  /** Control charts, by reading; absent before the first control sample. */
  controls: z.array(ControlView).optional(),
  interlocks: z.array(InterlockView),
});
export type LabView = z.infer<typeof LabView>;

/** What changed between two events: whole rows, to be put in place of those with the same key. */
export const ViewChanges = z.object({
  campaign: CampaignView.optional(),
  experiments: z.array(ExperimentView),
  runs: z.array(RunView),
  devices: z.array(DeviceView),
  alarms: z.array(AlarmView),
  /** The whole list whenever it has changed. */
  doubts: z.array(DoubtView).optional(),
  asks: z.array(AskView).optional(),
  controls: z.array(ControlView).optional(),
  interlocks: z.array(InterlockView).optional(),
});
export type ViewChanges = z.infer<typeof ViewChanges>;

/**
 * How many experiments random search without replacement needs on this pool, as a band: best value so far after each
 * number of experiments, at three quantiles. From the simulated world; there is none in a real lab.
 */
export const RandomBand = z.object({
  experiments: z.array(count),
  low: z.array(z.number()),
  median: z.array(z.number()),
  high: z.array(z.number()),
});
export type RandomBand = z.infer<typeof RandomBand>;

/** What the server of the live feed says. Every `snapshot` and `batch` is whole up to `to`; a batch follows from `from`. */
export const FeedMessage = z.discriminatedUnion("type", [
  z.object({
    v: z.literal(1),
    type: z.literal("snapshot"),
    to: count,
    view: LabView,
    band: RandomBand.nullable(),
    /** Equal for as long as it is the same server process on the same journal. */
    feedId: z.string(),
  }),
  z.object({ v: z.literal(1), type: z.literal("batch"), from: count, to: count, changes: ViewChanges }),
  /** Unsequenced: true only now. Heartbeats are the age of each device's last one in ms of real time. */
  z.object({
    v: z.literal(1),
    type: z.literal("pulse"),
    labAt: instant,
    heartbeats: z.record(z.string(), z.number()),
    progress: z.record(z.string(), z.number()),
    /** What drivers know of their instruments, by device, as their last heartbeats said. */
    health: z.record(z.string(), Health).optional(),
    waiting: z.array(WaitingView),
    /** Drivers that do not run now or have failed before, by device. */
    drivers: z.record(z.string(), DriverStanding).optional(),
    /** Devices whose drivers can be loaded anew from here. */
    reloadable: z.array(z.string()).optional(),
  }),
]);
export type FeedMessage = z.infer<typeof FeedMessage>;

/** What a watcher says first, and after every reconnect: the last event it holds, 0 for none, of which feed. */
export const FeedHello = z.object({
  v: z.literal(1),
  type: z.literal("hello"),
  since: count,
  feedId: z.string().nullable(),
});
export type FeedHello = z.infer<typeof FeedHello>;
