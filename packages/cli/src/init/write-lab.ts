import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LabError } from "@labloop/contracts";
import { campaignText, protocolText } from "./campaign-text.ts";
import { declarationTexts, schemaFolder } from "./declaration-texts.ts";
import type { LabAnswers } from "./lab-answers.ts";
import { labText } from "./lab-text.ts";
import { withSchemaLine } from "../lab/declaration-schema.ts";

/**
 * Writes a first lab and campaign into a folder, which is made if need be, and returns the names of the files. Throws
 * `init.exists` with the names of those that are there already, before anything is written, and `init.notWritable`.
 */
export async function writeLab(folder: string, answers: LabAnswers): Promise<string[]> {
  const texts: Record<string, string> = {
    "lab.yaml": withSchemaLine(labText(answers), `./${schemaFolder}/lab.schema.json`),
    "protocol.yaml": withSchemaLine(protocolText(answers), `./${schemaFolder}/protocol.schema.json`),
    "campaign.yaml": withSchemaLine(campaignText(answers), `./${schemaFolder}/campaign.schema.json`),
  };
  for (const device of answers.further) Object.assign(texts, await declarationTexts(device));
  writeNew(folder, texts);
  return Object.keys(texts);
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
