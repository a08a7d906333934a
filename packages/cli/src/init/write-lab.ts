import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LabError } from "@labloop/contracts";
import { campaignText, protocolText } from "./campaign-text.ts";
import type { LabAnswers } from "./lab-answers.ts";
import type { KnownDevice } from "./known-devices.ts";
import { labText } from "./lab-text.ts";

const installation = fileURLToPath(new URL("../../../../", import.meta.url));

/**
 * Writes a first lab and campaign into a folder, which is made if need be, and returns the names of the files. Throws
 * `init.exists` with the names of those that are there already, before anything is written, and `init.notWritable`.
 */
export function writeLab(folder: string, answers: LabAnswers): string[] {
  const texts: Record<string, string> = {
    "lab.yaml": labText(answers),
    "protocol.yaml": protocolText(),
    "campaign.yaml": campaignText(answers),
    ...Object.assign({}, ...answers.further.map(declarationOf)),
  };
  writeNew(folder, texts);
  return Object.keys(texts);
}

/** The files that a device's declaration consists of, by the names that they get beside the lab file. */
function declarationOf({ module, declaration = [] }: KnownDevice): Record<string, string> {
  return Object.fromEntries(
    declaration.map((path, index) => [
      index === 0 ? module.replace("./", "") : basename(path),
      readFileSync(join(installation, path), "utf8"),
    ]),
  );
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
    mkdirSync(folder, { recursive: true });
    // Made anew or not at all, should somebody else write here at the same time.
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text, { flag: "wx" });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new LabError("init.notWritable", `the folder ${folder} cannot be written: ${why}`, {
      cause: error,
      hint: "name a folder in which this account may write",
    });
  }
}
