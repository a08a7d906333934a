export { bindPlanned } from "./bind-planned.ts";
export { checkCampaign, type CampaignSources, type CheckedCampaign } from "./check/check-campaign.ts";
export { checkCampaignDocument } from "./check/check-campaign-document.ts";
export { checkLab, type ReadLab, readLab } from "./check/check-lab.ts";
export { oddNotices } from "./check/odd-notices.ts";
export { checkUpkeep } from "./check/check-upkeep.ts";
export { wholeCalibrations } from "./check/whole-calibrations.ts";
export { checkProtocol } from "./check/check-protocol.ts";
export type { ExamplesOf } from "./check/check-space.ts";
export type { CheckedParam, CheckedProtocol, CheckedStep } from "./check/checked-protocol.ts";
export { type ReadDocument, readDocument } from "./documents/read-document.ts";
export { readRows } from "./documents/read-rows.ts";
export { readTable, type Table } from "./documents/read-table.ts";
export type { SourceText } from "./documents/source-text.ts";
export { compilePlan, type PlanDigests } from "./compile-plan.ts";
export { describeLab } from "./describe-lab.ts";
export { computeKept, computeObserved, executedPoint } from "./observe.ts";
export { observedSteps } from "./observed-steps.ts";
export { judgePlan, type PlanViolation } from "./safety/check-plan.ts";
export { checkSafety, type Safety } from "./safety/check-safety.ts";
export type { Envelope } from "./safety/envelope.ts";
export type { Interlock } from "./safety/interlock.ts";
export { type Act, judgeAct, numberIn, type Violation } from "./safety/judge-act.ts";
export { idleLimits } from "./safety/idle-limits.ts";
export { limitsOf } from "./safety/limits-of.ts";
export {
  beginWatch,
  judgeReading,
  judgeSilence,
  silentAt,
  type Standing,
  whyNot,
} from "./safety/judge-interlock.ts";
export { judgeTotals, type PastAct, type TotalViolation } from "./safety/judge-totals.ts";
export { readStudy } from "./study/read-study.ts";
export { convert } from "./units/convert.ts";
export { parseQuantity } from "./units/parse-quantity.ts";
export { parseUnit } from "./units/parse-unit.ts";
export type { Unit } from "./units/unit.ts";
