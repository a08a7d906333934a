import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { DeviceCaps, Fault, LabDocument, Outcome } from "@labloop/contracts";
import { capsOf, type DeviceDefinition } from "@labloop/driver";
import { checkLab, checkSafety, describeLab, readTable, type SourceText, type Table } from "@labloop/protocol";
import { readSource } from "./read-source.ts";

/** A lab file with everything it names: drivers, tables, and what its devices can do. */
export interface LoadedLab {
  readonly source: SourceText;
  readonly path: string;
  readonly document: LabDocument;
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
  const checked = checkLab(source.value);
  if (!checked.ok) return checked;
  const document = checked.value;
  const faults: Fault[] = [];

  const definitions: Record<string, DeviceDefinition> = {};
  const caps: Record<string, DeviceCaps> = {};
  for (const [id, device] of Object.entries(document.devices)) {
    const loaded = await loadDriver(path, device.module);
    if ("fault" in loaded) {
      faults.push({ ...loaded.fault, path: `devices.${id}.module`, file: source.value.file });
      continue;
    }
    const config = loaded.definition.config.safeParse(device.config);
    for (const issue of config.error?.issues ?? []) {
      faults.push({
        code: "lab.badConfig",
        message: `${id}: ${issue.path.join(".") || "config"}: ${issue.message}`,
        path: ["devices", id, "config", ...issue.path].join("."),
        file: source.value.file,
      });
    }
    definitions[id] = loaded.definition;
    caps[id] = capsOf(loaded.definition, { serial: null, firmware: null, heartbeatMs: 1_000 });
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

async function loadDriver(
  labPath: string,
  module: string,
): Promise<{ definition: DeviceDefinition } | { fault: Fault }> {
  const loaded = await importFrom(labPath, module);
  if ("fault" in loaded) return loaded;
  const definition = loaded.exports["default"] as Partial<DeviceDefinition> | undefined;
  if (definition?.operations === undefined || definition.kind === undefined) {
    const message = `the module "${module}" has no device definition as its default export`;
    return {
      fault: { code: "lab.notADriver", message, hint: "a driver ends with `export default defineDevice({ ... })`" },
    };
  }
  return { definition: definition as DeviceDefinition };
}

/** Imports a module that a file names, resolved from that file: a package name or a path. */
export async function importFrom(
  file: string,
  module: string,
): Promise<{ readonly exports: Readonly<Record<string, unknown>> } | { readonly fault: Fault }> {
  try {
    const path = createRequire(pathToFileURL(resolve(file))).resolve(module);
    return { exports: (await import(pathToFileURL(path).href)) as Record<string, unknown> };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    const message = `the module "${module}" could not be loaded: ${reason}`;
    return { fault: { code: "lab.moduleNotLoaded", message, hint: "module names resolve from the lab file" } };
  }
}
