import type { CampaignView } from "@labloop/contracts";
import type { Messages } from "../i18n/en.ts";
import type { Control } from "./requests.ts";

/**
 * Returns why a control can not be used now, or null when it can. Halts can always be used: what the page knows may be
 * wrong or late, and the server decides.
 */
export function whyDisabled(
  control: Control,
  {
    phase,
    isStopActive,
    isStale,
  }: {
    readonly phase: CampaignView["phase"] | null;
    readonly isStopActive: boolean;
    readonly isStale: boolean;
  },
  say: Messages,
): string | null {
  if (isStale) return null;
  const { why } = say.control;
  if (control === "pause") {
    if (phase === null) return why.nothing;
    return phase === "running" ? null : why.notRunning(say.phase[phase]);
  }
  if (control === "resume" && isStopActive) return why.estop;
  if (control === "resume") return phase === "paused" ? null : why.notPaused;
  return null;
}
