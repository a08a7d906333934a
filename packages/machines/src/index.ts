export { type Advance, advance, begin, type EffectOf, type Persisted } from "./advance.ts";
export { type CampaignContext, type CampaignEvent, type CampaignInput, campaignMachine } from "./campaign/machine.ts";
export type { SendReconcile } from "./device/effects.ts";
export { type DeviceContext, type DeviceEvent, type DeviceInput, deviceMachine } from "./device/machine.ts";
export type { AskOptimizer } from "./proposal/effects.ts";
export { type ProposalEvent, type ProposalInput, proposalMachine } from "./proposal/machine.ts";
export { type RunContext, type RunEvent, type RunInput, runMachine, type RunOutcome } from "./run/machine.ts";
export type {
  Acknowledge,
  ArmDeadline,
  DisarmDeadlines,
  PublishCommand,
  RaiseConflict,
  RaiseDoubt,
} from "./step/effects.ts";
export { type StepContext, type StepEvent, type StepInput, stepMachine } from "./step/machine.ts";
