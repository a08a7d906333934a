/** What one look at a machine or a lab has found. */
export interface Finding {
  /** What was looked at, in a word or two: `disk`, `device balance`. */
  readonly about: string;
  /** `fine`; `warning` for what may hurt later or cannot be told; `fault` for what stops a lab from running. */
  readonly level: "fine" | "warning" | "fault";
  /** Dotted and stable, for scripts. */
  readonly code: string;
  readonly what: string;
  /** What mends it. */
  readonly mend?: string;
}

/** Returns a finding that nothing is wrong. */
export function fine(about: string, code: string, what: string): Finding {
  return { about, level: "fine", code, what };
}

/** Returns a finding that may hurt later, or that something cannot be told. */
export function warning(about: string, code: string, what: string, mend?: string): Finding {
  return { about, level: "warning", code, what, ...(mend === undefined ? {} : { mend }) };
}

/** Returns a finding that stops a lab from running. */
export function fault(about: string, code: string, what: string, mend?: string): Finding {
  return { about, level: "fault", code, what, ...(mend === undefined ? {} : { mend }) };
}
