import { sleep } from "@labloop/contracts";
import type { Evidence, OperationContext } from "@labloop/driver";
import type { EsmConfig } from "./config.ts";
import { storedLoads } from "./stroke.ts";
import type { TesterLink } from "./tester-link.ts";
import type { StandStatus } from "./wire.ts";

/** What stand and gauge together say of a stroke whose start may or may not have reached them. */
type Judgement =
  | {
      readonly verdict: "running";
      readonly motion: "up" | "down";
      readonly travelMm: number;
      readonly evidence: Evidence;
    }
  | { readonly verdict: "done"; readonly loads: readonly number[]; readonly evidence: Evidence }
  | { readonly verdict: "not-begun"; readonly evidence: Evidence }
  | { readonly verdict: "broken-off"; readonly travelMm: number; readonly evidence: Evidence }
  | { readonly verdict: "unclear"; readonly why: string; readonly evidence: Evidence };

interface Look {
  readonly status: StandStatus;
  readonly travelMm: number;
  readonly cycles: number;
}

/**
 * Returns what became of the stroke; moves nothing.
 *
 * Two witnesses are asked, both wiped before the stroke: the stand's counter of completed cycles, and the gauge's memory
 * of loads. They must agree: a counter of 0 beside a memory full of load means that the stand has lost its count, for
 * example its power, and then a second stroke would crush what is crushed already.
 */
export async function judgeStroke(
  link: TesterLink,
  config: EsmConfig,
  { labClock, signal }: Pick<OperationContext, "labClock" | "signal">,
): Promise<Judgement> {
  const first = await lookAt(link);
  if (first.status.motion !== "stopped") return judgeMoving(first);
  // Standing still proves little at once: the start may just have been taken, or the crosshead may be turning.
  await sleep(labClock, config.settleMs, signal);
  const look = await lookAt(link);
  if (look.status.motion !== "stopped") return judgeMoving(look);

  const isHome = Math.abs(look.travelMm) <= config.homeToleranceMm;
  if (look.cycles === 0 && !isHome) {
    return { verdict: "broken-off", travelMm: look.travelMm, evidence: evidenceOf(look) };
  }
  if (look.cycles > 1) {
    const why = `the stand has counted ${look.cycles} cycles where one was asked for`;
    return { verdict: "unclear", why, evidence: evidenceOf(look) };
  }
  const { answers } = await link.gauge(["C0", "MEM"]);
  const loads = storedLoads(answers);
  const peakN = loads.reduce((peak, load) => Math.max(peak, load), 0);
  const evidence = { ...evidenceOf(look), storedReadings: loads.length, storedPeakN: peakN };
  if (look.cycles === 1) {
    if (isHome) return { verdict: "done", loads, evidence };
    return { verdict: "unclear", why: `the cycle is counted, but the crosshead is at ${look.travelMm} mm`, evidence };
  }
  if (peakN <= config.contactN) return { verdict: "not-begun", evidence };
  return { verdict: "unclear", why: `the stand counted no cycle, yet the gauge stored ${peakN} N`, evidence };
}

async function lookAt(link: TesterLink): Promise<Look> {
  const status = await link.status();
  return { status, travelMm: await link.number("x"), cycles: await link.number("q") };
}

function judgeMoving(look: Look): Judgement {
  const { motion, mode } = look.status;
  if (motion !== "stopped" && mode === "cycle") {
    return { verdict: "running", motion, travelMm: look.travelMm, evidence: evidenceOf(look) };
  }
  return { verdict: "unclear", why: `somebody moves the crosshead in ${mode} mode`, evidence: evidenceOf(look) };
}

function evidenceOf({ status, travelMm, cycles }: Look): Evidence {
  return { motion: status.motion, mode: status.mode, limit: status.limit, travelMm, cycles };
}
