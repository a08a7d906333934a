export { actDone } from "./act-done.ts";
export { Actor } from "./actor.ts";
export { type AskTime, BenchResult, type MethodFigures } from "./bench.ts";
export { AccessLabel, CampaignDocument, type CampaignParameter } from "./campaign.ts";
export {
  Asks,
  CalibrationNeed,
  DeviceCaps,
  Duration,
  DurationFormula,
  OperationCaps,
  RetryClass,
} from "./capability.ts";
export { checkValues } from "./check-values.ts";
export { type Cancel, type Clock, type Ids, outsideTime, sleep } from "./clock.ts";
export { ClockAnchor, isSameClock } from "./clock-anchor.ts";
export { Resolution } from "./event/doubt-events.ts";
export {
  LabEvent,
  type LabEventOf,
  type LabEventType,
  type RecordedEvent,
} from "./event.ts";
export { Fault, type Outcome } from "./fault.ts";
export { CommandId, commandIdOf, Name, Sha256, stepIdOf, Ulid } from "./ids.ts";
export { canonicalJson } from "./canonical-json.ts";
export { Json } from "./json.ts";
export { keepsNone } from "./keeps-none.ts";
export { LabError } from "./lab-error.ts";
export type { Log } from "./log.ts";
export {
  Calibration,
  CalibrationStatement,
  CalibrationWatch,
  LabDevice,
  LabDocument,
  TransportConfig,
  type WholeLab,
} from "./lab.ts";
export {
  type MaintenanceCount,
  MaintenanceWatch,
  maintenanceCounts,
  maintenanceDueAt,
  maintenanceNearAt,
  maintenanceStanding,
  maintenanceText,
} from "./maintenance.ts";
export { CommandError, CommandState, Physical, StableState } from "./message/command-fact.ts";
export {
  ControlResult,
  DeviceMessage,
  ProbeOutcome,
  ProbeResult,
  Progress,
  Refusal,
  RefusalCode,
  Report,
  ResultRef,
  Snapshot,
  SnapshotEntry,
  Stopped,
} from "./message/from-device.ts";
export {
  Answer,
  Ack,
  CancelCommand,
  EngineControl,
  Execute,
  Fence,
  GetBlob,
  OpenCommand,
  Pause,
  Probe,
  Reconcile,
  Resume,
} from "./message/from-engine.ts";
export {
  BlobChunk,
  CapsMessage,
  DeviceState,
  EngineHeartbeat,
  EngineState,
  Estop,
  Health,
  Heartbeat,
  Reading,
  Telemetry,
} from "./message/presence.ts";
export { StepAnswer } from "./message/step-answer.ts";
export { OperatorCommand, type OperatorDesk, type Receipt } from "./operator.ts";
export {
  PoolDocument,
  type PoolInput,
  type PoolObjective,
  type PoolTable,
  poolGoals,
  poolInputKinds,
} from "./pool.ts";
export { designsOf, type PoolDesign } from "./pool-designs.ts";
export type { ResultInlet } from "./result-inlet.ts";
export {
  BestPoint,
  DoubtedPoint,
  FrontPoint,
  JointObjective,
  MeasuredDesign,
  Objective,
  Parameter,
  Point,
  Prediction,
  ProposeAnswer,
  SearchSpace,
  SurrogateSummary,
} from "./optimization.ts";
export { expectedMs } from "./expected-duration.ts";
export { ExplanationAspect } from "./explanation.ts";
export { Observation, ObservedValue, StepProvenance } from "./observation.ts";
export {
  ExecutedInput,
  ExecutedLookup,
  LabDescription,
  PartMove,
  Plan,
  PlannedValue,
  PlanStep,
  ProtocolDocument,
  ProtocolStep,
  StepResults,
} from "./protocol.ts";
export { desirabilityProblem } from "./desirability-problem.ts";
export { teaches, unjudgedCount } from "./unjudged.ts";
export { type FrontKnowledge, type FrontStanding, frontStandings, meanReading } from "./front-standing.ts";
export { outOfBounds } from "./out-of-bounds.ts";
export { photoLimit, type PhotoMedia, photoMedia, photoMediaOf } from "./photo.ts";
export type { PhotoShelf, PhotoTaken } from "./photo-shelf.ts";
export { PhotoReference, photosIn, Quantity, Series, Value, Values, ValueSpec, ValueSpecs } from "./quantity.ts";
export { EnvelopeRule, InterlockRule, SafetyDocument } from "./safety.ts";
export {
  Design,
  DesignValue,
  OutcomeConstraint,
  StoredStudy,
  Study,
  StudyConstraint,
  type StudyDraft,
  StudyFile,
  StudyObjective,
  StudyParameter,
  Trial,
  TrialValue,
} from "./study.ts";
export { Text } from "./text.ts";
export { type UnitName, unitNames, type UnitText } from "./unit.ts";
export { parseTopic, type TopicKey, topicOf, topics, wholeLab } from "./topic.ts";
export {
  AlarmView,
  AskView,
  CampaignView,
  ControlView,
  DeviceView,
  DriverStanding,
  DoubtView,
  ExperimentView,
  FeedHello,
  FeedMessage,
  InterlockView,
  LabView,
  RandomBand,
  RunView,
  StepView,
  ViewChanges,
  WaitingView,
} from "./view.ts";
export { AheadQuestion, LookAhead } from "./look-ahead.ts";
