/** Send the command to its device; the same id however often (E6). */
export interface PublishCommand {
  readonly commandId: string;
}

/** Ring at a lab or link time: `start` leads to overdue, `run` to in doubt (E3). Replaces one of the same kind. */
export interface ArmDeadline {
  readonly commandId: string;
  readonly kind: "start" | "run";
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Forget both deadlines of the command. */
export interface DisarmDeadlines {
  readonly commandId: string;
}

/** Tell the device that its final word is in the journal (E4). */
export interface Acknowledge {
  readonly commandId: string;
}

/** Ask a person, or the policy of the retry class, what happened. */
export interface RaiseDoubt {
  readonly commandId: string;
  readonly retryClass: "idempotent" | "retry-safe" | "non-repeatable";
  readonly reason: string;
}

/** Show that the device's final word is not the one already settled on; nothing is changed by it (E10). */
export interface RaiseConflict {
  readonly commandId: string;
  readonly settled: "succeeded" | "failed" | "notExecuted" | "resolved";
  readonly fact: "succeeded" | "failed" | "notExecuted";
}
