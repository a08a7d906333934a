import { writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { LabError } from "@labloop/contracts";
import {
  asyncApi,
  deviceMarkdown,
  deviceSchema,
  type DeviceSheet,
  labFileSchema,
  protocolSchema,
  pythonModels,
  sheetOf,
  sheetOfAnnounced,
  thingDescription,
} from "@labloop/driver/describe";
import { describeLab } from "@labloop/protocol";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { declarationSchemaFile } from "../lab/declaration-schema.ts";
import { loadFamily } from "../lab/load-driver.ts";
import { type LoadedLab, loadLab } from "../lab/load-lab.ts";
import { readSource } from "../lab/read-source.ts";
import { recogniseFile } from "../lab/recognise-file.ts";
import { makeFolder } from "../make-folder.ts";
import { print, printJson } from "../say.ts";
import { campaignSchema } from "./campaign-schema.ts";
import { reportFaults } from "./report-faults.ts";

interface SchemaFlags {
  readonly format: string;
  readonly out?: string;
  readonly broker: string;
  readonly json?: boolean;
}

/** Files by name. */
type Files = Readonly<Record<string, string>>;
type Writer = (lab: LoadedLab, sheets: Readonly<Record<string, DeviceSheet>>, broker: string) => Files;

const asJson = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

/** What is the same for every device of a kind is written once for the kind. */
const perKind =
  (nameOf: (kind: string) => string, write: (sheet: DeviceSheet) => string): Writer =>
  (_lab, sheets) => {
    const files: Record<string, string> = {};
    for (const [deviceId, sheet] of Object.entries(sheets)) {
      const { kind } = sheet.caps;
      const text = write(sheet);
      const isOther = (files[nameOf(kind)] ?? text) !== text;
      files[nameOf(isOther ? `${kind}-${deviceId}` : kind)] = text;
    }
    return files;
  };

const perDevice =
  (ending: string, write: (sheet: DeviceSheet, address: Parameters<typeof asyncApi>[1]) => object): Writer =>
  ({ document }, sheets, broker) =>
    Object.fromEntries(
      Object.entries(sheets).map(([deviceId, sheet]) => [
        `${deviceId}${ending}`,
        asJson(write(sheet, { lab: document.lab, deviceId, broker })),
      ]),
    );

const writers: Readonly<Record<string, Writer>> = {
  "json-schema": perKind(
    (kind) => `${kind}.schema.json`,
    (sheet) => asJson(deviceSchema(sheet)),
  ),
  markdown: perKind((kind) => `${kind}.md`, deviceMarkdown),
  python: perKind((kind) => `${kind.replace(/[^a-z0-9]+/g, "_")}.py`, pythonModels),
  td: perDevice(".td.json", thingDescription),
  asyncapi: perDevice(".asyncapi.json", asyncApi),
  editor({ document, caps, tables }, sheets) {
    const configs = Object.entries(document.devices).map(([id, { module }]) => [module, sheets[id]?.config ?? null]);
    return {
      "lab.schema.json": asJson(labFileSchema(Object.fromEntries(configs))),
      "protocol.schema.json": asJson(protocolSchema(describeLab(document, caps, tables))),
      "campaign.schema.json": asJson(campaignSchema()),
    };
  },
};

/** `labloop schema LAB`: writes what the devices of a lab declare, from their definitions; of a declaration, what it may say. */
export async function schema(path: string, flags: SchemaFlags): Promise<ExitCode> {
  const { format, out, broker, json = false } = flags;
  const write = writers[format];
  if (write === undefined) {
    throw new LabError("usage.badFormat", `--format ${format} is none of ${Object.keys(writers).join(", ")}`);
  }
  if (!/^mqtts?:\/\/[^/\s]+$/.test(broker)) {
    throw new LabError("usage.badBroker", `--broker ${broker} is no mqtt://host:port or mqtts://host:port`);
  }
  if (isDeclaration(path)) return declarationFor(path, flags);
  const lab = await loadLab(path);
  if (!lab.ok) return reportFaults(lab.faults, json);
  const files = format === "editor" ? await editorFiles(lab.value) : write(lab.value, sheetsOf(lab.value), broker);
  return give(files, { format, out, json });
}

/** Returns the files by which editors complete those of a lab, and the declarations of its devices. */
export async function editorFiles(lab: LoadedLab): Promise<Files> {
  return { ...writers["editor"]?.(lab, sheetsOf(lab), ""), ...(await familyFiles(lab)) };
}

function sheetsOf({ caps, definitions }: LoadedLab): Record<string, DeviceSheet> {
  return Object.fromEntries(
    Object.entries(caps).map(([id, announced]) => {
      const definition = definitions[id];
      return [id, definition === undefined ? sheetOfAnnounced(announced) : sheetOf(definition)];
    }),
  );
}

/** `labloop schema DECLARATION`: what its family takes, for editors; all else is written of a lab that has the device. */
async function declarationFor(path: string, { format, out, json = false }: SchemaFlags): Promise<ExitCode> {
  if (format !== "editor") {
    throw new LabError("usage.badFormat", `${path} declares a device, of which --format editor alone is written`, {
      hint: "name a lab file that has the device",
    });
  }
  const named = await loadFamily(path);
  if (!named.ok) return reportFaults(named.faults, json);
  const { name, text } = declarationSchemaFile(named.value);
  return give({ [name]: text }, { format, out, json });
}

function isDeclaration(path: string): boolean {
  const source = readSource(path);
  const kind = source.ok ? recogniseFile(source.value) : source;
  return kind.ok && kind.value === "declaration";
}

/** The schemas of the families that a lab's devices are declared for. */
async function familyFiles({ path, document }: LoadedLab): Promise<Files> {
  const files: Record<string, string> = {};
  for (const { module } of Object.values(document.devices)) {
    if (!/\.ya?ml$/.test(module)) continue;
    const named = await loadFamily(resolve(dirname(path), module));
    if (!named.ok) continue;
    const { name, text } = declarationSchemaFile(named.value);
    files[name] = text;
  }
  return files;
}

function give(
  files: Files,
  { format, out, json }: { readonly format: string; readonly out: string | undefined; readonly json: boolean },
): ExitCode {
  if (out !== undefined) writeAll(resolve(out), files);
  if (json) printJson({ v: 1, ok: true, format, ...(out === undefined ? { files } : written(out, files)) });
  else if (out === undefined) print(Object.values(files).join("\n").trimEnd());
  else {
    print(`${Object.keys(files).length} files in ${out}: ${Object.keys(files).join(", ")}`);
    if (format === "editor") {
      print("Editors with the YAML language server read them by a first line in the file:");
      print(`  # yaml-language-server: $schema=./${Object.keys(files)[0]}`);
    }
  }
  return exitCode.done;
}

function written(out: string, files: Files): object {
  return { folder: resolve(out), files: Object.keys(files) };
}

/** Writes files into a folder, which is made if need be; what is there by these names is written anew. */
export function writeAll(folder: string, files: Files): void {
  makeFolder(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}
