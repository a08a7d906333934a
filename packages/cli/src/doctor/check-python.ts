import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { LabDocument } from "@labloop/contracts";
import { fine, type Finding, warning } from "./finding.ts";

const about = "Python";
const needs = "pydantic, aiomqtt";

/**
 * Returns whether drivers in Python, which lie beside what they announce, could be started here: by the interpreter
 * `program`. Labs without any are not asked for it.
 */
export function checkPython(labPath: string, { devices }: LabDocument, program: string): Finding[] {
  const folders = Object.values(devices)
    .filter(({ module }) => module.endsWith(".caps.json"))
    .map(({ module }) => dirname(resolve(dirname(labPath), module)));
  const hasAny = folders.some(
    (folder) => existsSync(folder) && readdirSync(folder).some((name) => name.endsWith(".py")),
  );
  if (!hasAny) return [];
  const script = `import sys, ${needs}; print(sys.version.split()[0])`;
  const { error, status, stdout, stderr } = spawnSync(program, ["-c", script], { encoding: "utf8" });
  if (error === undefined && status === 0)
    return [fine(about, "python.ready", `${program} (${stdout.trim()}) has ${needs}`)];
  const why = error?.message ?? stderr.trim().split("\n").at(-1) ?? "";
  const mend =
    "python3 -m venv .venv, then .venv/bin/python -m pip install ./devices/python and LABLOOP_PYTHON=$PWD/.venv/bin/python; no matter where the driver runs on another machine";
  return [warning(about, "python.notReady", `drivers in Python cannot be run by ${program}: ${why}`, mend)];
}
