import type { Figures, Group } from "./check.ts";

/** What came of one check. */
export interface CheckResult {
  readonly id: string;
  readonly group: Group;
  readonly promise: string;
  readonly verdict: "passed" | "failed" | "not-applicable" | "not-run";
  /** Why, in words; for a failure what was seen. */
  readonly detail?: string;
  /** What mends most drivers that fail it; with a failure only. */
  readonly fix?: string;
  readonly seed: number;
  readonly figures?: Figures;
  /** Wall time. */
  readonly tookMs: number;
}
