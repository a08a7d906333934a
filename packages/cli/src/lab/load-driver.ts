import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { DeviceCaps, type Fault, LabError, type Outcome, type ValueSpecs } from "@labloop/contracts";
import { capsOf, type DeviceDefinition, type DeviceFamily, driverApi, isDeviceFamily } from "@labloop/driver";
import type { SourceText } from "@labloop/protocol";
import { readDocument } from "@labloop/protocol/read-document";
import * as z from "zod";
import { capsFaults } from "./caps-faults.ts";
import { isBare, lendModules, resolveLent } from "./lend-modules.ts";
import { readSource } from "./read-source.ts";

/** What a lab file's `module` stands for: a driver to be run here, or what one announces that runs elsewhere. */
export type LoadedDriver = { readonly definition: DeviceDefinition } | { readonly announced: DeviceCaps };

/** Loads the driver that a lab file names, resolved from that file; returns every fault of a declaration at once. */
export async function loadDriver(labPath: string, module: string): Promise<Outcome<LoadedDriver>> {
  if (module.endsWith(".caps.json")) return loadAnnounced(resolve(dirname(labPath), module));
  if (/\.ya?ml$/.test(module)) return loadDeclared(resolve(dirname(labPath), module));
  if (/\.(?:py|json)$/.test(module)) return { ok: false, faults: [notRunHere(module)] };
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
  return told(withApi(module, definition as DeviceDefinition), ({ path, ...fault }) => {
    return { ...fault, message: `${module}: ${fault.message}`, path };
  });
}

/** Returns a driver, or its faults with those of its declaration told by `where`: each has a path into what it announces. */
function told(driver: Outcome<LoadedDriver>, where: (fault: Fault & { path: string }) => Fault): Outcome<LoadedDriver> {
  if (driver.ok) return driver;
  const placed = ({ path, ...fault }: Fault) => (path === undefined ? fault : where({ ...fault, path }));
  return { ok: false, faults: driver.faults.map(placed) };
}

/** What runs in a process of its own is named by what it announces. */
function notRunHere(module: string): Fault {
  const isPython = module.endsWith(".py");
  const message = isPython
    ? `${module} is a Python driver, which runs in a process of its own: a lab file names what it announces`
    : `${module} is no driver: what a driver announces is named like pump.caps.json`;
  const announced = `${module.replace(/\.(?:py|json)$/, "")}.caps.json`;
  const hint = isPython
    ? `python -m labloop_driver ${module} --announce ${announced}, and write module: ${announced}`
    : `rename it, and write module: ${announced}`;
  return { code: "lab.runsElsewhere", message, hint };
}

/** A driver that was written for another version of the kit is not run: what its functions are given may mean something else. */
function withApi(module: string, definition: DeviceDefinition): Outcome<LoadedDriver> {
  const { api = driverApi } = definition;
  if (api === driverApi) return withoutFaults(definition);
  const message = `the driver "${module}" was written for version ${api} of the driver kit, and this is version ${driverApi}`;
  const hint =
    api > driverApi ? "update labloop" : `take a newer release of the driver, or adapt it and write api: ${driverApi}`;
  return { ok: false, faults: [{ code: "lab.driverApi", message, hint }] };
}

/** Returns a driver with nothing wrong in what it declares. A photo is handed in with a person's answer: nothing else brings its bytes, and nobody can order one. */
function withoutFaults(definition: DeviceDefinition): Outcome<LoadedDriver> {
  const faults = Object.entries(definition.operations).flatMap(([name, { params, result, asks }]) => {
    const photosIn = (specs: ValueSpecs) => Object.keys(specs).filter((key) => specs[key]?.type === "photo");
    const stray = [...photosIn(params), ...(asks === undefined ? photosIn(result) : [])];
    return stray.map((key): Fault => {
      const message = `${name} has a photo "${key}", which only a result of a person's step can be`;
      return { code: "lab.strayPhoto", message, path: `operations.${name}` };
    });
  });
  const declared = wholeCaps(definition);
  const all = [...faults, ...("fault" in declared ? [declared.fault] : capsFaults(declared.caps))];
  return all.length > 0 ? { ok: false, faults: all } : { ok: true, value: { definition } };
}

/** A definition that no compiler has seen may lack anything. */
function wholeCaps(definition: DeviceDefinition): { readonly caps: DeviceCaps } | { readonly fault: Fault } {
  try {
    return { caps: capsOf(definition, { serial: null, firmware: null, heartbeatMs: 1_000 }) };
  } catch (error) {
    const message = `its definition is not whole: ${firstLineOf(error)}`;
    const hint = "pass it through defineDevice, and let the compiler check it: labloop driver test";
    return { fault: { code: "lab.notADriver", message, hint } };
  }
}

function loadAnnounced(path: string): Outcome<LoadedDriver> {
  const source = readSource(path);
  if (!source.ok) return source;
  const { value, faults, atValue } = readDocument(source.value, DeviceCaps);
  const further = value === null ? [] : capsFaults(value).map((fault) => atValue((fault.path ?? "").split("."), fault));
  const all = [...faults, ...further];
  return value === null || all.length > 0 ? { ok: false, faults: all } : { ok: true, value: { announced: value } };
}

/** The one key of every declaration that its family does not know. */
const Declared = z.looseObject({ driver: z.string() });

/** A declaration's text, and the family that it is for, with the name by which it names it. */
export interface NamedFamily {
  readonly source: SourceText;
  readonly module: string;
  readonly family: DeviceFamily;
}

/** Loads the family that a declaration names, or returns why there is none. */
export async function loadFamily(path: string): Promise<Outcome<NamedFamily>> {
  const source = readSource(path);
  if (!source.ok) return source;
  const named = readDocument(source.value, Declared);
  if (named.value === null) {
    const hint = 'name the driver that it is for, as in driver: "@labloop/device-text-line"';
    return { ok: false, faults: named.faults.map((fault) => (fault.path === "driver" ? { ...fault, hint } : fault)) };
  }
  const loaded = await importFrom(path, named.value.driver);
  if ("fault" in loaded) return { ok: false, faults: [named.atValue(["driver"], loaded.fault)] };
  const family = loaded.exports["default"];
  if (!isDeviceFamily(family)) {
    const message = `the module "${named.value.driver}" takes no declarations`;
    return { ok: false, faults: [named.atValue(["driver"], { code: "lab.notAFamily", message })] };
  }
  return { ok: true, value: { source: source.value, module: named.value.driver, family } };
}

async function loadDeclared(path: string): Promise<Outcome<LoadedDriver>> {
  const named = await loadFamily(path);
  return named.ok ? defineDeclared(path, named.value) : named;
}

function defineDeclared(path: string, { source, family }: NamedFamily): Outcome<LoadedDriver> {
  // The family's schema is strict, and does not know the key that led to it.
  const read = readDocument(source, z.preprocess(withoutDriver, family.declaration));
  const around = {
    file: source.file,
    readBeside(name: string): Outcome<string> {
      const beside = readSource(resolve(dirname(path), name));
      return beside.ok ? { ok: true, value: beside.value.text } : beside;
    },
  };
  if (read.value === null || read.faults.length > 0) {
    const sound = family.check === undefined ? null : read.soundPart();
    if (sound === null) return { ok: false, faults: [...read.faults] };
    const { value: document, isWhole, pathOf } = sound;
    const faultAt = (at: readonly (string | number)[], fault: Fault) => read.atValue(pathOf(at), fault);
    const further = family.check?.({ document, isWhole, faultAt, ...around }) ?? [];
    const placed = [...read.faults, ...further].toSorted(
      (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
    );
    return { ok: false, faults: placed };
  }
  const defined = family.define({ document: read.value, ...around, faultAt: (at, fault) => read.atValue(at, fault) });
  if (!defined.ok) return defined;
  return told(withApi(source.file, defined.value), (fault) => read.atValue(fault.path.split("."), fault));
}

function withoutDriver(document: unknown): unknown {
  if (typeof document !== "object" || document === null || Array.isArray(document)) return document;
  return Object.fromEntries(Object.entries(document).filter(([key]) => key !== "driver"));
}

/**
 * Imports a module that a file names, resolved from that file: a package name or a path. A package that the file's folder
 * does not have is taken from this installation, so that a lab may lie anywhere.
 */
export async function importFrom(
  file: string,
  module: string,
): Promise<{ readonly exports: Readonly<Record<string, unknown>> } | { readonly fault: Fault }> {
  let path: string;
  try {
    path = resolveFrom(file, module);
  } catch (error) {
    const message = `the module "${module}" could not be found: ${firstLineOf(error)}`;
    const hint = isBare(module)
      ? "write the name of an installed package, or a path that begins with ./, seen from the lab file"
      : "paths are seen from the file that names them";
    return { fault: { code: "lab.moduleNotFound", message, hint } };
  }
  lendModules();
  try {
    return { exports: (await import(pathToFileURL(path).href)) as Record<string, unknown> };
  } catch (error) {
    const message = `the module "${module}" could not be loaded: ${firstLineOf(error)}`;
    const place = `the error is in ${placeOf(error) ?? path}`;
    const hint = error instanceof LabError && error.hint !== undefined ? `${place}: ${error.hint}` : place;
    return { fault: { code: "lab.moduleNotLoaded", message, hint } };
  }
}

function resolveFrom(file: string, module: string): string {
  try {
    return createRequire(pathToFileURL(resolve(file))).resolve(module);
  } catch (error) {
    if (!isBare(module)) throw error;
    return resolveLent(module);
  }
}

function firstLineOf(error: unknown): string {
  return error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
}

/**
 * Where an error was thrown, as file and line, or, of a fault of a declared operation, where that is declared; undefined when
 * its stack does not say.
 */
function placeOf(error: unknown): string | undefined {
  // What is not there is told by the file that asks for it: the stack is that of whoever looked.
  const [, missing = "", asker] = /^Cannot find \w+ '(.+)' imported from (.+)$/.exec(firstLineOf(error)) ?? [];
  if (asker !== undefined && existsSync(asker)) {
    const lines = readFileSync(asker, "utf8").split("\n");
    const at = lines.findIndex((line) => /\b(?:import|from|require)\b/.test(line) && line.includes(basename(missing)));
    return at === -1 ? asker : `${asker}:${at + 1}`;
  }
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  // Of TypeScript that cannot be read the first line alone says where, as a path.
  const [, path, at] = /^((?:\/|[A-Za-z]:\\).+):(\d+)\n/.exec(stack) ?? [];
  if (path !== undefined) return `${path}:${at}`;
  const found = /(file:\/\/\S+?):(\d+)(?=[:)\s]|$)/m.exec(stack);
  if (found === null) return undefined;
  const [file, line] = [fileURLToPath(found[1] ?? ""), Number(found[2])];
  const operation = /^the operation (\w+): /.exec(error instanceof LabError ? error.message : "")?.[1];
  return `${file}:${operation === undefined ? line : lineOfKey(file, operation, line)}`;
}

/** The first line from this one on that begins with a key; this one itself where none does. */
function lineOfKey(file: string, key: string, from: number): number {
  const lines = readFileSync(file, "utf8").split("\n");
  const at = lines.findIndex((text, index) => index + 1 >= from && new RegExp(`^\\s*["']?${key}["']?\\s*:`).test(text));
  return at === -1 ? from : at + 1;
}
