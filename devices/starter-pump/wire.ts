/** Ends every line, either way. */
export const TERMINATOR = "\r\n";

/** What the pump can do. */
export const LIMITS = { rpm: { min: 10, max: 300 }, s: { min: 0.5, max: 60 } } as const;
