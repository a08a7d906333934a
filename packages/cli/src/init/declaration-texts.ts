import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ownSchemaFile, withSchemaLine } from "../lab/declaration-schema.ts";
import { pythonDriver } from "../scaffold/python-driver.ts";
import type { KnownDevice } from "./known-devices.ts";

/** Where the files lie by which editors complete the lab's. */
export const schemaFolder = "schemas";

const installation = fileURLToPath(new URL("../../../../", import.meta.url));

/** The declaration of this installation that a kind begins with, and files that it names. */
const examples: Readonly<Record<string, { readonly declaration: string; readonly beside?: Record<string, string> }>> = {
  person: { declaration: "devices/person/declarations/level.yaml" },
  files: { declaration: "devices/file-drop/declarations/balance.yaml" },
  text: { declaration: "devices/text-line/examples/dosing-pump.yaml" },
  modbus: { declaration: "devices/modbus/examples/thermostat.yaml" },
  opentrons: {
    declaration: "devices/opentrons/declarations/ot2.yaml",
    beside: { "mix.py": "devices/opentrons/declarations/mix.py" },
  },
};

/**
 * Returns the files that a device's block in the lab file needs beside it, by name: a declaration of this installation that
 * plays the role of the first protocol, to be fitted to the instrument, and its schema; none for a driver that needs none.
 */
export async function declarationTexts(device: KnownDevice): Promise<Record<string, string>> {
  if (device.name === "python") {
    const driver = Object.entries(pythonDriver(device.capability));
    const files = Object.fromEntries(driver.map(([name, text]) => [`python/${name}`, text]));
    return { ...files, ...(await withSchema("python/stand-in.yaml", standIn(device.capability))) };
  }
  const example = examples[device.name];
  if (example === undefined) return {};
  const { declaration, beside = {} } = example;
  const others = Object.entries(beside).map(([name, path]) => [name, read(path)] as const);
  const declared = await withSchema(device.module.slice(2), asRole(read(declaration), device));
  return { ...declared, ...Object.fromEntries(others) };
}

/** A declaration and the schema of its family, each under its name in the lab's folder. */
async function withSchema(name: string, text: string): Promise<Record<string, string>> {
  const family = /^driver: "(.+)"$/m.exec(text)?.[1];
  if (family === undefined) throw new Error(`the declaration that ${name} begins with names no driver`);
  const schema = await ownSchemaFile(family);
  const file = `${schemaFolder}/${schema.name}`;
  const up = "../".repeat(name.split("/").length - 1) || "./";
  return { [name]: withSchemaLine(text, `${up}${file}`), [file]: schema.text };
}

/** The declared twin of the first driver in Python. */
const standIn = (kind: string) => `# Stands in for driver.py in a simulated lab: the same wire, operation and limits,
# declared, so that virtual time can order it. When driver.py changes, this does
# not: what that one can do is told by its own announcement.
driver: "@labloop/device-text-line"
kind: ${kind}
capability: ${kind}   # what protocols ask for
title: { en: Stand-in for a Python driver }
manual: driver.py beside this file
terminator: "\\r\\n"
identify: { ask: ID?, answer: '^PUMP (?<firmware>\\S+)$' }
halt: [HALT]

operations:
  dispense:
    title: Push liquid out
    duration: { typicalMs: 1000, maxMs: 60000 }
    params: { volume: { type: quantity, unit: uL, minimum: 1, maximum: 500 } }
    result: { delivered: { type: quantity, unit: uL } }
    do: [{ ask: "DISPENSE {volume}", answer: ^OK$ }]
    until: { ask: BUSY?, done: ^0$, everyMs: 200 }
    read: [{ ask: LAST?, answer: '^(?<delivered>\\S+)$' }]
    probe:
      counter: { ask: COUNT?, answer: '^(?<count>\\d+)$' }
      rises: begin
      running: { ask: BUSY?, answer: ^1$ }
    stop: [HALT]
`;

/** No two kinds of a first lab play one role, or it would be chance which of them is asked. */
function asRole(text: string, { module, capability }: KnownDevice): string {
  return text
    .replace(/^capability: .*$/m, `capability: ${capability}   # what protocols ask for`)
    .replace(/`module: \.\/\S+\.yaml`/, `\`module: ${module}\``);
}

function read(path: string): string {
  return readFileSync(`${installation}${path}`, "utf8");
}
