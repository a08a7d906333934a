/** Returns what is said before the reason for a design that was measured before; `isDoubted` says that what was read there is not believed. */
export function measuredAgain(isDoubted: boolean): string {
  return `measured again, ${isDoubted ? "since what was read there is not believed" : "as all were"}: `;
}
