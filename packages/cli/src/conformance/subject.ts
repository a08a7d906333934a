import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Fault, Json, type Outcome } from "@labloop/contracts";
import type { DeviceDefinition } from "@labloop/driver";
import type { PlantModule, Subject } from "@labloop/driver/conformance";
import { parseDocument } from "yaml";
import * as z from "zod";
import { importFrom, loadDriver } from "../lab/load-driver.ts";
import { loadLab, type LoadedLab } from "../lab/load-lab.ts";
import { loadWorldModule, openWorld } from "../lab/open-world.ts";
import { readSource } from "../lab/read-source.ts";

export interface SubjectFlags {
  readonly device?: string | undefined;
  readonly plant?: string | undefined;
  readonly config?: string | undefined;
}

/** A driver to be tested in this process. */
export interface LoadedSubject {
  readonly subject: Subject;
  /** Where its trace is kept: beside the driver. */
  readonly traceFile: string;
  readonly time: "virtual" | "real";
}

/** Loads what is to be tested: a lab file's device with the lab's world, or a driver's module or declaration with a plant. */
export async function loadSubject(target: string, flags: SubjectFlags): Promise<Outcome<LoadedSubject>> {
  const isYaml = /\.ya?ml$/.test(target);
  const text = isYaml ? readSource(target) : null;
  if (text?.ok === false) return text;
  const content: unknown = text === null ? null : parseDocument(text.value.text, { logLevel: "silent" }).toJS();
  const isLab = typeof content === "object" && content !== null && "lab" in content && "devices" in content;
  return isLab ? fromLab(target, flags) : fromDriver(target, flags);
}

async function fromLab(file: string, flags: SubjectFlags): Promise<Outcome<LoadedSubject>> {
  const loaded = await loadLab(file, { isolation: "none" });
  if (!loaded.ok) return loaded;
  const lab = loaded.value;
  const ids = Object.keys(lab.document.devices);
  const deviceId = flags.device ?? (ids.length === 1 ? ids[0] : undefined);
  const device = lab.document.devices[deviceId ?? ""];
  if (deviceId === undefined || device === undefined) {
    const message = flags.device === undefined ? "say which device is meant" : `there is no device ${flags.device}`;
    return fault({ code: "conformance.noDevice", message, file, hint: `--device one of ${ids.join(", ")}` });
  }
  const definition = lab.definitions[deviceId];
  if (definition === undefined) {
    const message = `the driver of ${deviceId} runs elsewhere`;
    const hint = `start it, and test it over the broker: labloop conformance mqtt://host:port --lab ${lab.document.lab} --device ${deviceId}`;
    return fault({ code: "conformance.runsElsewhere", message, file, hint });
  }
  const traceFile = besideDriver(file, device.module);
  if (flags.plant !== undefined) {
    return withPlant({
      definition,
      traceFile,
      flags: { ...flags, config: flags.config ?? JSON.stringify(device.config) },
    });
  }
  if (lab.document.mode === "real" && definition.link !== "own") {
    const message = "this lab is real, and the suite would move its equipment";
    const hint = "name a plant with --plant, or test the running driver over the broker with --real";
    return fault({ code: "conformance.realLab", message, file, hint });
  }
  const plant = lab.document.mode === "real" ? null : plantOfWorld(lab, deviceId);
  return { ok: true, value: { subject: { definition, config: device.config, plant }, traceFile, time: "virtual" } };
}

async function fromDriver(target: string, flags: SubjectFlags): Promise<Outcome<LoadedSubject>> {
  if (statSync(target, { throwIfNoEntry: false })?.isDirectory() === true) {
    const hint = `name the driver in it, such as ${join(target, "driver.ts")}`;
    return fault({ code: "conformance.folder", message: `${target} is a folder`, hint });
  }
  // As a lab file in this folder would name it.
  const here = resolve("lab.yaml");
  const module = /\.([cm]?[jt]s|ya?ml)$/.test(target) ? resolve(target) : target;
  const driver = await loadDriver(here, module);
  if (!driver.ok) return driver;
  if ("announced" in driver.value) {
    const hint =
      "start the driver, and test it over the broker: labloop conformance mqtt://host:port --lab NAME --device ID";
    return fault({
      code: "conformance.runsElsewhere",
      message: "this is what a driver announces, not the driver",
      hint,
    });
  }
  return withPlant({ definition: driver.value.definition, traceFile: besideDriver(here, module), flags });
}

async function withPlant(given: {
  readonly definition: DeviceDefinition;
  readonly traceFile: string;
  readonly flags: SubjectFlags;
}): Promise<Outcome<LoadedSubject>> {
  const { definition, traceFile, flags } = given;
  let plant: PlantModule | null = null;
  if (flags.plant !== undefined) {
    const loaded = await importFrom(resolve("lab.yaml"), resolve(flags.plant));
    if ("fault" in loaded) return { ok: false, faults: [loaded.fault] };
    plant = loaded.exports["default"] as PlantModule;
    if (typeof plant?.open !== "function") {
      const hint = "a plant ends with `export default definePlant({ open: … })`, from @labloop/driver/conformance";
      return fault({ code: "conformance.notAPlant", message: `${flags.plant} is no plant`, hint });
    }
  } else if (definition.link !== "own") {
    const message = "this driver talks over a wire, and nothing is at its other end";
    return fault({
      code: "conformance.noPlant",
      message,
      hint: "--plant FILE names a module that plays the equipment",
    });
  }
  const written =
    flags.config === undefined ? { ok: true as const, value: plant?.config ?? {} } : readConfig(flags.config);
  if (!written.ok) return written;
  const config = definition.config.safeParse(written.value);
  if (!config.success) {
    const faults = config.error.issues.map(({ path, message }): Fault => {
      return {
        code: "lab.badConfig",
        message: `${path.join(".") || "config"}: ${message}`,
        hint: "--config takes JSON",
      };
    });
    return { ok: false, faults };
  }
  const time = plant?.time ?? "virtual";
  return { ok: true, value: { subject: { definition, config: written.value, plant }, traceFile, time } };
}

/** The world of a lab, opened anew for every check in a folder that is thrown away. */
function plantOfWorld(lab: LoadedLab, deviceId: string): PlantModule {
  return {
    async open({ labClock, linkClock, seed }) {
      const module = await loadWorldModule(lab);
      const folder = mkdtempSync(join(tmpdir(), "labloop-conformance-"));
      if (module === null) return { close: () => rmSync(folder, { recursive: true, force: true }) };
      const world = await openWorld(module, lab, { folder, seed, labClock, linkClock, wires: "memory" });
      return {
        openWire: () => world.openWire(deviceId),
        layOut: (op) => world.layOut?.(deviceId, op) ?? null,
        answer({ op, params, commandId }) {
          const said = world.answer?.({ device: deviceId, op, params, parameters: {}, commandId });
          return said == null ? null : { afterMs: said.afterMs, answer: () => said.answer };
        },
        ...(world.actuations === undefined
          ? {}
          : { acts: () => (world.actuations?.() ?? []).filter(({ device }) => device === deviceId).length }),
        async close() {
          await world.close();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    },
  };
}

function readConfig(text: string): Outcome<Record<string, Json>> {
  try {
    return { ok: true, value: z.record(z.string(), Json).parse(JSON.parse(text)) };
  } catch {
    return fault({
      code: "conformance.badConfig",
      message: "--config is no JSON object",
      hint: `--config '{"port": 1}'`,
    });
  }
}

function besideDriver(labPath: string, module: string): string {
  const from = createRequire(pathToFileURL(resolve(labPath)));
  const path = /\.ya?ml$/.test(module) ? resolve(dirname(labPath), module) : from.resolve(module);
  return path.replace(/\.[^./\\]+$/, ".trace.json");
}

function fault(one: Fault): { readonly ok: false; readonly faults: Fault[] } {
  return { ok: false, faults: [one] };
}
