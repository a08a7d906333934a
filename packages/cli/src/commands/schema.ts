import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
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
import { type LoadedLab, loadLab } from "../lab/load-lab.ts";
import { print, printJson } from "../say.ts";
import { campaignSchema } from "./campaign-schema.ts";
import { reportFaults } from "./run.ts";

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

/** `labloop schema LAB`: writes what the devices of a lab declare, from their definitions. */
export async function schema(path: string, flags: SchemaFlags): Promise<ExitCode> {
  const { format, out, broker, json = false } = flags;
  const write = writers[format];
  if (write === undefined) {
    throw new LabError("usage.badFormat", `--format ${format} is none of ${Object.keys(writers).join(", ")}`);
  }
  if (!/^mqtts?:\/\/[^/\s]+$/.test(broker)) {
    throw new LabError("usage.badBroker", `--broker ${broker} is no mqtt://host:port or mqtts://host:port`);
  }
  const lab = await loadLab(path);
  if (!lab.ok) return reportFaults(lab.faults, json);
  const { caps, definitions } = lab.value;
  const sheets = Object.fromEntries(
    Object.entries(caps).map(([id, announced]) => {
      const definition = definitions[id];
      return [id, definition === undefined ? sheetOfAnnounced(announced) : sheetOf(definition)];
    }),
  );
  const files = write(lab.value, sheets, broker);
  if (out !== undefined) writeAll(resolve(out), files);
  if (json) printJson({ v: 1, ok: true, format, ...(out === undefined ? { files } : written(out, files)) });
  else if (out === undefined) print(Object.values(files).join("\n").trimEnd());
  else {
    print(`${Object.keys(files).length} files in ${out}: ${Object.keys(files).join(", ")}`);
    if (format === "editor") {
      print("Editors with the YAML language server read them by a first line in the file:");
      print("  # yaml-language-server: $schema=./lab.schema.json");
    }
  }
  return exitCode.done;
}

function written(out: string, files: Files): object {
  return { folder: resolve(out), files: Object.keys(files) };
}

function writeAll(folder: string, files: Files): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}
