import type { Check } from "../check.ts";
import { describesItself } from "./c01-describes-itself.ts";
import { acceptsAndRejects } from "./c02-accepts-and-rejects.ts";
import { oneResult } from "./c03-one-result.ts";
import { disturbedNetwork } from "./c04-disturbed-network.ts";
import { stopsInTime } from "./c05-stops-in-time.ts";
import { heartbeatAndWill } from "./c06-heartbeat-and-will.ts";
import { truthfulProbe } from "./c07-truthful-probe.ts";
import { truthfulAfterStop } from "./c07-truthful-after-stop.ts";
import { sameSeedSameTrace } from "./c08-determinism.ts";
import { recordedTrace } from "./c09-recorded-trace.ts";
import { soak } from "./c10-soak.ts";

/** Every check, in the order in which they run. */
export const allChecks: readonly Check[] = [
  ...describesItself,
  ...acceptsAndRejects,
  ...oneResult,
  ...disturbedNetwork,
  ...stopsInTime,
  ...heartbeatAndWill,
  ...truthfulProbe,
  ...truthfulAfterStop,
  ...sameSeedSameTrace,
  ...recordedTrace,
  ...soak,
];
