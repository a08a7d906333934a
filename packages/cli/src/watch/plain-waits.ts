import type { WaitingView } from "@labloop/contracts";

/**
 * Returns what tells a person without a screen, as lines, which devices a campaign waits for that are not there, each time once:
 * it is given what waits, pulse after pulse, and tells of what still waits at the next one, and of its end.
 */
export function createPlainWaits(): (waiting: readonly WaitingView[]) => string[] {
  let before: ReadonlySet<string> = new Set();
  const told = new Set<string>();
  return (waiting) => {
    const now = new Set(waiting.filter(({ why }) => why === "unavailable").map(({ message }) => message));
    const lines = [...now].filter((message) => before.has(message) && !told.has(message));
    for (const message of lines) told.add(message);
    const over = [...told].filter((message) => !now.has(message));
    for (const message of over) told.delete(message);
    before = now;
    const ended = over.length > 0 && told.size === 0 ? ["  waits no longer"] : [];
    return [...lines.map((message) => `  waiting    ${message}`), ...ended];
  };
}
