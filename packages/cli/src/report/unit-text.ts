/** Returns a unit as it follows a number, after a blank; nothing for the unit 1. */
export function unitText(unit: string): string {
  return unit === "1" || unit === "" ? "" : ` ${unit}`;
}
