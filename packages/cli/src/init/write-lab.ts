import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LabError } from "@labloop/contracts";
import { campaignText, protocolText } from "./campaign-text.ts";
import type { LabAnswers } from "./lab-answers.ts";
import type { KnownDevice } from "./known-devices.ts";
import { labText } from "./lab-text.ts";
import { declarationSchemaFile, withSchemaLine } from "../lab/declaration-schema.ts";
import { loadFamily } from "../lab/load-driver.ts";

const installation = fileURLToPath(new URL("../../../../", import.meta.url));

/**
 * Writes a first lab and campaign into a folder, which is made if need be, and returns the names of the files. Throws
 * `init.exists` with the names of those that are there already, before anything is written, and `init.notWritable`.
 */
export async function writeLab(folder: string, answers: LabAnswers): Promise<string[]> {
  const texts: Record<string, string> = {
    "lab.yaml": withSchemaLine(labText(answers), `./${schemaFolder}/lab.schema.json`),
    "protocol.yaml": withSchemaLine(protocolText(), `./${schemaFolder}/protocol.schema.json`),
    "campaign.yaml": withSchemaLine(campaignText(answers), `./${schemaFolder}/campaign.schema.json`),
  };
  for (const device of answers.further) Object.assign(texts, await declarationOf(device));
  writeNew(folder, texts);
  return Object.keys(texts);
}

/** Where the files lie by which editors complete the lab's. */
export const schemaFolder = "schemas";

/** The files that a device's declaration consists of, by the names that they get beside the lab file, and its schema. */
async function declarationOf({ module, declaration = [] }: KnownDevice): Promise<Record<string, string>> {
  const [first, ...others] = declaration;
  if (first === undefined) return {};
  const path = join(installation, first);
  const named = await loadFamily(path);
  if (!named.ok) throw new LabError("init.declaration", `${first} names no family: ${named.faults[0]?.message}`);
  const schema = declarationSchemaFile(named.value);
  const file = `${schemaFolder}/${schema.name}`;
  return {
    [module.replace("./", "")]: withSchemaLine(named.value.source.text, `./${file}`),
    [file]: schema.text,
    ...Object.fromEntries(others.map((other) => [basename(other), readFileSync(join(installation, other), "utf8")])),
  };
}

/** Writes files into a folder, all or, when one of them is there already, none. */
export function writeNew(folder: string, texts: Readonly<Record<string, string>>): void {
  const there = Object.keys(texts).filter((name) => existsSync(join(folder, name)));
  if (there.length > 0) {
    throw new LabError("init.exists", `${folder} has ${there.join(", ")} already, and nothing is overwritten`, {
      hint: "name another folder",
    });
  }
  try {
    for (const [name, text] of Object.entries(texts)) {
      const file = join(folder, name);
      mkdirSync(dirname(file), { recursive: true });
      // Made anew or not at all, should somebody else write here at the same time.
      writeFileSync(file, text, { flag: "wx" });
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new LabError("init.notWritable", `the folder ${folder} cannot be written: ${why}`, {
      cause: error,
      hint: "name a folder in which this account may write",
    });
  }
}
