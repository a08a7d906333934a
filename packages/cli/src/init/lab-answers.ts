import { type KnownDevice, knownDevices } from "./known-devices.ts";

/** What `labloop init` has to know of a lab. */
export interface LabAnswers {
  /** As people write it. */
  readonly title: string;
  readonly owner: string;
  readonly contact: string;
  /** Where the first instruments stand. */
  readonly location: string;
  /** What takes part in its first campaign besides the balance and the pump onto it; all that the lab owns where `isWithout` these. */
  readonly further: readonly KnownDevice[];
  /** Whether it lacks the balance or the pump, so that its first campaign is made of what else there is. */
  readonly isWithout?: boolean;
}

/** Returns the lab's devices as its first campaign uses them; null when none of them measures anything. */
export function devicesOf(chosen: readonly KnownDevice[]): Pick<LabAnswers, "further" | "isWithout"> | null {
  const further = chosen.filter(({ isFirst }) => isFirst !== true);
  if (chosen.length - further.length === knownDevices.length - beside.length) return { further };
  return chosen.some(({ observe = [] }) => observe.length > 0) ? { further: chosen, isWithout: true } : null;
}

const beside = knownDevices.filter(({ isFirst }) => isFirst !== true);

/** Returns the name that topics and folders bear for a lab: its title in letters, digits and hyphens; `lab` if none is left. */
export function labNameOf(title: string): string {
  const name = title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f'’]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 40)
    .replace(/-+$/, "");
  return name === "" ? "lab" : name;
}

/** Returns the known devices that a list names, separated by commas; or the names that are not known. */
export function readDevices(
  list: string,
):
  | { readonly ok: true; readonly devices: readonly KnownDevice[] }
  | { readonly ok: false; readonly unknown: string[] } {
  const names = list
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const unknown = names.filter((name) => !knownDevices.some((device) => device.name === name));
  if (unknown.length > 0) return { ok: false, unknown };
  return { ok: true, devices: knownDevices.filter(({ name }) => names.includes(name)) };
}

/** Returns the names that `readDevices` knows, in one line. */
export function knownNames(): string {
  return knownDevices.map(({ name }) => name).join(", ");
}

/** Returns what `labloop init` knows, one kind a line. */
export function knownLines(): string[] {
  const width = Math.max(...knownDevices.map(({ name }) => name.length)) + 2;
  return knownDevices.map(({ name, what }) => `  ${name.padEnd(width)}${what}`);
}
