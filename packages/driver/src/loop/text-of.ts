/** Returns what something thrown says, for a log line or a fault's message. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
