import type { Physical } from "@labloop/contracts";

/** What a driver expects to go wrong, declared once: for the journal, for people, and for the documentation. */
export interface FaultDeclaration {
  /** What went wrong, in one sentence; `{name}` stands for a value that is given when it is raised. */
  readonly message: string;
  /** What mends it. */
  readonly hint?: string;
  /** How far matter had moved. */
  readonly physical: Exclude<Physical, "unknown">;
  /**
   * A line by which an instrument of lines says so, whatever it was asked: `ERR {code} {text}`. The message may name its
   * places, the whole line as `{answer}`, and what was asked as `{asked}`.
   */
  readonly answer?: string;
}

/** A declared fault with its dotted code. */
export interface DeclaredFault extends FaultDeclaration {
  readonly code: string;
}
