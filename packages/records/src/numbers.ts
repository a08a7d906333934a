import type { Design, SearchSpace } from "@labloop/contracts";

/** Returns a value with four significant digits. */
export function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Returns a unit as it stands behind a value, blank in front; the unit 1 is left out. */
export function afterValue(unit: string): string {
  return unit === "1" ? "" : ` ${unit}`;
}

/** Returns a name with its unit, as it stands above a column or beside an axis; the unit 1 is left out. */
export function withUnit(name: string, unit: string): string {
  return unit === "1" ? name : `${name} (${unit})`;
}

/** Returns a point as `n 8, theta 75 deg`, in the order of the search space; the unit 1 is left out. */
export function pointText(point: Design, { parameters }: SearchSpace): string {
  return parameters.map(({ name, unit }) => `${name} ${point[name] ?? "?"}${afterValue(unit)}`).join(", ");
}

/** Returns a lab instant as people read it, in UTC. */
export function instantText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** Returns how long something took, in its two largest units. */
export function durationText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}
