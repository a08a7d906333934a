import { dirname, resolve } from "node:path";
import type { DeviceCaps, Fault, LabDocument, Outcome } from "@labloop/contracts";
import { capsOf, type DeviceDefinition } from "@labloop/driver";
import { readLab, checkSafety, describeLab, readTable, type SourceText, type Table } from "@labloop/protocol";
import { loadDriver } from "./load-driver.ts";
import { readSource } from "./read-source.ts";

/** A lab file with everything it names: drivers, tables, and what its devices can do. */
export interface LoadedLab {
  readonly source: SourceText;
  readonly path: string;
  readonly document: LabDocument;
  /** By device; a device whose driver runs elsewhere, in another language perhaps, has none. */
  readonly definitions: Readonly<Record<string, DeviceDefinition>>;
  readonly caps: Readonly<Record<string, DeviceCaps>>;
  readonly tableSources: Readonly<Record<string, SourceText>>;
  readonly tables: Readonly<Record<string, Table>>;
}

/** Loads a lab file and the modules it names, which resolve from the file; returns every fault at once. */
export async function loadLab(path: string): Promise<Outcome<LoadedLab>> {
  const loaded = await loadLabParts(path);
  if (!loaded.ok) return loaded;
  const { source, document, caps, tables } = loaded.value;
  const safety = checkSafety(source, describeLab(document, caps, tables));
  return safety.ok ? loaded : safety;
}

/** Loads a lab as `loadLab` does, and leaves its safety rules to the check of the campaign, which judges them with the rest. */
export async function loadLabParts(path: string): Promise<Outcome<LoadedLab>> {
  const source = readSource(path);
  if (!source.ok) return source;
  const { value: document, faults: found, atKey, atValue } = readLab(source.value);
  if (document === null) return { ok: false, faults: [...found] };
  const faults: Fault[] = [...found];

  const definitions: Record<string, DeviceDefinition> = {};
  const caps: Record<string, DeviceCaps> = {};
  for (const [id, device] of Object.entries(document.devices)) {
    const placeCapability = (fault: Fault) => atValue(["devices", id, "capability"], fault);
    const driver = await loadDriver(path, device.module);
    if (!driver.ok) {
      // A fault of a declaration has its place in that file.
      const place = (fault: Fault) => (fault.file === undefined ? atValue(["devices", id, "module"], fault) : fault);
      faults.push(...driver.faults.map(place));
      continue;
    }
    if ("announced" in driver.value) {
      caps[id] = driver.value.announced;
      faults.push(...wrongWithCapability(id, device.capability, caps[id]).map(placeCapability));
      continue;
    }
    const { definition } = driver.value;
    const config = definition.config.safeParse(device.config);
    for (const issue of config.error?.issues ?? []) {
      const where = [
        "devices",
        id,
        "config",
        ...issue.path.map((step) => (typeof step === "number" ? step : String(step))),
      ];
      const message = `${id}: ${issue.path.join(".") || "config"}: ${issue.message}`;
      faults.push(atValue(where, { code: "lab.badConfig", message }));
    }
    const isPlant = typeof device.transport === "object" && "plant" in device.transport;
    // A plant plays the other side of any link.
    const wrongLink = isPlant ? null : wrongWithLink(id, definition.link ?? "stream", device.transport === "none");
    if (wrongLink !== null) faults.push(atKey(["devices", id, "transport"], wrongLink));
    definitions[id] = definition;
    caps[id] = capsOf(definition, { serial: null, firmware: null, heartbeatMs: 1_000 });
    faults.push(...wrongWithCapability(id, device.capability, caps[id]).map(placeCapability));
  }

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
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, value: { source: source.value, path, document, definitions, caps, tableSources, tables } };
}

function wrongWithCapability(id: string, wanted: string | undefined, { capability, kind }: DeviceCaps): Fault[] {
  if (wanted === undefined || wanted === capability) return [];
  const message = `${id}: the lab counts on it as "${wanted}", and its driver (${kind}) is for "${capability}"`;
  return [{ code: "lab.capabilityOther", message, hint: `write capability: ${capability}, or name another driver` }];
}

function wrongWithLink(id: string, link: "stream" | "own", hasNone: boolean): Fault | null {
  if (link === "stream" && hasNone) {
    const message = `${id}: its driver talks over a wire, and the lab file does not say which`;
    return {
      code: "lab.transportMissing",
      message,
      hint: "write transport: { tcp: host:port } or { serial: /dev/ttyUSB0 }",
    };
  }
  if (link === "own" && !hasNone) {
    const message = `${id}: its driver finds its own way to the instrument and uses no transport`;
    return { code: "lab.transportUnused", message, hint: "leave transport out; addresses stand in its config" };
  }
  return null;
}
