import type { RetryClass } from "@labloop/contracts";
import type { Finding } from "../define-device.ts";

/** Returns what is known of an act that is declared without a probe: only a reading is sure to have moved nothing. */
export function unprobed(retryClass: RetryClass): Finding {
  if (retryClass === "retry-safe") {
    const why = "a reading that was not reported is lost, and taking it moved nothing";
    return { outcome: "not-happened", decisive: true, isUnbegun: true, evidence: { why } };
  }
  return { outcome: "unknown", decisive: false, evidence: { why: "doing it again changes nothing: nobody looked" } };
}
