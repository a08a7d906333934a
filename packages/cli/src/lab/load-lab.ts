import { dirname, resolve } from "node:path";
import type { DeviceCaps, Fault, LabDescription, LabDocument, Outcome, WholeLab } from "@labloop/contracts";
import type { DeviceDefinition } from "@labloop/driver";
import {
  checkSafety,
  checkUpkeep,
  describeLab,
  type ReadLab,
  readLab,
  readTable,
  type SourceText,
  type Table,
  wholeCalibrations,
} from "@labloop/protocol";
import { describeApart } from "../drivers/describe-apart.ts";
import { type DescribedDevice, loadDevice, type LoadedDevice } from "./load-device.ts";
import { readSource } from "./read-source.ts";

/**
 * Where a lab's drivers run: each in a process of its own, which can fail without harm to others, or all in this one, where
 * virtual time can order them.
 */
export type Isolation = "process" | "none";

/** How to load a lab. */
export interface LabOptions {
  /** By default `process` for a real lab and `none` for a simulated one. */
  readonly isolation?: Isolation | undefined;
  /** What a driver that cannot be loaded means: the lab's faults, or a lab without that device. Default `refuse`. */
  readonly broken?: "refuse" | "leave-out";
}

/** A lab file with everything it names: drivers, tables, and what its devices can do. */
export interface LoadedLab {
  readonly source: SourceText;
  readonly path: string;
  /** With its calibrations whole. */
  readonly document: WholeLab;
  readonly isolation: Isolation;
  /** By device; one whose driver runs elsewhere or in a process of its own has none. */
  readonly definitions: Readonly<Record<string, DeviceDefinition>>;
  /** Devices whose driver runs elsewhere, in another language perhaps: they are met on the broker. */
  readonly elsewhere: readonly string[];
  /** Devices whose driver has met its instrument. */
  readonly metHardware: readonly string[];
  readonly caps: Readonly<Record<string, DeviceCaps>>;
  /** By device: real time from one reading of its telemetry to the next, ms. */
  readonly telemetryEveryMs: Readonly<Record<string, number>>;
  /** Devices that were left out, with what keeps their drivers from being loaded. */
  readonly broken: Readonly<Record<string, readonly Fault[]>>;
  readonly tableSources: Readonly<Record<string, SourceText>>;
  readonly tables: Readonly<Record<string, Table>>;
}

/** Loads a lab file and the modules it names, which resolve from the file; returns every fault at once. */
export async function loadLab(path: string, options: LabOptions = {}): Promise<Outcome<LoadedLab>> {
  const { lab, faults } = withRules(await readLabParts(path, options));
  return lab === null || faults.length > 0 ? { ok: false, faults: eachOnce(faults) } : { ok: true, value: lab };
}

/** Returns a lab with the faults of its rules of safety and upkeep, where it can be said what they name. */
export function withRules(parts: LabParts): LabParts {
  if (parts.lab === null) return parts;
  const { source, broken } = parts.lab;
  const description = describeParts(parts.lab, parts.unknown);
  const safety = checkSafety(source, description);
  const faults = [...(safety.ok ? [] : safety.faults), ...checkUpkeep(source, description)];
  // A rule may well name a device that is not there now.
  return faults.length === 0
    ? parts
    : { ...parts, faults: [...parts.faults, ...Object.values(broken).flat(), ...faults] };
}

/** Returns faults without those that are there already: several checks read the same file. */
export function eachOnce(faults: readonly Fault[]): Fault[] {
  const keyOf = ({ code, file, line, column, message }: Fault) => JSON.stringify([code, file, line, column, message]);
  return [...new Map(faults.map((fault) => [keyOf(fault), fault])).values()];
}

/** A lab as far as it could be read, with its faults. */
export interface LabParts {
  /** Null when its file could not be read as a lab; what its schema refuses of the file is not in it. */
  readonly lab: LoadedLab | null;
  readonly faults: readonly Fault[];
  /** What is there beside, of which nobody can say what it is: only of the rest can be said what is not there. */
  readonly unknown?: LabDescription["unknown"];
}

/** Returns what a lab can do as far as it could be read. */
export function describeParts(lab: LoadedLab, unknown?: LabParts["unknown"]): LabDescription {
  const { telemetryEveryMs } = lab;
  return describeLab(lab.document, lab.caps, lab.tables, { unknown, telemetryEveryMs });
}

/**
 * Reads a lab file and the modules it names, and keeps what there is of one that has faults. Its rules of safety and upkeep are left to
 * `withRules`, or to the check of a campaign.
 */
export async function readLabParts(path: string, options: LabOptions = {}): Promise<LabParts> {
  const source = readSource(path);
  if (!source.ok) return { lab: null, faults: source.faults };
  const read = readLab(source.value);
  const { sound: document, faults: found, atKey, atValue, isWhole } = read;
  if (document === null) return { lab: null, faults: found };
  const faults: Fault[] = [...found];
  const isolation = options.isolation ?? (document.mode === "real" ? "process" : "none");

  const definitions: Record<string, DeviceDefinition> = {};
  const caps: Record<string, DeviceCaps> = {};
  const broken: Record<string, readonly Fault[]> = {};
  const named = Object.fromEntries(
    Object.entries(document.devices).filter(([id]) => isWhole(["devices", id, "module"])),
  );
  const here = isolation === "none" ? await loadHere(path, named) : {};
  const devices: Readonly<Record<string, DescribedDevice>> =
    isolation === "none" ? here : await describeApart(path, named);
  for (const [id, device] of Object.entries(devices)) {
    const placed = device.faults.flatMap(({ fault, at }) => {
      if (at === null) return fault;
      return isWhole(at.path) ? (at.of === "key" ? atKey : atValue)([...at.path], fault) : [];
    });
    if (device.caps === null && options.broken === "leave-out") broken[id] = placed;
    else faults.push(...placed);
    if (device.caps !== null) caps[id] = device.caps;
    const definition = here[id]?.definition ?? null;
    if (definition !== null) definitions[id] = definition;
  }
  const whole = wholeCalibrations(document, read, describeLab(document, caps, {}));
  faults.push(...whole.faults);
  const namesOf = (fits: (device: DescribedDevice) => boolean) =>
    Object.entries(devices).flatMap(([id, device]) => (fits(device) ? [id] : []));

  const tableSources: Record<string, SourceText> = {};
  const tables: Record<string, Table> = {};
  for (const [name, file] of Object.entries(document.tables)) {
    const text = readSource(resolve(dirname(path), file));
    const table = text.ok ? readTable(text.value) : text;
    if (!table.ok) faults.push(...table.faults);
    else if (text.ok) {
      tableSources[name] = text.value;
      tables[name] = table.value;
    }
  }
  const lab: LoadedLab = {
    source: source.value,
    path,
    document: whole.lab,
    isolation,
    definitions,
    elsewhere: namesOf(({ isElsewhere }) => isElsewhere),
    metHardware: namesOf(({ hasMetHardware }) => hasMetHardware),
    caps,
    telemetryEveryMs: Object.fromEntries(
      Object.entries(devices).flatMap(([id, { telemetryEveryMs: everyMs }]) =>
        everyMs === undefined ? [] : [[id, everyMs] as const],
      ),
    ),
    broken,
    tableSources,
    tables,
  };
  const unknown = unknownOf(lab, read);
  return { lab, faults, ...(unknown === null ? {} : { unknown }) };
}

function unknownOf(
  { document, caps, broken, tables }: LoadedLab,
  { more, isWhole }: ReadLab,
): NonNullable<LabDescription["unknown"]> | null {
  const devices = Object.entries(document.devices).flatMap(([id, { capability }]) => {
    if (caps[id] !== undefined || broken[id] !== undefined) return [];
    return [[id, isWhole(["devices", id, "capability"]) ? (capability ?? null) : null] as const];
  });
  const unread = Object.keys(document.tables).filter((name) => tables[name] === undefined);
  if (devices.length + unread.length + more.length === 0) return null;
  return { devices: Object.fromEntries(devices), tables: unread, more: [...more] };
}

/** Adds the devices that were left out to what is not known of a lab, each with the capability that its file states. */
export function withBroken({ document, broken }: LoadedLab, unknown: LabParts["unknown"]): LabParts["unknown"] {
  const devices = Object.keys(broken).map((id) => [id, document.devices[id]?.capability ?? null] as const);
  return { tables: [], more: [], ...unknown, devices: { ...unknown?.devices, ...Object.fromEntries(devices) } };
}

async function loadHere(path: string, devices: LabDocument["devices"]): Promise<Record<string, LoadedDevice>> {
  const loaded: Record<string, LoadedDevice> = {};
  for (const [id, device] of Object.entries(devices)) loaded[id] = await loadDevice(path, id, device);
  return loaded;
}
