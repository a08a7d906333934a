import type { Fault } from "@labloop/contracts";
import { LabError } from "@labloop/contracts/lab-error";

/** What a script is told of a study or of trials that are refused: every fault, one a line in its message with what would mend it. */
export class StudyError extends LabError {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    const lines = faults.map(
      ({ path, message, hint }) =>
        `${path === undefined ? "" : `${path}: `}${message}${hint === undefined ? "" : ` (${hint})`}`,
    );
    super("study.refused", lines.join("\n"));
    this.name = "StudyError";
    this.faults = faults;
  }
}
