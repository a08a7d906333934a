import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { DeviceCaps, type Fault, type Outcome } from "@labloop/contracts";
import { type DeviceDefinition, type DeviceFamily, isDeviceFamily } from "@labloop/driver";
import { readDocument } from "@labloop/protocol";
import * as z from "zod";
import { readSource } from "./read-source.ts";

/** What a lab file's `module` stands for: a driver to be run here, or what one announces that runs elsewhere. */
export type LoadedDriver = { readonly definition: DeviceDefinition } | { readonly announced: DeviceCaps };

/** Loads the driver that a lab file names, resolved from that file; returns every fault of a declaration at once. */
export async function loadDriver(labPath: string, module: string): Promise<Outcome<LoadedDriver>> {
  if (module.endsWith(".caps.json")) return loadAnnounced(resolve(dirname(labPath), module));
  if (/\.ya?ml$/.test(module)) return loadDeclared(resolve(dirname(labPath), module));
  const loaded = await importFrom(labPath, module);
  if ("fault" in loaded) return { ok: false, faults: [loaded.fault] };
  const definition = loaded.exports["default"] as Partial<DeviceDefinition> | undefined;
  if (isDeviceFamily(definition)) {
    const message = `the module "${module}" is a driver for devices that are declared in a file of their own`;
    const hint = `name that file as the module: a YAML file whose first key is driver: "${module}"`;
    return { ok: false, faults: [{ code: "lab.declarationMissing", message, hint }] };
  }
  if (definition?.operations === undefined || definition.kind === undefined) {
    const message = `the module "${module}" has no device definition as its default export`;
    const hint = "a driver ends with `export default defineDevice({ ... })`";
    return { ok: false, faults: [{ code: "lab.notADriver", message, hint }] };
  }
  return { ok: true, value: { definition: definition as DeviceDefinition } };
}

function loadAnnounced(path: string): Outcome<LoadedDriver> {
  const source = readSource(path);
  if (!source.ok) return source;
  const { value, faults } = readDocument(source.value, DeviceCaps);
  return value === null || faults.length > 0
    ? { ok: false, faults: [...faults] }
    : { ok: true, value: { announced: value } };
}

/** The one key of every declaration that its family does not know. */
const Declared = z.looseObject({ driver: z.string() });

async function loadDeclared(path: string): Promise<Outcome<LoadedDriver>> {
  const source = readSource(path);
  if (!source.ok) return source;
  const named = readDocument(source.value, Declared);
  if (named.value === null) return { ok: false, faults: [...named.faults] };
  const loaded = await importFrom(path, named.value.driver);
  if ("fault" in loaded) return { ok: false, faults: [named.atValue(["driver"], loaded.fault)] };
  const family = loaded.exports["default"];
  if (!isDeviceFamily(family)) {
    const message = `the module "${named.value.driver}" takes no declarations`;
    return { ok: false, faults: [named.atValue(["driver"], { code: "lab.notAFamily", message })] };
  }
  return defineDeclared(path, source.value, family);
}

function defineDeclared(
  path: string,
  source: { readonly file: string; readonly text: string },
  family: DeviceFamily,
): Outcome<LoadedDriver> {
  // The family's schema is strict, and does not know the key that led to it.
  const read = readDocument(source, z.preprocess(withoutDriver, family.declaration));
  if (read.value === null || read.faults.length > 0) return { ok: false, faults: [...read.faults] };
  const defined = family.define({
    document: read.value,
    file: source.file,
    readBeside(name) {
      const beside = readSource(resolve(dirname(path), name));
      return beside.ok ? { ok: true, value: beside.value.text } : beside;
    },
    faultAt: (at, fault) => read.atValue(at, fault),
  });
  return defined.ok ? { ok: true, value: { definition: defined.value } } : defined;
}

function withoutDriver(document: unknown): unknown {
  if (typeof document !== "object" || document === null || Array.isArray(document)) return document;
  return Object.fromEntries(Object.entries(document).filter(([key]) => key !== "driver"));
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
