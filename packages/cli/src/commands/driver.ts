import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { LabError } from "@labloop/contracts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { writeNew } from "../init/write-lab.ts";
import { print, printJson } from "../say.ts";
import { typescriptDriver } from "../scaffold/typescript-driver.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url)).replace(/[\\/]$/, "");
const lending = new URL("../../bin/lend-modules.mjs", import.meta.url).href;

/** `labloop driver new FOLDER`: writes a first driver that works, the plant that it is tested against, and its test. */
export function newDriver(folder: string, flags: { readonly json?: boolean }): ExitCode {
  const name = basename(resolve(folder));
  const texts = typescriptDriver(name, root.replaceAll("\\", "/"));
  writeNew(folder, texts);
  const files = Object.keys(texts);
  if (flags.json === true) {
    printJson({ v: 1, ok: true, folder: resolve(folder), files });
    return exitCode.done;
  }
  print(`${folder}: ${files.join(", ")}`);
  print(`Test it:  npm run -s labloop -- driver test ${folder}`);
  print(`Its badge: npm run -s labloop -- conformance ${folder}/driver.ts --plant ${folder}/plant.ts`);
  print("Then write your instrument's words into driver.ts and plant.ts, and into lab.yaml:");
  print(`  ${name}:`);
  print(`    module: ./${name}/driver.ts        # seen from lab.yaml`);
  print('    transport: { tcp: "192.168.0.40:4001" }');
  return exitCode.done;
}

/** `labloop driver test FOLDER`: runs the tests that lie beside a driver, with the modules of this installation. */
export function testDriver(folder: string): ExitCode {
  const tests = existsSync(folder) ? readdirSync(folder).filter((name) => /\.test\.[cm]?[jt]s$/.test(name)) : [];
  if (tests.length === 0) {
    throw new LabError("usage.noTests", `${folder} has no test: a file whose name ends in .test.ts`, {
      hint: "`labloop driver new FOLDER` writes one",
    });
  }
  const args = ["--import", lending, "--test", ...tests.map((name) => join(folder, name))];
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
  return status === 0 ? exitCode.done : exitCode.failed;
}
