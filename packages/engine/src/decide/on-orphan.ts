import type { LabEvent } from "@labloop/contracts";
import { isTerminal } from "../is-terminal.ts";
import { type EngineState, orphanKey } from "../state.ts";
import { type Decision, nothing } from "./decision.ts";
import type { CommandFact } from "./command-fact.ts";
import { quarantine } from "./quarantine.ts";

/**
 * Returns what a word on a command leads to that this journal never ordered: it is imported as the device tells it, and the
 * device is out of use until a person has released it (reconcile step 5). Only then is its last word acknowledged.
 */
export function onOrphan(state: EngineState, device: string, fact: CommandFact): Decision {
  const { commandId, physical, result, executed, evidence, error, resultRef } = fact;
  const ref = resultRef === undefined || result !== undefined ? null : resultRef;
  const known = state.orphans.get(orphanKey(device, commandId));
  const isOutOfUse = state.devices.get(device)?.quarantine != null;
  if (known === fact.state || (known !== undefined && isTerminal(known))) {
    // Where a result is that was too large for a report is all that is stored of it: the device has to keep it.
    const isStored = isTerminal(fact.state) && !isOutOfUse && ref === null;
    return isStored ? { events: [], effects: [{ type: "acknowledge", device, commandId }] } : nothing;
  }
  const found: LabEvent = {
    type: "device.orphanFound",
    device,
    commandId,
    state: fact.state,
    paramsHash: fact.paramsHash ?? null,
    ...(fact.dseq === undefined ? {} : { dseq: fact.dseq }),
    evidence: {
      physical,
      result: result ?? null,
      executed: executed ?? null,
      error: error ?? null,
      ...(ref === null ? {} : { resultRef: { sha256: ref.sha256, size: ref.size, media: ref.media } }),
      ...evidence,
    },
  };
  if (known !== undefined) return { events: [found], effects: [] };
  const held = quarantine(
    state,
    device,
    "device.orphan",
    `it reports ${fact.state} for ${commandId}, which was never ordered by this journal`,
  );
  return { events: [found, ...held.events], effects: [] };
}
