import { inspect } from "node:util";
import { canonicalJson, checkValues, Json, Value, type ValueSpecs } from "@labloop/contracts";
import { sha256 } from "@labloop/contracts/digest";
import * as z from "zod";
import type { Ending, Evidence, Finding } from "../define-device.ts";
import type { End } from "./facts.ts";

/** Contract section 13: larger results go by reference, bytes of JSON. */
export const maxInlineBytes = 192 * 1024;

// Made once: Zod compiles a schema when it is first used, and that costs more than a hundred uses.
const Named = z.record(z.string(), z.unknown());
const PlainEvidence = z.record(z.string(), Json);

/**
 * Returns the end that a driver's ending amounts to.
 *
 * A result that nobody could read does not undo the act: it becomes a failure with matter fully moved, never a success
 * without its values.
 */
export function endOf(resultSpecs: ValueSpecs, ending: Ending): End {
  const evidence = plainEvidence(ending.evidence ?? {});
  if (ending.state === "failed") {
    return { state: "failed", physical: ending.physical, error: ending.error, evidence };
  }
  const { result, executed } = ending;
  const nothing = [...noValues("result", result), ...noValues("executed", executed)];
  const faults = nothing.length > 0 ? nothing : checkValues(resultSpecs, result);
  if (faults.length > 0) {
    const message = `the driver's result is not as announced: ${faults.map((fault) => fault.message).join("; ")}`;
    return {
      state: "failed",
      physical: "full",
      error: { code: "device.resultInvalid", message, class: "instrument" },
      evidence,
    };
  }
  const executedBytes = Buffer.byteLength(JSON.stringify(executed));
  if (executedBytes > maxInlineBytes / 2) {
    const message = `what was carried out takes ${executedBytes} bytes, more than the ${maxInlineBytes / 2} for it`;
    return {
      state: "failed",
      physical: "full",
      error: { code: "device.resultTooLarge", message, class: "instrument" },
      evidence,
    };
  }
  const bytes = new TextEncoder().encode(canonicalJson(result));
  if (bytes.length + executedBytes > maxInlineBytes) {
    const ref = { sha256: sha256(bytes), size: bytes.length, media: "application/json" };
    return { state: "succeeded", physical: "full", large: { ref, bytes }, executed, evidence };
  }
  return { state: "succeeded", physical: "full", result, executed, evidence };
}

/** Returns what of a driver's values could be no value of anything, in words: NaN, a text where a quantity has its number. */
function noValues(what: string, values: unknown): { readonly message: string }[] {
  const named = Named.safeParse(values);
  if (!named.success)
    return [{ message: `${what} is ${shownOf(values)}, and has to be an object with a value by name` }];
  return Object.entries(named.data).flatMap(([name, value]) => {
    if (Value.safeParse(value).success) return [];
    const kinds =
      'a quantity is { value: a finite number, unit: "..." }, a series { values: such numbers, unit: "..." }';
    return [{ message: `${what}.${name} is ${shownOf(value)}, which is no value: ${kinds}` }];
  });
}

/** Numbers that JSON does not have are what is looked for here. */
function shownOf(value: unknown): string {
  const shown = inspect(value, {
    depth: 2,
    maxArrayLength: 3,
    maxStringLength: 40,
    breakLength: Number.POSITIVE_INFINITY,
  });
  return shown.length > 120 ? `${shown.slice(0, 120)} ...` : shown;
}

/**
 * Returns why a finding is not believed, or null when it is. Once a stop was sent, an act that is over may have been cut
 * short, and one that was not counted may have begun: only a driver that says so tells them apart.
 */
export function doubtOf(finding: Finding, wasStopSent: boolean): string | null {
  if (!wasStopSent || !finding.decisive) return null;
  if (finding.outcome === "happened" && finding.isWhole !== true) {
    return "a stop was sent, and the instrument does not tell whether the act had ended before it";
  }
  if (finding.outcome === "not-happened" && finding.isUnbegun !== true) {
    return "a stop was sent, and the instrument does not tell whether the act had begun before it";
  }
  return null;
}

/** Returns the end that a finding settles; null when the act is still going on. `because` says why it was looked for. */
export function endOfFinding(
  resultSpecs: ValueSpecs,
  finding: Finding,
  wasStopSent: boolean,
  because = "contact was lost",
): End | null {
  const evidence = plainEvidence(finding.evidence);
  if (finding.outcome === "running") return null;
  if (!finding.decisive) {
    const message = `${because} during the act, and the instrument cannot tell whether it took place`;
    return inDoubt(message, evidence);
  }
  const doubt = doubtOf(finding, wasStopSent);
  if (doubt !== null) return inDoubt(doubt, evidence);
  switch (finding.outcome) {
    case "happened":
      return endOf(resultSpecs, finding.ending);
    case "not-happened":
      return {
        state: "failed",
        physical: "none",
        error: {
          code: "device.notHappened",
          message: `${because}, and the act did not take place`,
          class: "crash",
        },
        evidence,
      };
    case "partial":
      return {
        state: "failed",
        physical: "partial",
        error: { code: "device.partial", message: `${because}, and the act took place in part`, class: "crash" },
        evidence,
      };
  }
}

/** Returns the end of a command of which nobody knows whether matter moved. */
export function inDoubt(message: string, evidence: Evidence = {}): End {
  return {
    state: "unknown",
    physical: "unknown",
    error: { code: "device.inDoubt", message, class: "in-doubt" },
    evidence,
  };
}

/** Returns evidence as the journal will give it back: a copy of what JSON can say. */
export function plainEvidence(evidence: Evidence): Evidence {
  return PlainEvidence.parse(JSON.parse(JSON.stringify(evidence)));
}
