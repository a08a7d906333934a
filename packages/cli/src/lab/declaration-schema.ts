import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { LabError } from "@labloop/contracts";
import { isDeviceFamily } from "@labloop/driver";
import { declarationSchema } from "@labloop/driver/describe";
import { importFrom, type NamedFamily } from "./load-driver.ts";

/** Returns the file by which editors complete declarations of a family, and the name that it usually has. */
export function declarationSchemaFile({ module, family }: Pick<NamedFamily, "module" | "family">): {
  readonly name: string;
  readonly text: string;
} {
  const text = `${JSON.stringify(declarationSchema(family, module), null, 2)}\n`;
  return { name: `${family.family}.schema.json`, text };
}

/** Returns the same of a family that this installation brings; throws what keeps it from being loaded. */
export async function ownSchemaFile(module: string): Promise<ReturnType<typeof declarationSchemaFile>> {
  const loaded = await importFrom(import.meta.filename, module);
  if ("fault" in loaded) throw new LabError(loaded.fault.code, loaded.fault.message);
  const family = loaded.exports["default"];
  if (!isDeviceFamily(family)) throw new LabError("lab.notAFamily", `the module "${module}" takes no declarations`);
  return declarationSchemaFile({ module, family });
}

const schemaLine = /^# yaml-language-server: \$schema=(\S+)$/m;

/** Returns a YAML text with the line by which editors with the YAML language server find its schema. */
export function withSchemaLine(text: string, schema: string): string {
  return `# yaml-language-server: $schema=${schema}\n${text}`;
}

/** Returns the schema file that a declaration names for editors, where that is another than its family's now; else null. */
export function outdatedSchema(path: string, { source, ...named }: NamedFamily): string | null {
  const name = schemaLine.exec(source.text)?.[1];
  if (name === undefined || /^[a-z]+:/.test(name)) return null;
  const file = resolve(dirname(path), name);
  return existsSync(file) && readFileSync(file, "utf8") === declarationSchemaFile(named).text ? null : name;
}
